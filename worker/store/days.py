"""Days that are over, added up from their hours: ninety days are then as quick to read as one.

Made of the hours, and not beside them, so that nothing is missing of a day before an upgrade, or of one in which a
scheduler of an older release was at work too. Hours stay the truth; what is here can be made again.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import DAY, HOUR, now_ms
from worker.store.merge import MERGER
from worker.store.tables_rollup import day_reason, day_total, day_whole, delta, hour_reason, hour_total
from worker.store.tally import BINS

LATE = 2 * HOUR  # after its end a day is added up
LOOKED_AT_AGAIN = 7  # days that late deltas may still have added to
SUMS = ("pages", "words_in", "words_kept", "cpu_ms")
TRIPLE = ("drops", "words", "pages")

Key = tuple[Any, ...]


def whole_days(database: Database, now: int | None = None) -> bool:
    """Add up one day that is over and was not yet, or got more since. True: there are more. For the scheduler."""
    moment = now_ms() if now is None else now
    missing = _missing(database, moment)
    return bool(missing) and _make(database, missing[0]) and len(missing) > 1


def _missing(database: Database, now: int) -> list[int]:
    """Days to be made, the latest first: they are looked at most."""
    last = (now - LATE) - (now - LATE) % DAY - DAY
    with database.read() as connection:
        first = connection.execute(sa.select(sa.func.min(hour_total.c.hour))).scalar()
        oldest = connection.execute(sa.select(delta.c.body).order_by(delta.c.id).limit(1)).scalar()
        if oldest is not None:  # what waits to be merged may belong to a day
            last = min(last, json.loads(oldest)["hour"] // DAY * DAY - DAY)
        if first is None or last < first - first % DAY:
            return []
        known = {row.day: int(row.pages) for row in connection.execute(sa.select(day_whole))}
        days = range(last, first - first % DAY - DAY, -DAY)
        return [
            day
            for at, day in enumerate(days)
            if day not in known or (at < LOOKED_AT_AGAIN and _pages(connection, day) != known[day])
        ]


def _pages(connection: sa.Connection, day: int) -> int:
    pages = sa.func.coalesce(sa.func.sum(hour_total.c.pages), 0)
    return int(connection.execute(sa.select(pages).where(*_of(hour_total, day))).scalar_one())


def _of(table: sa.Table, day: int) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.hour >= day, table.c.hour < day + DAY


def _make(database: Database, day: int) -> bool:
    """Whether the day was made; False when its hours got more meanwhile."""
    with database.read() as connection:
        totals = _totals(connection.execute(sa.select(hour_total).where(*_of(hour_total, day))).all(), day)
        reasons = _reasons(connection.execute(sa.select(hour_reason).where(*_of(hour_reason, day))).all(), day)
    pages = sum(int(row["pages"]) for row in totals)

    def write(connection: sa.Connection) -> bool:
        if database.postgres and not connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(MERGER))).scalar():
            return False
        if _pages(connection, day) != pages:
            return False
        for table, rows in ((day_total, totals), (day_reason, reasons)):
            connection.execute(sa.delete(table).where(table.c.day == day))
            if rows:
                connection.execute(sa.insert(table), rows)
        insert = database.insert(day_whole).values(day=day, pages=pages)
        connection.execute(insert.on_conflict_do_update(index_elements=["day"], set_={"pages": insert.excluded.pages}))
        return True

    return database.write(write)


def _totals(rows: Sequence[Any], day: int) -> list[dict[str, Any]]:
    names = [column.name for column in day_total.primary_key][1:]
    sums: dict[Key, list[float]] = {}
    bins: dict[Key, tuple[list[int], list[int]]] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in names)
        have = sums.setdefault(key, [0, 0, 0, 0.0])
        for at, name in enumerate(SUMS):
            have[at] += getattr(row, name)
        for histogram, text in zip(
            bins.setdefault(key, ([0] * BINS, [0] * BINS)), (row.confidence, row.kept_share), strict=True
        ):
            for at, pages in enumerate(json.loads(text)):
                histogram[at] += pages
    return [
        {
            "day": day,
            **dict(zip(names, key, strict=True)),
            **dict(zip(SUMS, values, strict=True)),
            "confidence": json.dumps(bins[key][0], separators=(",", ":")),
            "kept_share": json.dumps(bins[key][1], separators=(",", ":")),
        }
        for key, values in sums.items()
    ]


def _reasons(rows: Sequence[Any], day: int) -> list[dict[str, Any]]:
    names = [column.name for column in day_reason.primary_key][1:]
    sums: dict[Key, list[int]] = {}
    for row in rows:
        have = sums.setdefault(tuple(getattr(row, name) for name in names), [0, 0, 0])
        for at, name in enumerate(TRIPLE):
            have[at] += getattr(row, name)
    return [
        {"day": day, **dict(zip(names, key, strict=True)), **dict(zip(TRIPLE, values, strict=True))}
        for key, values in sums.items()
    ]
