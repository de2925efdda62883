"""Where a span's figures are read: whole days from what was added up, the rest from the hours."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.figures.span import Span
from worker.store.ids import DAY, HOUR
from worker.store.tables_rollup import day_reason, day_total, day_whole, hour_reason, hour_total


class Sources(NamedTuple):
    """What to read instead of `hour_total` and `hour_reason`; `hour` may be the beginning of a day."""

    totals: sa.Subquery
    reasons: sa.Subquery


def sources(connection: sa.Connection, span: Span, step: int) -> Sources:
    """The rows of a span. With steps of a day, days are read wherever they are there; with shorter ones never."""
    whole: list[int] = []
    if step >= DAY:
        inside = (day_whole.c.day >= span.since, day_whole.c.day <= span.until - DAY)
        whole = list(connection.execute(sa.select(day_whole.c.day).where(*inside).order_by(day_whole.c.day)).scalars())
    parts = list(_gaps(span.since, span.until - span.until % HOUR + HOUR, whole))
    return Sources(_both(hour_total, day_total, whole, parts), _both(hour_reason, day_reason, whole, parts))


def _both(hours: sa.Table, days: sa.Table, whole: Sequence[int], parts: Sequence[tuple[int, int]]) -> sa.Subquery:
    others = [column.name for column in hours.c if column.name != "hour"]
    by_hour = [sa.select(hours).where(hours.c.hour >= since, hours.c.hour < until) for since, until in parts]
    if not whole:
        return sa.union_all(*by_hour).subquery() if len(by_hour) > 1 else by_hour[0].subquery()
    by_day = sa.select(days.c.day.label("hour"), *(days.c[name] for name in others)).where(days.c.day.in_(whole))
    return sa.union_all(by_day, *by_hour).subquery()


def _gaps(since: int, until: int, whole: Sequence[int]) -> Iterator[tuple[int, int]]:
    """What lies between whole days. There is always something: the present hour.

    >>> list(_gaps(0, 4 * DAY, [DAY, 2 * DAY]))
    [(0, 86400000), (259200000, 345600000)]
    """
    for day in whole:
        if day > since:
            yield since, day
        since = day + DAY
    if until > since:
        yield since, until
