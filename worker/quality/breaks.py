"""Where a host's history breaks: "kept share fell from 61 % to 9 % on 3 March, 14:00", read from hourly roll-ups.

The streaming watch says that something is wrong; this finds the hour, for people, when the history is looked at.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Literal

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import HOUR, now_ms, to_time
from worker.store.tables_rollup import host_hour
from worker.store.tally import BINS

FEWEST = 10  # pages on either side
LEAST = 0.15  # change that a person would call one
STRONG = 6.0  # spreads of the difference
FRESH = ("interactive", "crawl")

Measure = Literal["kept_share", "confidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The pages of one hour: how many, their mean, their mean square."""

    at: int  # ms
    pages: int
    mean: float
    square: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A lasting change."""

    measure: Measure
    at: datetime  # the first hour of the new way
    before: float
    after: float
    pages_before: int
    pages_after: int


def breaks(database: Database, host: str, *, days: int = 14, now: int | None = None) -> list[Break]:
    """The breaks in a host's last days, oldest first."""
    last = now_ms() if now is None else now
    hours = [last - last % HOUR - back * HOUR for back in range(days * 24)]  # named, so that each is a look-up
    mine = sa.select(host_hour).where(host_hour.c.hour.in_(hours), host_hour.c.host == host, host_hour.c.lane.in_(FRESH))
    with database.read() as connection:
        rows = connection.execute(mine.order_by(host_hour.c.hour)).all()
    found: list[Break] = []
    for measure in ("kept_share", "confidence"):
        by_hour: dict[int, list[int]] = {}
        for row in rows:
            bins = by_hour.setdefault(row.hour, [0] * BINS)
            for at, pages in enumerate(json.loads(getattr(row, measure))):
                bins[at] += pages
        found += split([_hour(at, bins) for at, bins in sorted(by_hour.items()) if any(bins)], measure)
    return sorted(found, key=lambda one: one.at)


def _hour(at: int, bins: Sequence[int]) -> Hour:
    pages = sum(bins)
    middles = [(at + 0.5) / len(bins) for at in range(len(bins))]
    mean = sum(n * x for n, x in zip(bins, middles, strict=True)) / pages
    square = sum(n * x * x for n, x in zip(bins, middles, strict=True)) / pages
    return Hour(at=at, pages=pages, mean=mean, square=square)


def split(hours: Sequence[Hour], measure: Measure) -> list[Break]:
    """Split where the two sides differ most for their spread, then each side again."""
    best, where = 0.0, 0
    total = _sums(hours)
    left = (0.0, 0.0, 0.0)
    for at in range(1, len(hours)):
        one = hours[at - 1]
        left = (left[0] + one.pages, left[1] + one.pages * one.mean, left[2] + one.pages * one.square)
        right = (total[0] - left[0], total[1] - left[1], total[2] - left[2])
        if min(left[0], right[0]) < FEWEST:
            continue
        away = abs(left[1] / left[0] - right[1] / right[0])
        within = max(0.0, left[2] - left[1] ** 2 / left[0]) + max(0.0, right[2] - right[1] ** 2 / right[0])
        spread = sqrt(max(within / total[0], (0.5 / BINS) ** 2) * (1 / left[0] + 1 / right[0]))
        if away >= LEAST and away / spread > best:
            best, where = away / spread, at
    if best < STRONG:
        return []
    before, after = _sums(hours[:where]), _sums(hours[where:])
    here = Break(
        measure=measure,
        at=to_time(hours[where].at),
        before=before[1] / before[0],
        after=after[1] / after[0],
        pages_before=int(before[0]),
        pages_after=int(after[0]),
    )
    return [*split(hours[:where], measure), here, *split(hours[where:], measure)]


def _sums(hours: Sequence[Hour]) -> tuple[float, float, float]:
    return (
        float(sum(one.pages for one in hours)),
        sum(one.pages * one.mean for one in hours),
        sum(one.pages * one.square for one in hours),
    )
