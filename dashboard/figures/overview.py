"""The whole service over a span of time."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.figures.bins import median, summed
from dashboard.figures.span import Span
from worker.store.database import Database
from worker.store.tables_rollup import hour_reason, hour_total

FRESH = ("interactive", "crawl")  # re-cleaning is told apart
TOP = 9  # series of a stacked chart; the rest are one

Cell = tuple[int, str]


def overview(database: Database, span: Span) -> dict[str, Any]:
    """Pages, outcomes, reasons, languages, versions and distributions."""
    where = (hour_total.c.hour >= span.since, hour_total.c.lane.in_(FRESH))
    with database.read() as connection:
        outcomes = _by(connection, span, hour_total.c.outcome, hour_total.c.pages, where)
        languages = _sums(connection, hour_total.c.language, where)
        versions = _sums(connection, hour_total.c.cleaner_version, (*where, hour_total.c.cleaner_version != ""))
        first = sa.select(hour_total.c.cleaner_version, sa.func.min(hour_total.c.hour)).where(*where)
        began = {row[0]: row[1] for row in connection.execute(first.group_by(hour_total.c.cleaner_version))}
        bins = connection.execute(sa.select(hour_total.c.confidence, hour_total.c.kept_share).where(*where)).all()
        words = connection.execute(
            sa.select(
                *(
                    sa.func.coalesce(sa.func.sum(column), 0)
                    for column in (hour_total.c.words_in, hour_total.c.words_kept, hour_total.c.cpu_ms)
                )
            ).where(*where)
        ).one()
        again = sa.select(sa.func.coalesce(sa.func.sum(hour_total.c.pages), 0)).where(
            hour_total.c.hour >= span.since, hour_total.c.lane == "reclean"
        )
        recleaned = connection.execute(again).scalar_one()
        mine = (hour_reason.c.hour >= span.since, hour_reason.c.lane.in_(FRESH))
        reasons = _by(connection, span, hour_reason.c.reason, hour_reason.c.words, mine)
        rules = connection.execute(
            sa.select(
                hour_reason.c.reason,
                hour_reason.c.rule,
                *(sa.func.sum(column) for column in (hour_reason.c.drops, hour_reason.c.words, hour_reason.c.pages)),
            )
            .where(*mine)
            .group_by(hour_reason.c.reason, hour_reason.c.rule)
            .order_by(sa.func.sum(hour_reason.c.words).desc())
        ).all()
    confidence = summed(row.confidence for row in bins)
    kept = summed(row.kept_share for row in bins)
    return {
        "span": span.name.value,
        "since": span.since,
        "until": span.until,
        "step": span.step,
        "pages": sum(outcomes.values()),
        "recleaned": int(recleaned),
        "words_in": int(words[0]),
        "words_kept": int(words[1]),
        "cpu_ms": float(words[2]),
        "outcomes": _series(span, outcomes),
        "reasons": _series(span, reasons),
        "confidence": {"bins": confidence, "median": median(confidence)},
        "kept_share": {"bins": kept, "median": median(kept)},
        "languages": [{"language": name, "pages": pages} for name, pages in _ranked(languages)],
        "versions": [{"version": name, "pages": pages, "since": began[name]} for name, pages in _ranked(versions)],
        "rules": [
            {"reason": reason, "rule": rule, "drops": int(drops), "words": int(words), "pages": int(pages)}
            for reason, rule, drops, words, pages in rules
        ],
    }


def _by(connection: sa.Connection, span: Span, name: Any, value: Any, where: Any) -> dict[Cell, int]:
    """(step, name) -> sum."""
    hour = name.table.c.hour
    found: dict[Cell, int] = defaultdict(int)
    for at, label, total in connection.execute(sa.select(hour, name, sa.func.sum(value)).where(*where).group_by(hour, name)):
        found[at - at % span.step, label] += int(total)
    return found


def _sums(connection: sa.Connection, name: Any, where: Any) -> dict[str, int]:
    rows = connection.execute(sa.select(name, sa.func.sum(hour_total.c.pages)).where(*where).group_by(name))
    return {label: int(total) for label, total in rows}


def _series(span: Span, cells: Mapping[Cell, int]) -> dict[str, Any]:
    """Times in seconds, and a row of values for each name, the largest first; small ones together as "other"."""
    totals: dict[str, int] = defaultdict(int)
    for (_, name), value in cells.items():
        totals[name] += value
    names = [name for name, _ in _ranked(totals)]
    times = list(span.steps())
    rows = [
        {"name": name, "total": totals[name], "values": [cells.get((at, name), 0) for at in times]} for name in names[:TOP]
    ]
    if rest := names[TOP:]:
        values = [sum(cells.get((at, name), 0) for name in rest) for at in times]
        rows.append({"name": "other", "total": sum(totals[name] for name in rest), "values": values})
    return {"times": [at // 1000 for at in times], "series": rows}


def _ranked(sums: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))
