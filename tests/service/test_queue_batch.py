"""A message's pages: stored in groups, the bad ones named, the rest handed back when the worker has to go."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cleaners.profile import Profile
from drills.engine import clean_page
from tests.service.queue_helpers import html
from worker.queue import clean_batch, engine
from worker.queue.clean_batch import BatchCleaner
from worker.queue.stopping import Stopping
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Outcome, Submission


class Bench:
    """A store on SQLite and a batch cleaner, in this process."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        given = {"deadline_seconds": 1, "memory_mb": 300, "samples": False, **changes}
        self.settings = Settings.load(data_dir=folder, **given)
        self.store = Store.open(self.settings)
        self.store.migrate()
        self.stopping = Stopping()
        self.cleaner = BatchCleaner(self.store, self.settings, "test/0", self.stopping)

    def hand_in(self, *bodies: bytes) -> list[str]:
        pages = [Submission(source="t", key=str(number), body=body) for number, body in enumerate(bodies)]
        return [receipt.revision_id for receipt in self.store.submit(pages)]

    def states(self) -> dict[str, int]:
        return {state: count for state, count in self.store.counts().items() if count}


@pytest.fixture(scope="module", autouse=True)
def engine_in_memory() -> None:
    """Forked processes share it, as they do in a worker."""
    engine.warm_up(Profile.load())


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(engine, "clean_page", clean_page)
    made = Bench(tmp_path)
    yield made
    made.cleaner.close()
    made.store.close()


def asking(what: str) -> bytes:
    return html(what, f"<!-- drill: {what} -->")


def test_every_page_gets_its_end(bench: Bench) -> None:
    ids = bench.hand_in(html("one"), b"\x89PNG\r\n\x1a\n" + bytes(100), html("two"), b"  ", asking("crash"), html("three"))
    assert bench.cleaner.batch(ids) == []
    assert bench.states() == {"clean": 3, "rejected": 2, "received": 1}  # what crashed is tried again
    assert {row.error for row in bench.store.revisions(_state("rejected")).rows} == {"not_text", "empty_input"}


def test_twice_the_same_message_does_no_work_twice(bench: Bench) -> None:
    ids = bench.hand_in(html("one"), html("two"))
    bench.cleaner.batch(ids)
    assert bench.cleaner.batch(ids) == []
    assert bench.states() == {"clean": 2}


def test_a_page_that_failed_is_tried_alone(bench: Bench) -> None:
    bad, *good = bench.hand_in(asking("hang"), html("one"), html("two"))
    assert bench.cleaner.batch([bad, *good]) == []
    assert bench.states() == {"clean": 2, "received": 1}
    fresh = bench.hand_in(html("zero"), html("five"))
    assert bench.cleaner.batch([bad, *fresh]) == [[bad]]  # a message of its own
    assert bench.cleaner.batch([bad]) == []
    assert bench.cleaner.batch([bad]) == []
    assert bench.states() == {"clean": 4, "dead": 1}
    assert [row.error for row in bench.store.dead().rows] == ["time_limit"]


def test_a_worker_that_stops_hands_back_what_it_has_not_begun(bench: Bench) -> None:
    ids = bench.hand_in(*(html(f"page {n}") for n in range(4)))
    bench.stopping.set()
    assert bench.cleaner.batch(ids) == [ids]  # nothing is claimed any more
    assert bench.states() == {"received": 4}


def test_a_page_at_hand_may_be_finished_and_no_more(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = bench.hand_in(*(html(f"page {n}", "<!-- drill: nap 300 -->") for n in range(4)))
    real = clean_batch.outcome

    def then_stop(*arguments: Any) -> Outcome:
        bench.stopping.set()
        return real(*arguments)

    monkeypatch.setattr(clean_batch, "outcome", then_stop)
    (left,) = bench.cleaner.batch(ids)
    assert len(left) == 3
    assert set(left) < set(ids)
    assert bench.states() == {"clean": 1, "received": 3}
    assert {row.attempt for row in bench.store.revisions(_state("received")).rows} == {1}  # costs no try


def test_a_page_that_takes_too_long_is_interrupted_when_the_worker_has_to_go(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = bench.hand_in(html("slow", "<!-- drill: nap 900 -->"))
    monkeypatch.setattr("worker.queue.stopping.GRACE", 0.2)
    real = bench.store.claim

    def claim(*arguments: Any) -> Any:
        jobs = real(*arguments)
        bench.stopping.set()
        return jobs

    bench.store.claim = claim  # type: ignore[method-assign]
    began = time.monotonic()
    assert bench.cleaner.batch([page]) == [[page]]
    assert time.monotonic() - began < 0.8
    assert bench.states() == {"received": 1}


def test_cleaned_pages_wait_for_a_store_that_is_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_batch, "RETRY_SECONDS", 0.01)
    ids = bench.hand_in(html("one"), html("two"))
    real, failures = bench.store.finish, [1, 1, 1]

    def finish(outcomes: Sequence[Outcome]) -> list[str]:
        if failures:
            failures.pop()
            raise StoreUnavailable
        return real(outcomes)

    bench.store.finish = finish  # type: ignore[method-assign]
    assert bench.cleaner.batch(ids) == []
    assert bench.states() == {"clean": 2}


def test_leases_of_a_long_group_are_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "clean_page", clean_page)
    bench = Bench(tmp_path, lease_seconds=0.6, deadline_seconds=5)
    ids = bench.hand_in(html("one", "<!-- drill: nap 1500 -->"), html("two"))
    renewed: list[int] = []
    real = bench.store.renew
    bench.store.renew = lambda jobs: (renewed.append(len(jobs)), real(jobs))[1]  # type: ignore[method-assign,func-returns-value]
    assert bench.cleaner.batch(ids) == []
    assert bench.states() == {"clean": 2}
    assert len(renewed) > 2
    bench.cleaner.close()
    bench.store.close()


def test_a_long_message_is_left_to_others_in_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_batch, "BATCH_SECONDS", 0.3)
    ids = bench.hand_in(*(html(f"page {n}", "<!-- drill: nap 200 -->") for n in range(12)))
    again = bench.cleaner.batch(ids)
    left = [name for message in again for name in message]
    assert 6 < len(left) < 12
    assert bench.states() == {"clean": 12 - len(left), "received": len(left)}


def _state(state: str) -> Any:
    from worker.store.nouns import Where

    return Where(state=state)
