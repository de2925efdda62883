"""Raw pages in an object store: a real S3 protocol, by a server of the tests' own."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tests.service.store_helpers import assert_adds_up, cleaned, put, put_clean, rows, submission
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import BodyMissing, StoreUnavailable
from worker.store.nouns import BlobRef, Submission
from worker.store.tables import revision


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "tests")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("FSSPEC_S3_ENDPOINT_URL", f"http://{host}:{port}")
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(s3: str, tmp_path: Path) -> Iterator[Store]:
    """A store with its bodies there."""
    prefix = f"s3://pages/{tmp_path.name}"
    made = Store.open(Settings.load(data_dir=tmp_path, blob_url=prefix, blob_prefixes=("s3://pages/lake",)))
    made.migrate()
    assert made.check() == {}
    yield made
    made.close()


def test_a_batch_is_one_object_and_each_page_is_read_by_its_range(store: Store) -> None:
    receipts = put(store, *map(submission, range(20)))
    assert len(list(store.blobs.shelf.every_pack())) == 1
    jobs = store.claim([receipt.revision_id for receipt in receipts], "w")
    assert sorted(job.body for job in jobs) == sorted(submission(number).body or b"" for number in range(20))
    assert len(store.finish([cleaned(job) for job in jobs])) == 20
    assert_adds_up(store, settled=True)


def test_takedowns_leave_no_byte_in_the_bucket(store: Store) -> None:
    one, two = put(store, submission(1), submission(2))
    before = {name: store.blobs.shelf.whole(name) for name in store.blobs.shelf.every_pack()}
    refs = {row.id: row.blob_ref for row in rows(store, revision, "id", "blob_ref")}
    gone = store.blobs.shelf.get(BlobRef.parse(refs[one.revision_id]))
    store.delete(page_id=one.page_id)
    after = {name: store.blobs.shelf.whole(name) for name in store.blobs.shelf.every_pack()}
    assert not set(before) & set(after) and not any(gone in data for data in after.values())
    assert store.body(two.revision_id) == submission(2).body


def test_packs_that_nobody_points_to_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put_clean(store, submission(1))
    store.blobs.write_pack([b"its rows were never written"])
    assert store.prune()["packs_removed"] == 0
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3 * 3600)
    assert store.prune()["packs_removed"] == 1
    assert len(list(store.blobs.shelf.every_pack())) == 1


def test_a_backup_brings_the_bucket_along(store: Store, tmp_path: Path) -> None:
    (receipt,) = put_clean(store, submission(1))
    store.backup(tmp_path / "backup")
    local = Store.open(Settings.load(data_dir=tmp_path / "local"))
    local.restore(tmp_path / "backup")
    assert local.body(receipt.revision_id) == submission(1).body
    local.close()


def test_a_page_by_reference_is_read_from_the_bucket(store: Store) -> None:
    import fsspec

    with fsspec.open("s3://pages/lake/a.html", "wb") as file:
        file.write(b"....<p>by reference")
    ref = BlobRef("s3://pages/lake/a.html", 4, 15)
    (receipt,) = put(store, Submission(source="s", key="k", blob=ref))
    assert store.body(receipt.revision_id) == b"<p>by reference"


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of newer Pythons, when other threads run
def test_a_forked_child_reads_and_writes(store: Store) -> None:
    (receipt,) = put(store, submission(1))
    child = os.fork()
    if child == 0:
        try:
            assert store.body(receipt.revision_id) == submission(1).body
            put(store, submission(2))
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert len(rows(store, revision)) == 2


def test_what_is_missing_and_what_is_away_are_two_things(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BodyMissing):
        store.blobs.read(BlobRef("000000/00.pack", 0, 5))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    import fsspec

    fsspec.config.conf["s3"] = {"endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"max_attempts": 0}}}
    try:
        away = Store.open(Settings.load(data_dir=tmp_path, blob_url="s3://elsewhere/pages"))
        with pytest.raises(StoreUnavailable):
            away.submit([submission(5)])
        assert "blobs" in away.check()
        away.close()
    finally:
        fsspec.config.conf.pop("s3", None)
