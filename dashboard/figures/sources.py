"""Where a span's figures are read: days that were added up from their days, the rest from the hours."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.figures.span import Span
from worker.store.ids import DAY
from worker.store.tables_rollup import day_reason, day_total, day_whole, hour_reason, hour_total


class Sources(NamedTuple):
    """What to read instead of `hour_total` and `hour_reason`; `hour` may be the beginning of a day."""

    totals: sa.Subquery
    reasons: sa.Subquery


def sources(connection: sa.Connection, span: Span) -> Sources:
    """The rows of a span. With steps of a day, days are read wherever they are there."""
    if span.step < DAY:
        return Sources(
            *(sa.select(table).where(table.c.hour >= span.since).subquery() for table in (hour_total, hour_reason))
        )
    whole = set(connection.execute(sa.select(day_whole.c.day).where(day_whole.c.day >= span.since)).scalars())
    parts = list(_runs([day for day in span.steps() if day not in whole]))
    return Sources(_both(hour_total, day_total, span, parts), _both(hour_reason, day_reason, span, parts))


def _both(hours: sa.Table, days: sa.Table, span: Span, parts: Sequence[tuple[int, int]]) -> sa.Subquery:
    others = [column.name for column in hours.c if column.name != "hour"]
    by_day = sa.select(days.c.day.label("hour"), *(days.c[name] for name in others)).where(days.c.day >= span.since)
    by_hour = [
        sa.select(hours.c.hour, *(hours.c[name] for name in others)).where(hours.c.hour >= since, hours.c.hour < until)
        for since, until in parts
    ]
    return sa.union_all(by_day, *by_hour).subquery()


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Days that follow on each other as one stretch of time.

    >>> list(_runs([0, 86_400_000, 345_600_000]))
    [(0, 172800000), (345600000, 432000000)]
    """
    begun = last = None
    for day in days:
        if begun is None:
            begun = day
        elif last is not None and day != last + DAY:
            yield begun, last + DAY
            begun = day
        last = day
    if begun is not None and last is not None:
        yield begun, last + DAY
