"""What processes of the tests do to a store: run by name, killed at will."""

import os
import signal
import sys
import time
from pathlib import Path

from tests.service.store_helpers import cleaned, submission
from worker.settings import Settings
from worker.store import Store
from worker.store.nouns import Outcome, Where


def submit_same(store: Store, argument: str) -> None:
    """The same twenty pages, in an order of one's own."""
    for turn in range(5):
        numbers = list(range(20))
        shift = (int(argument) * 7 + turn) % 20
        receipts = store.submit([submission(number) for number in numbers[shift:] + numbers[:shift]])
        assert all(receipt.error is None for receipt in receipts)
        print(sum(receipt.new for receipt in receipts), flush=True)


def work(store: Store, argument: str) -> None:
    """Take what is stale and clean it, for ever; every seventh page fails."""
    while True:
        ids = [name for name, _ in store.stale(40)]
        jobs = store.claim(ids[:8], f"w{argument}")
        outcomes = [
            Outcome(job_id=job.id, attempt=job.attempt, failed=("worker_died", "again"))
            if int(job.url.rsplit("/", 1)[1]) % 7 == 0
            else cleaned(job)
            for job in jobs
        ]
        store.finish(outcomes)
        if not jobs:
            time.sleep(0.05)


def work_slowly(store: Store, argument: str) -> None:
    """Work for ever, so that it can be killed at any moment."""
    while True:
        jobs = store.claim([name for name, _ in store.stale(40)][:8], f"w{argument}")
        store.finish([cleaned(job) for job in jobs[:4]])
        store.finish([cleaned(job) for job in jobs[4:]])
        print(len(jobs), flush=True)


def submit_for_ever(store: Store, argument: str) -> None:
    """New pages and old ones, printing what was acknowledged."""
    number = int(argument) * 1_000_000
    while True:
        receipts = store.submit([submission(number + at) for at in range(10)])
        print(" ".join(receipt.revision_id for receipt in receipts), flush=True)
        number += 5
        time.sleep(0.02)


def merge(store: Store, argument: str) -> None:
    """Merge roll-ups while others write."""
    for _ in range(int(argument)):
        store.rollup(5)


def follow(store: Store, argument: str) -> None:
    """Read the feed until a number of documents has come, printing their ids."""
    cursor, seen = None, 0
    until = time.monotonic() + 60
    while seen < int(argument) and time.monotonic() < until:
        part = store.documents(Where(), cursor, limit=7)
        cursor = part.cursor
        seen += len(part.documents)
        for found in part.documents:
            print(found.id, flush=True)


def main() -> None:
    """NAME DATA_DIR DATABASE_URL ARGUMENT."""
    name, data_dir, url, argument = sys.argv[1:]
    os.environ.pop("DEHUSK_DATABASE_URL", None)
    store = Store.open(Settings.load(data_dir=Path(data_dir), database_url=url, lease_seconds=1.0, attempts=3))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    globals()[name](store, argument)


if __name__ == "__main__":
    main()
