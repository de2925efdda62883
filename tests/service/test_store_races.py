"""Many at once, and the worst moment: each page still counts once, and the sums hold."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.service.conftest import OpenStore
from tests.service.store_helpers import assert_adds_up, cleaned, drain, put, rows, states, submission
from worker.settings import Settings
from worker.store import Store
from worker.store.database import Database
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Outcome, Submission
from worker.store.tables import document, event, garbage, page, revision

ROOT = Path(__file__).parents[2]
Start = Callable[[str, object], "subprocess.Popen[str]"]


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts a process that does something to the store."""
    running: list[subprocess.Popen[str]] = []

    def run(name: str, argument: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.service.store_processes", name, str(settings.data_dir)]
        process = subprocess.Popen(
            [*command, settings.database, str(argument)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def together(times: int, act: Callable[[int], object]) -> list[object]:
    """`act` in as many threads at the same moment."""
    gate = threading.Barrier(times)

    def go(number: int) -> object:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(go, range(times)))


def test_the_same_page_a_hundred_times_at_once_is_one_page(store: Store) -> None:
    def submit_ten(number: int) -> list[bool]:
        return [receipt.new for _ in range(10) for receipt in put(store, submission(1))]

    answers = [new for found in together(10, submit_ten) for new in found]  # type: ignore[attr-defined]
    assert Counter(answers) == {True: 1, False: 99}
    assert len(rows(store, page)) == len(rows(store, revision)) == len(rows(store, event)) == 1
    assert_adds_up(store)
    kept = {row.blob_ref for row in rows(store, revision, "blob_ref")}
    assert not kept & {row.ref for row in rows(store, garbage, "ref")}  # what lost the race is garbage, and that alone
    assert drain(store, [rows(store, revision, "id")[0].id]) == 1


def test_processes_that_submit_the_same_pages_in_any_order_do_not_block_each_other(store: Store, start: Start) -> None:
    running = [start("submit_same", number) for number in range(4)]
    made = sum(int(line) for process in running for line in process.communicate(timeout=60)[0].split())
    assert [process.returncode for process in running] == [0] * 4
    assert made == 20 == len(rows(store, revision))
    assert_adds_up(store)


def test_a_page_is_claimed_by_one_only(store: Store) -> None:
    ids = [receipt.revision_id for receipt in put(store, *map(submission, range(40)))]
    found = together(8, lambda number: [job.id for job in store.claim(ids, f"w{number}")])
    taken = Counter(name for names in found for name in names)  # type: ignore[attr-defined]
    assert taken == Counter(ids)
    assert_adds_up(store)


def test_finishing_twice_and_at_once_counts_once(store: Store) -> None:
    ids = [receipt.revision_id for receipt in put(store, *map(submission, range(20)))]
    outcomes = [cleaned(job) for job in store.claim(ids, "w")]
    found = together(6, lambda number: store.finish(outcomes[number:] + outcomes[:number]))
    assert Counter(name for names in found for name in names) == Counter(ids)  # type: ignore[attr-defined]
    assert len(rows(store, document)) == 20
    assert_adds_up(store, settled=True)


def test_revisions_of_one_page_finished_at_once_leave_the_latest_current(store: Store) -> None:
    ids = [put(store, submission(1, f"text {at}"))[0].revision_id for at in range(8)]
    jobs = store.claim(ids, "w")
    together(8, lambda number: store.finish([cleaned(jobs[number])]))
    (row,) = rows(store, page)
    current = store.document(row.current_document)
    assert current is not None and current.document.text == "text 7"
    assert_adds_up(store, settled=True)


def test_an_outcome_that_comes_after_its_lease_changes_nothing(open_store: OpenStore) -> None:
    store = open_store(lease_seconds=0.05)
    (receipt,) = put(store, submission(1))
    (late,) = store.claim([receipt.revision_id], "late")
    time.sleep(0.1)
    assert [name for name, _ in store.stale()] == [receipt.revision_id]
    (again,) = store.claim([receipt.revision_id], "again")
    assert again.attempt == 2
    assert store.finish([cleaned(late, "too late")]) == []
    assert store.finish([cleaned(again, "in time")]) == [again.id]
    assert store.finish([cleaned(late, "too late")]) == []
    assert [row.text for row in rows(store, document, "text")] == ["in time"]
    assert_adds_up(store, settled=True)


def test_leases_that_pass_every_time_end_in_death(open_store: OpenStore) -> None:
    store = open_store(lease_seconds=0.01, attempts=2)
    (receipt,) = put(store, submission(1))
    for _ in range(2):
        assert len(store.claim([receipt.revision_id], "w")) == 1
        time.sleep(0.05)
        store.stale()
    (row,) = store.dead().rows
    assert row.error == "lease_passed"
    assert_adds_up(store, settled=True)


def test_leases_can_be_renewed_and_ended(open_store: OpenStore) -> None:
    store = open_store(lease_seconds=0.3)
    ids = [receipt.revision_id for receipt in put(store, submission(1), submission(2))]
    kept, lost = store.claim(ids[:1], "alive"), store.claim(ids[1:], "dying")
    for _ in range(4):
        time.sleep(0.1)
        store.renew(kept)
    store.renew(lost)
    assert store.abandon("dying") == 1
    assert [name for name, _ in store.stale()] == ids[1:]
    assert store.finish([cleaned(job) for job in kept]) == ids[:1]
    assert_adds_up(store)


def test_many_workers_until_all_is_done(store: Store, start: Start) -> None:
    put(store, *map(submission, range(70)))
    store.forget_messages()
    for number in range(3):
        start("work", number)
    start("merge", 40)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and set(states(store)) - {"clean", "dead"}:
        store.forget_messages()  # as if no time had to pass before another try
        time.sleep(0.1)
    assert states(store) == {"clean": 60, "dead": 10}
    assert len(rows(store, document)) == 60
    assert_adds_up(store, settled=True)


def test_workers_and_submitters_killed_at_any_moment_lose_nothing(store: Store, start: Start, settings: Settings) -> None:
    acknowledged: set[str] = set()
    for turn in range(2):
        submitters = [start("submit_for_ever", number) for number in range(2)]
        workers = [start("work_slowly", number) for number in range(2)]
        first = [process.stdout.readline() for process in submitters + workers if process.stdout is not None]
        time.sleep(0.2 + 0.137 * turn)
        for process in submitters + workers:
            process.send_signal(signal.SIGKILL)
        for number, process in enumerate(submitters):
            lines = [first[number], *process.communicate()[0].splitlines(keepends=True)]
            acknowledged |= {name for line in lines if line.endswith("\n") for name in line.split()}
        assert_adds_up(store)
    assert acknowledged
    assert acknowledged <= {row.id for row in rows(store, revision, "id")}
    patient = Store.open(settings.model_copy(update={"attempts": 99}))
    deadline = time.monotonic() + 60
    while set(states(store)) - {"clean"} and time.monotonic() < deadline:
        patient.abandon("w0"), patient.abandon("w1"), patient.forget_messages()
        drain(patient, [name for name, _ in patient.stale(5000)])
    patient.close()
    assert set(states(store)) == {"clean"}
    assert len(rows(store, document)) == len(rows(store, revision))
    assert_adds_up(store, settled=True)


def test_the_feed_misses_nothing_that_is_written_while_it_is_read(store: Store, start: Start) -> None:
    ids = [receipt.revision_id for receipt in put(store, *map(submission, range(160)))]
    reader = start("follow", 160)

    def clean_some(number: int) -> None:
        for at in range(number * 40, number * 40 + 40, 4):
            store.finish([cleaned(job) for job in store.claim(ids[at : at + 4], f"w{number}")])

    together(4, clean_some)
    read = reader.communicate(timeout=90)[0].split()
    assert Counter(read) == Counter(row.id for row in rows(store, document, "id"))


def test_merging_at_once_adds_each_delta_once(store: Store) -> None:
    for number in range(12):
        put(store, submission(number))
    together(4, lambda number: [store.rollup(2) for _ in range(6)])
    while store.rollup():
        pass
    assert store.counts()["received"] == 12
    assert [(n, v) for n, labels, v in store.counters() if n == "submissions"] == [("submissions", 12.0)]


def test_submitting_while_pages_are_deleted_stores_what_it_says(store: Store) -> None:
    put(store, submission(1))

    def act(number: int) -> None:
        for _ in range(10):
            if number % 2:
                store.delete(host="host1.example")
            else:
                put(store, submission(1))

    together(4, act)
    (receipt,) = put(store, submission(1))
    assert store.body(receipt.revision_id) == submission(1).body
    assert_adds_up(store)


def test_a_store_that_does_not_answer_says_so(settings: Settings, tmp_path: Path) -> None:
    nowhere = Store.open(Settings.load(data_dir=tmp_path / "x", database_url="postgresql://nobody@/x?host=/nonexistent"))
    for act in (lambda: nowhere.submit([submission(1)]), lambda: nowhere.counts(), lambda: nowhere.claim(["a"], "w")):
        with pytest.raises(StoreUnavailable):
            act()
    assert "database" in nowhere.check()
    assert isinstance(nowhere.database, Database)


def test_a_blob_store_that_is_full_stores_no_row(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.blobs.shelf, "put", full)
    with pytest.raises(StoreUnavailable, match="No space"):
        store.submit([submission(1)])
    assert rows(store, page) == []


def test_a_store_that_cannot_read_a_body_now_tries_later(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (receipt,) = put(store, Submission(source="s", key="k", body=b"text"))

    def away(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(store.blobs.shelf, "get", away)
        assert store.claim([receipt.revision_id], "w") == []
    found = store.page(receipt.page_id)
    assert found is not None and found.revisions[0].error == "body_unreadable" and found.revisions[0].attempt == 2
    store.forget_messages()
    (job,) = store.claim([receipt.revision_id], "w")
    assert job.body == b"text"
    store.finish([Outcome(job_id=job.id, attempt=2, rejected=("not_text", ""))])
    assert_adds_up(store, settled=True)
