"""A page's way through the store: taken in once, cleaned once, found again, its history kept."""

from datetime import UTC, datetime

import pytest

from tests.service.conftest import OpenStore
from tests.service.store_helpers import LATER, assert_adds_up, cleaned, put, put_clean, result, rows, submission
from worker.store import Store
from worker.store.errors import BodyMissing
from worker.store.form import account
from worker.store.nouns import BlobRef, Outcome, Submission, Where
from worker.store.tables import document, revision


def test_a_page_is_taken_in_cleaned_and_found(store: Store) -> None:
    fetched = datetime(2026, 5, 1, 12, tzinfo=UTC)
    given = submission(1, "<p>Zwölf", key="k1", content_type="text/html", fetched_at=fetched, meta={"depth": 3}, kind="html")
    (receipt,) = put(store, given)
    assert (receipt.new, receipt.state, receipt.lane) == (True, "received", "crawl")
    (job,) = store.claim([receipt.revision_id], "worker-1")
    assert (job.body, job.url, job.host, job.attempt) == (given.body, given.url, "host1.example", 1)
    assert (job.content_type, job.kind, job.fetched_at, job.source) == ("text/html", "html", fetched, "tests")
    assert store.finish([cleaned(job, "Zwölf", title="T")]) == [job.id]
    found = store.page(receipt.page_id)
    assert found is not None and found.current_document is not None and found.key == "k1"
    assert found.revisions[0].meta == {"depth": 3}
    assert [(e.before, e.after) for e in found.revisions[0].events] == [
        (None, "received"),
        ("received", "cleaning"),
        ("cleaning", "clean"),
    ]
    assert found.revisions[0].events[1].worker == "worker-1"
    stored = store.document(found.current_document)
    assert stored is not None and stored.current and stored.changed
    assert stored.document == result("Zwölf", title="T")
    assert store.body(receipt.revision_id) == given.body
    assert_adds_up(store, settled=True)


def test_submitting_again_gives_the_first_answer(store: Store) -> None:
    (first,) = put(store, submission(1))
    (second,) = put(store, submission(1))
    assert (second.page_id, second.revision_id, second.new) == (first.page_id, first.revision_id, False)
    put_clean(store, submission(2))
    (again,) = put(store, submission(2))
    assert (again.state, again.new) == ("clean", False)
    assert len(rows(store, revision)) == 2
    assert_adds_up(store)


def test_a_page_that_waits_goes_on_in_the_urgent_lane_when_somebody_asks_for_it(store: Store) -> None:
    (slow,) = put(store, submission(1))
    (urgent,) = put(store, submission(1, lane="interactive"))
    assert not urgent.new and store.stale() == [(slow.revision_id, "interactive")]
    assert (store.backlog().lanes["interactive"].waiting, store.backlog().lanes["crawl"].waiting) == (1, 0)
    put(store, submission(1))
    (job,) = store.claim([slow.revision_id], "w")
    assert job.lane == "interactive"
    put(store, submission(1, lane="interactive"))
    store.finish([cleaned(job)])
    assert_adds_up(store, settled=True)


def test_within_a_batch_a_page_counts_once(store: Store) -> None:
    receipts = put(store, submission(1), submission(2), submission(1), submission(1, "<p>other"))
    assert [receipt.new for receipt in receipts] == [True, True, False, True]
    assert receipts[0].revision_id == receipts[2].revision_id != receipts[3].revision_id
    assert receipts[0].page_id == receipts[3].page_id
    assert_adds_up(store)


def test_same_key_of_another_source_is_another_page(store: Store) -> None:
    one, two = put(store, submission(1), submission(1, source="others"))
    assert one.page_id != two.page_id


def test_a_content_type_makes_another_revision(store: Store) -> None:
    one, two = put(store, submission(1), submission(1, content_type="text/plain"))
    assert one.page_id == two.page_id and one.revision_id != two.revision_id


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (Submission(source="s", body=b"x"), "no_key"),
        (Submission(source="s", key="k"), "no_body"),
        (Submission(source="s", key="k", body=b"x", blob=BlobRef("s3://b/x", 0, 1)), "two_bodies"),
        (Submission(source="s", key="k", blob=BlobRef("s3://b/x", 0, 1)), "reference_refused"),
        (Submission(source="", key="k", body=b"x"), "bad_source"),
        (Submission(source="s", key="k" * 9000, body=b"x"), "key_too_long"),
        (Submission(source="s", key="k\0", body=b"x"), "bad_characters"),
        (Submission(source="s", key="k\ud800", body=b"x"), "bad_characters"),
        (Submission(source="s", key="k", body=b"x", meta={"a": object()}), "bad_meta"),
        (Submission(source="s", key="k", body=b"x", meta={"a": float("nan")}), "bad_meta"),
        (Submission(source="s", key="k", body=b"x", meta={"a": "x" * 70_000}), "meta_too_large"),
        (Submission(source="s", key="k", body=b"x" * 2000), "page_too_large"),
        (Submission(source="s", key="k", body=b"x", lane="reclean"), "bad_kind"),
        (Submission(source="s", key="k", body=b"x", content_type="t" * 500), "header_too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_stored_is_refused_by_name_and_harms_no_neighbour(
    open_store: OpenStore, given: Submission, error: str
) -> None:
    store = open_store(max_page_bytes=1000)
    refused, taken = store.submit([given, submission(1)])
    assert refused.error == error and refused.message and not refused.revision_id
    assert taken.new and taken.error is None
    assert_adds_up(store)


def test_meta_and_text_may_hold_anything(store: Store) -> None:
    meta = {"nul": "a\0b", "half": "\ud83d", "deep": [{"ü": None}]}
    (receipt,) = put(store, submission(1, meta=meta))
    (job,) = store.claim([receipt.revision_id], "w")
    store.finish([cleaned(job, "a\0b \ud83d c")])
    found = store.page(receipt.page_id)
    assert found is not None and found.revisions[0].meta == meta
    stored = store.document(found.current_document or "")
    assert stored is not None and stored.document.text == "a\ufffdb ? c"


def test_long_keys_and_urls_are_no_trouble(store: Store) -> None:
    url = "https://a.example/?q=" + "ä" * 8000
    (receipt,) = put(store, Submission(source="s", url=url, body=b"x"))
    assert put(store, Submission(source="s", url=url, body=b"x"))[0].revision_id == receipt.revision_id
    assert [row.page_id for row in store.revisions(Where(url=url)).rows] == [receipt.page_id]


def test_a_changed_page_makes_a_new_revision_and_history_is_kept(store: Store) -> None:
    put_clean(store, submission(1, "old text"))
    (receipt,) = put_clean(store, submission(1, "new text"))
    found = store.page(receipt.page_id)
    assert found is not None and len(found.revisions) == 2
    current = store.document(found.current_document or "")
    assert current is not None and current.document.text == "new text" and current.changed
    assert len(store.documents(Where(url=submission(1).url)).documents) == 2
    assert [d.document.text for d in store.documents(Where(current=True)).documents] == ["new text"]


def test_unchanged_clean_text_makes_no_new_document(store: Store) -> None:
    (first,) = put_clean(store, submission(1, "<p>same"), text="same")
    (second,) = put_clean(store, submission(1, "<p>same<!-- another ad -->"), text="same")
    assert first.revision_id != second.revision_id
    assert len(rows(store, document)) == 1
    found = store.page(first.page_id)
    assert found is not None and {r.document_id for r in found.revisions} == {found.current_document}
    stored = store.document(found.current_document or "")
    assert stored is not None and stored.last_seen == found.revisions[0].last_seen
    put_clean(store, submission(1, "<p>same title"), text="same", title="Another title")
    assert len(rows(store, document)) == 2
    assert_adds_up(store, settled=True)


def test_the_same_text_of_another_cleaner_is_kept_beside_and_told_apart(store: Store) -> None:
    put_clean(store, submission(1, "<p>same"), text="same")
    put_clean(store, submission(1, "<p>same again"), text="same", cleaner_version=LATER)
    assert [row.changed for row in sorted(rows(store, document), key=lambda row: row.id)] == [True, False]


def test_a_page_that_goes_back_has_its_earlier_document_again_and_consumers_hear_of_it(store: Store) -> None:
    put_clean(store, submission(1, "first"))
    (receipt,) = put_clean(store, submission(1, "second"))
    cursor = store.documents(Where()).cursor
    (back,) = put(store, submission(1, "first"))
    assert not back.new
    found = store.page(receipt.page_id)
    assert found is not None
    current = store.document(found.current_document or "")
    assert current is not None and current.document.text == "first"
    assert [d.document.text for d in store.documents(Where(), cursor).documents] == ["first"]
    assert_adds_up(store, settled=True)


def test_an_older_content_that_took_longer_does_not_become_current(store: Store) -> None:
    (old,) = put(store, submission(1, "old"))
    (slow,) = store.claim([old.revision_id], "slow")
    put_clean(store, submission(1, "new"))
    store.finish([cleaned(slow)])
    found = store.page(old.page_id)
    assert found is not None
    current = store.document(found.current_document or "")
    assert current is not None and current.document.text == "new"


def test_a_failed_page_is_tried_again_and_then_dead(open_store: OpenStore) -> None:
    store = open_store(attempts=3)
    (receipt,) = put(store, submission(1))
    for attempt in (1, 2, 3):
        (job,) = store.claim([receipt.revision_id], "w")
        assert job.attempt == attempt
        store.finish([Outcome(job_id=job.id, attempt=attempt, failed=("worker_died", "it died"))])
        assert_adds_up(store)
    assert store.claim([receipt.revision_id], "w") == []
    (row,) = store.dead().rows
    assert (row.id, row.error, row.message, row.attempt) == (receipt.revision_id, "worker_died", "it died", 3)
    assert store.retry([receipt.revision_id], "interactive") == [receipt.revision_id]
    assert store.retry([receipt.revision_id]) == []
    assert store.dead().rows == ()
    (job,) = store.claim([receipt.revision_id], "w")
    assert (job.attempt, job.lane) == (1, "interactive")
    store.finish([cleaned(job)])
    assert_adds_up(store, settled=True)


def test_a_rejected_page_is_not_tried_again(store: Store) -> None:
    (receipt,) = put(store, submission(1))
    (job,) = store.claim([receipt.revision_id], "w")
    store.finish([Outcome(job_id=job.id, attempt=1, rejected=("not_text", "These are no words."))])
    (row,) = store.revisions(Where(state="rejected", error="not_text")).rows
    assert row.message == "These are no words."
    assert put(store, submission(1))[0].state == "rejected"
    assert_adds_up(store, settled=True)


def test_a_body_that_is_gone_is_rejected_by_name(store: Store) -> None:
    receipts = put(store, submission(1), submission(2))
    for ref in rows(store, revision, "blob_ref"):
        store.blobs.shelf.erase(BlobRef.parse(ref.blob_ref))
    assert store.claim([receipt.revision_id for receipt in receipts], "w") == []
    assert {row.error for row in store.revisions(Where(state="rejected")).rows} == {"body_missing"}
    with pytest.raises(BodyMissing):
        store.body(receipts[0].revision_id)
    assert_adds_up(store, settled=True)


def test_released_jobs_are_not_a_try(store: Store) -> None:
    (receipt,) = put(store, submission(1))
    jobs = store.claim([receipt.revision_id], "w")
    store.release(jobs)
    assert [name for name, _ in store.stale()] == [receipt.revision_id]
    (job,) = store.claim([receipt.revision_id], "w")
    assert job.attempt == 1
    assert_adds_up(store)


def test_drops_come_back_as_they_were(store: Store) -> None:
    from cleaners import clean
    from worker.store.form import document as made

    found = clean("<nav>Home News</nav><p>The ferry stayed at its pier until the afternoon.</p>")
    (receipt,) = put(store, submission(1))
    (job,) = store.claim([receipt.revision_id], "w")
    store.finish([Outcome(job_id=job.id, attempt=1, document=made(found, "default"))])
    page_view = store.page(receipt.page_id)
    assert page_view is not None
    stored = store.document(page_view.current_document or "")
    assert stored is not None
    assert account(stored.document)["drops"] == [drop._asdict() for drop in found.drops]
    assert stored.document.text == found.text
    assert stored.document.words_in > stored.document.words_kept > 0
