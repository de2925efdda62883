"""Takedowns, retention, garbage: what is to be gone is gone, what is to stay stays."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.service.conftest import OpenStore
from tests.service.store_helpers import LATER, assert_adds_up, cleaned, put, put_clean, result, rows, submission
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import BodyMissing
from worker.store.nouns import BlobRef, Outcome, Where
from worker.store.tables import document, event, garbage, page, revision, setting, thinned, tombstone
from worker.store.tables_admin import reclean_job
from worker.store.tables_rollup import host_day, host_hour

SECRET = "xylophone-quartz-8841"
DAY = timedelta(days=1)


def everything_on_disk(folder: Path) -> bytes:
    """All bytes under a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def age_packs(store: Store, folder: Path, hours: float = 5) -> None:
    """As if the packs had been closed that long ago."""
    store.blobs.close()
    for path in (folder / "blobs").rglob("*.pack"):
        os.utime(path, (time.time() - hours * 3600,) * 2)


@pytest.mark.parametrize("by", ["page_id", "url", "host"])
def test_a_takedown_leaves_a_tombstone_and_no_content(store: Store, by: str) -> None:
    (receipt,) = put_clean(store, submission(1), text=f"text {SECRET}")
    put_clean(store, submission(1, "<p>changed"), text=f"other {SECRET}")
    (waiting,) = put(store, submission(1, "<p>waiting"))
    (other,) = put_clean(store, submission(2))
    before = store.deleted().cursor
    name = {"page_id": receipt.page_id, "url": submission(1).url, "host": "host1.example"}[by]
    assert store.delete(**{by: name}, by="jane") == 1
    assert store.page(receipt.page_id) is None
    assert store.claim([waiting.revision_id], "w") == []
    assert {row.id for row in rows(store, page)} == {other.page_id}
    left = [row for row in rows(store, event) if row.after == "deleted"]
    assert len(left) == 3 and {row.worker for row in left} == {"jane"} and {row.message for row in left} == {None}
    assert [row.page_id for row in store.deleted(before).rows] == [receipt.page_id]
    assert store.deleted(store.deleted(before).cursor).rows == ()
    assert store.counts()["deleted"] == 3
    assert_adds_up(store)
    assert store.delete(**{by: name}) == 0
    (again,) = put(store, submission(1))
    assert again.new and again.page_id != receipt.page_id


def test_what_was_deleted_cannot_be_found_on_disk(tmp_path: Path) -> None:
    store = Store.open(Settings.load(data_dir=tmp_path))
    store.migrate()
    pages = [submission(number, f"{SECRET} {number} " * 300, meta={"who": SECRET}) for number in range(30)]
    keys = [receipt.page_id for receipt in put_clean(store, *pages, title=SECRET)]
    assert SECRET.encode() in everything_on_disk(tmp_path)
    refs = [BlobRef.parse(row.blob_ref) for row in rows(store, revision, "blob_ref")]
    raw = [store.blobs.shelf.get(ref) for ref in refs]
    for key in keys:
        assert store.delete(page_id=key) == 1
    store.close()
    disk = everything_on_disk(tmp_path)
    assert SECRET.encode() not in disk
    assert not any(frame in disk for frame in raw)


def test_bodies_in_an_object_store_are_gone_by_a_new_pack(tmp_path: Path, database_url: str) -> None:
    url = f"memory://takedown-{tmp_path.name}"
    store = Store.open(Settings.load(data_dir=tmp_path, database_url=database_url, blob_url=url))
    one, two = put(store, submission(1, f"{SECRET} one"), submission(2, "the other"))
    (job,) = store.claim([two.revision_id], "w")
    ref = rows(store, revision, "blob_ref")[0].blob_ref
    old = BlobRef.parse(ref).url
    store.delete(page_id=one.page_id)
    assert old not in set(store.blobs.shelf.every_pack())
    assert rows(store, garbage) == []
    assert store.body(two.revision_id) == job.body == b"the other"
    store.close()


def test_a_delete_that_broke_off_is_completed_by_house_keeping(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (receipt,) = put(store, submission(1))
    ref = BlobRef.parse(rows(store, revision, "blob_ref")[0].blob_ref)

    def away(*_: object) -> bool:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(store.blobs.shelf, "erase", away)
        store.delete(page_id=receipt.page_id)
    assert [row.ref for row in rows(store, garbage)] == [str(ref)]
    assert store.prune()["erased"] == 1
    assert rows(store, garbage) == []
    with pytest.raises(BodyMissing):
        store.blobs.read(ref)


def test_delete_wants_exactly_one_choice(store: Store) -> None:
    for choice in ({}, {"url": "a", "host": "b"}):
        with pytest.raises(ValueError, match="one of them"):
            store.delete(**choice)


def test_packs_that_nobody_points_to_are_removed_and_half_empty_ones_written_anew(store: Store, tmp_path: Path) -> None:
    big = os.urandom(50_000).hex()
    ids = [receipt.page_id for receipt in put_clean(store, submission(0, big), submission(1, "small"), text="x")]
    store.blobs.close()
    (gone,) = put(store, submission(2, "soon gone"))
    for page_id in (ids[0], gone.page_id):
        store.delete(page_id=page_id)
    assert store.prune()["packs_removed"] == 0  # too young: rows may be on their way
    age_packs(store, tmp_path)
    done = store.prune()
    assert (done["packs_removed"], done["packs_rewritten"]) == (1, 1) and done["bytes_freed"] > 30_000
    assert store.body(rows(store, revision, "id")[0].id) == b"small"
    age_packs(store, tmp_path)
    assert store.prune()["packs_rewritten"] == 0
    assert rows(store, thinned) == []
    assert len(list((tmp_path / "blobs").rglob("*.pack"))) == 1


def test_a_pack_whose_rows_were_never_written_is_removed(store: Store, tmp_path: Path) -> None:
    store.blobs.write_pack([b"the process was killed here"])
    age_packs(store, tmp_path)
    assert store.prune()["packs_removed"] == 1


def test_a_pack_that_a_process_still_appends_to_is_left_alone(store: Store, tmp_path: Path) -> None:
    (receipt,) = put(store, submission(1))
    store.delete(page_id=receipt.page_id)
    for path in (tmp_path / "blobs").rglob("*.pack"):
        os.utime(path, (0, 0))
    assert store.prune()["packs_removed"] == 0
    put(store, submission(2))
    assert store.body(rows(store, revision, "id")[0].id) == submission(2).body


def test_a_reader_finds_a_body_whose_pack_was_written_anew(store: Store, tmp_path: Path) -> None:
    from worker.store.claims import fetch_body
    from worker.store.erasing import rewrite

    (receipt,) = put(store, submission(1))
    ref = rows(store, revision, "blob_ref")[0].blob_ref
    store.blobs.close()
    rewrite(store.database, store.blobs, BlobRef.parse(ref).url)
    assert fetch_body(store.database, store.blobs, receipt.revision_id, ref).unpack() == submission(1).body


def test_old_bodies_go_and_open_ones_stay(open_store: OpenStore) -> None:
    store = open_store(retention_bodies_days=30)
    (done,) = put_clean(store, submission(1))
    (waiting,) = put(store, submission(2))
    assert store.prune()["bodies"] == 0
    assert store.prune(datetime.now(UTC) + 31 * DAY)["bodies"] == 1
    found = store.page(done.page_id)
    assert found is not None and not found.revisions[0].has_body and found.current_document
    with pytest.raises(BodyMissing):
        store.body(done.revision_id)
    assert store.body(waiting.revision_id)
    assert put(store, submission(1))[0].state == "clean"
    assert_adds_up(store)


def test_old_revisions_go_but_never_what_is_current(open_store: OpenStore) -> None:
    store = open_store(retention_revisions_days=30, retention_events_days=None)
    put_clean(store, submission(1, "first"))
    put_clean(store, submission(1, "second"))
    put_clean(store, submission(1, "second<!-- -->"), text="second")  # stands for the document of the one before
    (refused,) = put(store, submission(2))
    (job,) = store.claim([refused.revision_id], "w")
    store.finish([Outcome(job_id=job.id, attempt=1, rejected=("not_text", ""))])
    assert store.prune()["revisions"] == 0
    done = store.prune(datetime.now(UTC) + 31 * DAY)
    assert done["revisions"] == 1 and store.counts()["pruned"] == 1
    assert sorted(row.text for row in rows(store, document, "text")) == ["second"]
    assert {row.state for row in rows(store, revision, "state")} == {"clean", "rejected"}
    assert_adds_up(store, settled=True)
    assert store.prune(datetime.now(UTC) + 62 * DAY)["revisions"] == 0
    assert {row.name for row in rows(store, setting)} == {"feed", "revisions_pruned"}


def test_documents_that_a_re_cleaning_replaced_go_with_old_revisions(open_store: OpenStore) -> None:
    store = open_store(retention_revisions_days=30)
    put_clean(store, submission(1), text="before")
    store.reclean(Where(not_version=LATER))
    (name,) = [name for name, lane in store.stale() if lane == "reclean"]
    (job,) = store.claim([name], "w")
    store.finish([Outcome(job_id=job.id, attempt=1, document=result("after", cleaner_version=LATER))])
    assert len(rows(store, document)) == 2
    assert store.prune(datetime.now(UTC) + 31 * DAY)["documents"] == 1
    assert [row.text for row in rows(store, document, "text")] == ["after"]
    assert_adds_up(store, settled=True)


def test_old_events_and_host_hours_go_and_tombstones_stay(open_store: OpenStore) -> None:
    store = open_store(retention_events_days=90, retention_host_hours_days=14)
    put_clean(store, submission(1))
    (receipt,) = put_clean(store, submission(2))
    store.delete(page_id=receipt.page_id)
    while store.rollup():
        pass
    assert store.prune(datetime.now(UTC) + 13 * DAY)["host_hours"] == 0
    done = store.prune(datetime.now(UTC) + 91 * DAY)
    assert (done["events"], done["host_hours"]) == (3, 2)
    assert [row.after for row in rows(store, event)] == ["deleted"]
    assert len(rows(store, tombstone)) == 1 and len(rows(store, host_hour)) == 0 and len(rows(store, host_day)) == 2
    assert store.counts()["clean"] == 1


def test_time_alone_prunes_nothing_by_default(store: Store) -> None:
    put_clean(store, submission(1), submission(2))
    done = store.prune()
    assert {name: number for name, number in done.items() if number} == {}
    assert {job.body for job in store.claim([put(store, submission(3))[0].revision_id], "w")} == {submission(3).body}


def test_finishing_what_was_deleted_meanwhile_changes_nothing(store: Store) -> None:
    (receipt,) = put(store, submission(1))
    (job,) = store.claim([receipt.revision_id], "w")
    store.delete(page_id=receipt.page_id)
    assert store.finish([cleaned(job)]) == []
    assert rows(store, document) == []
    assert_adds_up(store)


def test_old_runs_of_re_cleaning_keep_their_report_and_lose_their_jobs(open_store: OpenStore) -> None:
    store = open_store(retention_events_days=90)
    put_clean(store, submission(1), submission(2), text="one two three")
    done = store.reclean(Where())
    jobs = store.claim([name for name, lane in store.stale() if lane == "reclean"], "w")
    store.finish([cleaned(job, "one two four", cleaner_version=LATER) for job in jobs])
    before = store.reclean_report(done)
    still_open = store.reclean(Where(), limit=1)
    assert before.changed == 2 and len(before.examples) == 2
    assert store.prune(datetime.now(UTC) + 89 * DAY)["reclean_jobs"] == 0
    assert store.prune(datetime.now(UTC) + 91 * DAY)["reclean_jobs"] == 2
    assert store.reclean_report(done) == before and before in store.reclean_runs()
    assert [row.run_id for row in rows(store, reclean_job, "run_id")] == [still_open]
    assert store.backlog().lanes["reclean"].waiting == 1
    assert store.prune(datetime.now(UTC) + 91 * DAY)["reclean_jobs"] == 0
