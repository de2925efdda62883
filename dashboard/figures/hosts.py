"""Hosts: the table of all, and one over time."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from dashboard.figures.bins import median, summed
from dashboard.figures.overview import FRESH
from worker.quality.breaks import Break, breaks
from worker.store.database import Database
from worker.store.ids import DAY, to_ms
from worker.store.tables_rollup import host_day, host_day_reason, host_state

PAGE = 50  # hosts a page
WEEK = 7
HISTORY = 90  # days
REASONS = 3  # shown of a host in the table


class Order(StrEnum):
    """By what hosts are sorted."""

    pages = "pages"
    name = "name"
    kept_share = "kept_share"
    confidence = "confidence"
    last = "last"


_ORDER = {
    Order.pages: host_state.c.pages.desc(),
    Order.name: host_state.c.host,
    Order.kept_share: host_state.c.kept_share,  # the worst first
    Order.confidence: host_state.c.confidence,
    Order.last: host_state.c.last_at.desc(),
}


def hosts(database: Database, *, search: str, order: Order, start: int, now: int) -> dict[str, Any]:
    """A page of the table. All hosts are sorted by their running figures; the shown ones are looked at more closely."""
    chosen = sa.select(host_state).order_by(_ORDER[order], host_state.c.host).offset(start).limit(PAGE + 1)
    if search:
        chosen = chosen.where(host_state.c.host.contains(search.lower(), autoescape=True))
    with database.read() as connection:
        found = connection.execute(chosen).all()
        names = [row.host for row in found[:PAGE]]
        weeks = _weeks(connection, names, now)
        reasons = _reasons(connection, names, now)
    rows = [
        {
            "host": row.host,
            "pages": int(row.pages),
            "confidence": row.confidence,
            "kept_share": row.kept_share,
            "last_at": row.last_at,
            "reasons": reasons.get(row.host, [])[:REASONS],
            **weeks.get(row.host, {"week_pages": 0, "yield": None, "kept_before": None, "kept_today": None}),
        }
        for row in found[:PAGE]
    ]
    return {"rows": rows, "start": start, "next": start + PAGE if len(found) > PAGE else None}


def host(database: Database, name: str, now: int) -> dict[str, Any] | None:
    """One host by the day; None for one that was never seen."""
    last = days_back(now, HISTORY)
    with database.read() as connection:
        state = connection.execute(sa.select(host_state).where(host_state.c.host == name)).first()
        mine = sa.select(host_day).where(host_day.c.day.in_(last), host_day.c.host == name, host_day.c.lane.in_(FRESH))
        days: dict[int, list[Any]] = defaultdict(list)
        for row in connection.execute(mine):
            days[row.day].append(row)
        reasons = connection.execute(
            sa.select(
                host_day_reason.c.reason,
                *(
                    sa.func.sum(column)
                    for column in (host_day_reason.c.drops, host_day_reason.c.words, host_day_reason.c.pages)
                ),
            )
            .where(host_day_reason.c.day.in_(last), host_day_reason.c.host == name)
            .group_by(host_day_reason.c.reason)
            .order_by(sa.func.sum(host_day_reason.c.words).desc())
        ).all()
    if state is None and not days:
        return None
    found = breaks(database, name, now=now)
    return {
        "host": name,
        "pages": int(state.pages) if state is not None else sum(int(row.pages) for rows in days.values() for row in rows),
        "confidence": state.confidence if state is not None else None,
        "kept_share": state.kept_share if state is not None else None,
        "last_at": state.last_at if state is not None else None,
        "breaks": [_break(one) for one in found],
        "days": [_day(day, days[day]) for day in sorted(days)],
        "reasons": [
            {"reason": reason, "drops": int(drops), "words": int(words), "pages": int(pages)}
            for reason, drops, words, pages in reasons
        ],
    }


def days_back(now: int, count: int) -> list[int]:
    """Today and the days before. Named one by one, for the tables are sorted by day and then host: so each is a look-up."""
    return [now - now % DAY - back * DAY for back in range(count)]


def _break(one: Break) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "at": to_ms(one.at) // 1000,
        "before": one.before,
        "after": one.after,
        "pages_before": one.pages_before,
        "pages_after": one.pages_after,
    }


def _day(day: int, rows: Sequence[Any]) -> dict[str, Any]:
    pages = sum(int(row.pages) for row in rows)
    confidence = summed(row.confidence for row in rows)
    kept = summed(row.kept_share for row in rows)
    return {
        "day": day // 1000,
        "pages": pages,
        "yield": sum(confidence) / pages if pages else None,
        "confidence": median(confidence),
        "kept_share": median(kept),
        "words_in": sum(int(row.words_in) for row in rows),
        "words_kept": sum(int(row.words_kept) for row in rows),
    }


def _weeks(connection: sa.Connection, names: Sequence[str], now: int) -> dict[str, dict[str, Any]]:
    """Of each host: pages of the last week, yield, and the kept share of today beside that of the days before."""
    today = now - now % DAY
    mine = sa.select(host_day).where(
        host_day.c.day.in_(days_back(now, WEEK + 1)), host_day.c.host.in_(names), host_day.c.lane.in_(FRESH)
    )
    by_host: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(mine):
        by_host[row.host].append(row)
    found = {}
    for name, rows in by_host.items():
        pages = sum(int(row.pages) for row in rows)
        cleaned = sum(sum(summed([row.confidence])) for row in rows)
        found[name] = {
            "week_pages": pages,
            "yield": cleaned / pages if pages else None,
            "kept_today": median(summed(row.kept_share for row in rows if row.day == today)),
            "kept_before": median(summed(row.kept_share for row in rows if row.day != today)),
        }
    return found


def _reasons(connection: sa.Connection, names: Sequence[str], now: int) -> dict[str, list[str]]:
    words = sa.func.sum(host_day_reason.c.words)
    mine = (
        sa.select(host_day_reason.c.host, host_day_reason.c.reason)
        .where(host_day_reason.c.day.in_(days_back(now, WEEK + 1)), host_day_reason.c.host.in_(names))
        .group_by(host_day_reason.c.host, host_day_reason.c.reason)
        .order_by(words.desc())
    )
    found: dict[str, list[str]] = defaultdict(list)
    for name, reason in connection.execute(mine):
        found[name].append(reason)
    return found
