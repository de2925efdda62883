"""Databases that are locked, crash or are not there yet: nothing is lost, and the same store goes on afterwards."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.service.conftest import OpenStore
from tests.service.postgres import Server, programs, server
from tests.service.store_helpers import assert_adds_up, cleaned, drain, put, rows, states, submission
from worker.settings import Settings
from worker.store import Store, database
from worker.store.errors import StoreUnavailable
from worker.store.tables import revision


def until_done(act: Callable[[], object], seconds: float = 30) -> object:
    """What callers do with a store that is away: try again."""
    ends = time.monotonic() + seconds
    while True:
        try:
            return act()
        except StoreUnavailable:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)


@pytest.mark.skipif(programs() is None and not os.environ.get("CI"), reason="there is no PostgreSQL here")
def test_postgresql_crashes_and_comes_back_while_pages_are_submitted_and_cleaned(tmp_path: Path) -> None:
    with server() as running:
        store = Store.open(Settings.load(data_dir=tmp_path, database_url=running.database()))
        store.migrate()
        accepted: list[str] = []
        stop = threading.Event()

        def submit() -> None:
            number = 0
            while not stop.is_set():
                batch = [submission(number + at) for at in range(5)]
                receipts = until_done(lambda batch=batch: store.submit(batch))  # type: ignore[misc]
                accepted.extend(receipt.revision_id for receipt in receipts)  # type: ignore[attr-defined]
                number += 5

        def clean() -> None:
            while not stop.is_set():
                jobs = until_done(lambda: store.claim(accepted[-30:], "w"))
                until_done(lambda jobs=jobs: store.finish([cleaned(job) for job in jobs]))  # type: ignore[misc,attr-defined]

        threads = [threading.Thread(target=submit), threading.Thread(target=clean)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            time.sleep(0.4)
            running.stop(signal=3)  # as if the power went
            with pytest.raises(StoreUnavailable):
                store.backlog()
                store.counts()
            time.sleep(0.2)
            running.start()
        until_done(store.counts)
        time.sleep(0.4)
        stop.set()
        for thread in threads:
            thread.join()
        assert {row.id for row in rows(store, revision, "id")} >= set(accepted)
        store.abandon("w")
        store.stale()
        store.forget_messages()
        drain(store, [name for name, _ in store.stale(10_000)])
        assert set(states(store)) == {"clean"}
        assert_adds_up(store, settled=True)
        store.close()


def test_a_writer_waits_for_one_that_is_slow(tmp_path: Path) -> None:
    store = Store.open(Settings.load(data_dir=tmp_path))
    store.migrate()
    other = sqlite3.connect(tmp_path / "dehusk.sqlite3", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, lambda: other.execute("COMMIT"))
    release.start()
    begun = time.monotonic()
    assert store.counts()["received"] == 0  # readers do not wait
    assert time.monotonic() - begun < 0.4
    put(store, submission(1))
    assert time.monotonic() - begun > 0.4
    release.join()
    other.close()
    store.close()


def test_a_lock_that_is_never_given_back_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    store = Store.open(Settings.load(data_dir=tmp_path))
    store.migrate()
    other = sqlite3.connect(tmp_path / "dehusk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        store.submit([submission(1)])
    other.execute("ROLLBACK")
    put(store, submission(1))
    assert_adds_up(store)
    other.close()
    store.close()


def test_what_one_thread_finds_broken_off_is_rolled_back(store: Store) -> None:
    def half(connection: sa.Connection) -> None:
        connection.execute(sa.delete(revision))
        raise KeyError("a bug")

    put(store, submission(1))
    with pytest.raises(KeyError):
        store.database.write(half)
    assert_adds_up(store)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of newer Pythons, when other threads run
def test_a_forked_child_goes_on_with_the_store(store: Store) -> None:
    put(store, submission(1))
    child = os.fork()
    if child == 0:
        try:
            put(store, submission(2))
            put(store, submission(3))
            os._exit(0)
        except BaseException:
            os._exit(1)
    put(store, submission(4))
    put(store, submission(5))
    assert os.waitpid(child, 0)[1] == 0
    assert sorted(store.body(row.id) for row in rows(store, revision, "id")) == [submission(n).body for n in range(1, 6)]
    assert_adds_up(store)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_migrate_once(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = None
    if kind == "postgresql":
        postgres: Server = request.getfixturevalue("postgres")
        url = postgres.database()
    stores = [Store.open(Settings.load(data_dir=tmp_path, database_url=url)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda store: store.migrate(), stores))
    assert [store.check() for store in stores] == [{}] * 4
    put(stores[0], submission(1))
    assert stores[3].counts()["received"] == 1
    for store in stores:
        store.close()


def test_durable_against_power_loss_waits_for_the_disk(open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", lambda file: synced.append(file))
    put(open_store(durable="kill"), submission(1))
    assert synced == []
    store = open_store(durable="power")
    put(store, submission(2), submission(3))
    assert len(synced) == 1
    if not store.database.postgres:
        with store.database.read() as connection:
            assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == 2
            assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"
