"""How far back to look, and in what steps."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from worker.store.ids import DAY, HOUR


class SpanName(StrEnum):
    """The choices of the range picker."""

    hour = "hour"
    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"


_LENGTH = {
    SpanName.hour: HOUR,
    SpanName.day: DAY,
    SpanName.week: 7 * DAY,
    SpanName.month: 30 * DAY,
    SpanName.quarter: 90 * DAY,
}
LABEL = {
    SpanName.hour: "this hour and the last",
    SpanName.day: "24 hours",
    SpanName.week: "7 days",
    SpanName.month: "30 days",
    SpanName.quarter: "90 days",
}


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to now, in steps of an hour or a day (UTC). Milliseconds."""

    name: SpanName
    since: int
    until: int
    step: int

    @classmethod
    def of(cls, name: SpanName, now: int | None = None) -> "Span":
        now = round(time.time() * 1000) if now is None else now
        step = HOUR if name in (SpanName.hour, SpanName.day, SpanName.week) else DAY
        since = now - _LENGTH[name]
        return cls(name, since - since % step, now, step)

    def steps(self) -> Iterator[int]:
        yield from range(self.since, self.until + 1, self.step)
