"""The tables of roll-ups: counts of events by hour and day, never taken back, and the deltas they are merged from."""

import sqlalchemy as sa

from worker.store.tables import Ms, Name, Serial, metadata

delta = sa.Table(
    "delta",  # what one transaction adds; see worker/store/tally.py for the form
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("body", sa.Text, nullable=False),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", Name, primary_key=True),
    sa.Column("labels", Name, primary_key=True),  # JSON with sorted keys
    sa.Column("value", sa.Float, nullable=False),
)

_SUMS = ("pages", "words_in", "words_kept", "cpu_ms")


def _measures() -> list[sa.Column[object]]:
    """Sums, and histograms of 20 bins as JSON arrays."""
    sums = [sa.Column(name, sa.Float if name == "cpu_ms" else sa.BigInteger, nullable=False) for name in _SUMS]
    return [*sums, *(sa.Column(name, sa.Text, nullable=False) for name in ("confidence", "kept_share"))]


def _keys(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, Ms if name in ("hour", "day") else Name, primary_key=True) for name in names]


hour_total = sa.Table(
    "hour_total",
    metadata,
    *_keys("hour", "lane", "source", "cleaner_version", "language", "outcome"),
    *_measures(),
)

hour_reason = sa.Table(
    "hour_reason",
    metadata,
    *_keys("hour", "lane", "reason", "rule"),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("drops", "words", "pages")),
)

day_total = sa.Table(
    "day_total",  # made of `hour_total` when a day is over; see worker/store/days.py
    metadata,
    *_keys("day", "lane", "source", "cleaner_version", "language", "outcome"),
    *_measures(),
)

day_reason = sa.Table(
    "day_reason",
    metadata,
    *_keys("day", "lane", "reason", "rule"),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("drops", "words", "pages")),
)

day_whole = sa.Table(
    "day_whole",  # the days that those two have
    metadata,
    sa.Column("day", Ms, primary_key=True, autoincrement=False),
    sa.Column("pages", sa.BigInteger, nullable=False),  # of its hours when it was made: more since then means late ones
)

host_hour = sa.Table("host_hour", metadata, *_keys("hour", "host", "lane"), *_measures())

host_day = sa.Table("host_day", metadata, *_keys("day", "host", "lane"), *_measures())

host_day_reason = sa.Table(
    "host_day_reason",
    metadata,
    *_keys("day", "host", "reason"),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("drops", "words", "pages")),
)

host_state = sa.Table(
    "host_state",  # what is usual for a host: running means, for alarms after tens of pages
    metadata,
    sa.Column("host", Name, primary_key=True),
    sa.Column("pages", sa.BigInteger, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),  # running mean
    sa.Column("confidence_spread", sa.Float, nullable=False),  # running mean of the squared distance
    sa.Column("kept_share", sa.Float, nullable=False),
    sa.Column("kept_share_spread", sa.Float, nullable=False),
    sa.Column("last_at", Ms, nullable=False),
)
