"""Invented roll-ups by the million, to see that the pages stay quick: python -m dashboard.seed --hosts 100000 --days 90

`--hours 48` adds rows of hosts by the hour, which a host's breaks are found in. Rows go into the store of the settings,
which must be empty, and are the same every time.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from worker.settings import Settings
from worker.store import Store
from worker.store.database import Database
from worker.store.days import whole_days
from worker.store.ids import DAY, HOUR
from worker.store.tables_rollup import host_day, host_day_reason, host_hour, host_state, hour_reason, hour_total
from worker.store.tally import BINS

REASONS = ("navigation", "related_links", "cookie_notice", "legal_footer", "share_bar", "comments", "caption", "newsletter")
LANGUAGES = ("en", "de", "fr", "es", "vi", "ja", "ru", "ar")
OUTCOMES = ("content", "challenge", "soft_404", "rejected", "dead")
ROWS = 5_000  # an insert

Row = Mapping[str, Any]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.seed", description="Fill an empty store with invented roll-ups."
    )
    parser.add_argument("--hosts", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--hours", type=int, default=0, help="hours of hosts by the hour")
    options = parser.parse_args(arguments)
    store = Store.open(Settings.load())
    try:
        store.migrate()
        if any(store.counts().values()):
            print("This store has pages in it.", file=sys.stderr)
            return 1
        now = round(time.time() * 1000)
        print(f"{seed(store.database, options.hosts, options.days, now, hours=options.hours):,} rows")
    finally:
        store.close()
    return 0


def seed(database: Database, hosts: int, days: int, now: int, *, hours: int = 0) -> int:
    """Write the rows; how many. Days that are over are added up as the scheduler does it."""
    count = 0
    tables = (
        (host_state, _states(hosts, now)),
        (host_day, _days(hosts, days, now)),
        (host_hour, _hours(hosts, hours, now)),
        (host_day_reason, _day_reasons(hosts, days, now)),
        (hour_total, _totals(days, now)),
        (hour_reason, _reasons(days, now)),
    )
    for table, rows in tables:
        while part := list(islice(rows, ROWS)):
            _write(database, table, part)
            count += len(part)
    while whole_days(database, now):
        pass
    return count


def _write(database: Database, table: sa.Table, rows: Sequence[Row]) -> None:
    database.write(lambda connection: connection.execute(sa.insert(table), [dict(row) for row in rows]))


def name_of(host: int) -> str:
    return f"host-{host}.example"


def _states(hosts: int, now: int) -> Iterator[Row]:
    chance = random.Random(1)
    for host in range(hosts):
        yield {
            "host": name_of(host),
            "pages": int(chance.paretovariate(1) * 10),  # few hosts have most pages
            "confidence": chance.betavariate(8, 2),
            "confidence_spread": 0.01,
            "kept_share": chance.betavariate(4, 3),
            "kept_share_spread": 0.02,
            "last_at": now - chance.randrange(DAY),
        }


def _days(hosts: int, days: int, now: int) -> Iterator[Row]:
    chance = random.Random(2)
    measures = [_measures(chance, pages) for pages in range(1, 60)]
    for day in _back(now, DAY, days):
        for host in range(hosts):
            yield {"day": day, "host": name_of(host), "lane": "crawl", **chance.choice(measures)}


def _hours(hosts: int, hours: int, now: int) -> Iterator[Row]:
    """One host in ten has a page in an hour."""
    chance = random.Random(6)
    measures = [_measures(chance, pages) for pages in range(1, 9)]
    for hour in _back(now, HOUR, hours):
        for host in range(hosts):
            if chance.random() < 0.1:
                yield {"hour": hour, "host": name_of(host), "lane": "crawl", **chance.choice(measures)}


def _day_reasons(hosts: int, days: int, now: int) -> Iterator[Row]:
    chance = random.Random(3)
    for day in _back(now, DAY, days):
        for host in range(hosts):
            words = chance.randrange(5, 500)
            sums = {"drops": words // 5, "words": words, "pages": words // 20 + 1}
            yield {"day": day, "host": name_of(host), "reason": REASONS[host % len(REASONS)], **sums}


def _totals(days: int, now: int) -> Iterator[Row]:
    chance = random.Random(4)
    for hour in _back(now, HOUR, days * 24):
        for language in LANGUAGES:
            for outcome in OUTCOMES:
                keys = {"hour": hour, "lane": "crawl", "source": "seed", "cleaner_version": "seed", "language": language}
                yield {**keys, "outcome": outcome, **_measures(chance, chance.randrange(1, 900))}


def _reasons(days: int, now: int) -> Iterator[Row]:
    chance = random.Random(5)
    for hour in _back(now, HOUR, days * 24):
        for reason in REASONS:
            words = chance.randrange(100, 90_000)
            sums = {"drops": words // 8, "words": words, "pages": words // 40}
            yield {"hour": hour, "lane": "crawl", "reason": reason, "rule": reason, **sums}


def _back(now: int, step: int, count: int) -> Iterable[int]:
    last = now - now % step
    return range(last, last - count * step, -step)


def _measures(chance: random.Random, pages: int) -> dict[str, Any]:
    words = pages * chance.randrange(200, 900)
    bins = [[0] * BINS, [0] * BINS]
    for histogram, (a, b) in zip(bins, ((8, 2), (4, 3)), strict=True):
        for _ in range(min(pages, 40)):
            histogram[min(BINS - 1, int(chance.betavariate(a, b) * BINS))] += 1
    confidence, kept = (json.dumps(histogram, separators=(",", ":")) for histogram in bins)
    sums = {"pages": pages, "words_in": words, "words_kept": words // 2, "cpu_ms": pages * 10.0}
    return {**sums, "confidence": confidence, "kept_share": kept}


if __name__ == "__main__":
    sys.exit(main())
