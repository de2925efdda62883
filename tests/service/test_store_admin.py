"""What operators do: clean again, decide about rules, hand out tokens, read counters, follow the feed."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.service.conftest import OpenStore
from tests.service.store_helpers import LATER, VERSION, assert_adds_up, cleaned, put, put_clean, result, rows, submission
from worker.store import Store
from worker.store.errors import BadCursor, NoSuchChange
from worker.store.nouns import BlobRef, Job, Outcome, ReasonCount, Submission, Where
from worker.store.tables import document, page, revision
from worker.store.tables_admin import reclean_job, token
from worker.store.tables_rollup import host_day_reason, host_hour, host_state, hour_reason, hour_total


def again(store: Store) -> list[Job]:
    """The re-cleanings that are due, claimed."""
    return store.claim([name for name, lane in store.stale() if lane == "reclean"], "again")


def test_re_cleaning_keeps_both_texts_and_tells_what_changed(store: Store) -> None:
    put_clean(store, submission(1), text="the old ferry sails")
    put_clean(store, submission(2), text="nothing new here")
    put_clean(store, submission(3), cleaner_version=LATER)
    run = store.reclean(Where(not_version=LATER), by="jane")
    jobs = again(store)
    assert {(job.url, job.rebuild, job.lane) for job in jobs} == {
        (submission(1).url, True, "reclean"),
        (submission(2).url, True, "reclean"),
    }
    assert store.counts()["clean"] == 3  # whatever happens to the jobs
    assert store.backlog().lanes["reclean"].cleaning == 2 and store.backlog().waiting == 0
    texts = {submission(1).url: "the ferry sails again today", submission(2).url: "nothing new here"}
    outcomes = [cleaned(job, texts[job.url], cleaner_version=LATER) for job in jobs]
    assert len(store.finish(outcomes)) == 2
    assert store.finish(outcomes) == []
    report = store.reclean_report(run)
    assert (report.total, report.done, report.waiting, report.failed) == (2, 2, 0, 0)
    assert (report.changed, report.unchanged) == (1, 1)
    assert (report.words_before, report.words_after, report.words_added, report.words_removed) == (4, 5, 2, 1)
    assert report.where == {"not_version": LATER}
    ((page_id, share),) = report.examples
    found = store.page(page_id)
    assert found is not None and found.url == submission(1).url and share == 0.6
    current = store.document(found.current_document or "")
    assert current is not None and current.document.text == "the ferry sails again today" and current.changed
    assert len(rows(store, document)) == 5
    assert {row.state for row in rows(store, revision, "state")} == {"clean"}
    assert store.reclean_runs()[0] == report
    assert store.reclean_report(store.reclean(Where(not_version=LATER))).total == 0
    assert_adds_up(store, settled=True)


def test_a_page_waits_for_one_re_cleaning_only(store: Store) -> None:
    put_clean(store, submission(1), submission(2))
    assert store.reclean_report(store.reclean(Where(), limit=1)).total == 1
    assert store.reclean_report(store.reclean(Where())).total == 1
    assert store.reclean_report(store.reclean(Where())).total == 0


def test_re_cleaning_that_fails_leaves_the_page_as_it_was(open_store: OpenStore) -> None:
    store = open_store(attempts=2)
    put_clean(store, submission(1), submission(2), text="good")
    run = store.reclean(Where())
    jobs = again(store)
    store.finish([Outcome(job_id=job.id, attempt=1, failed=("time_limit", "too long")) for job in jobs])
    store.forget_messages()
    one, two = again(store)
    assert (one.attempt, two.attempt) == (2, 2)
    store.finish([Outcome(job_id=one.id, attempt=2, failed=("time_limit", "too long"))])
    store.finish([Outcome(job_id=two.id, attempt=2, rejected=("page_too_large", "too large"))])
    assert {row.state for row in rows(store, reclean_job, "state")} == {"dead", "rejected"}
    report = store.reclean_report(run)
    assert (report.failed, report.done) == (2, 0)
    assert all(d.current and d.document.text == "good" for d in store.documents(Where()).documents)
    assert_adds_up(store, settled=True)


def test_re_cleaning_an_older_content_does_not_replace_a_newer(store: Store) -> None:
    put_clean(store, submission(1, "old"))
    store.reclean(Where())
    (job,) = again(store)
    put_clean(store, submission(1, "new"))
    store.finish([cleaned(job, "old again", cleaner_version=LATER)])
    assert [d.document.text for d in store.documents(Where(current=True)).documents] == ["new"]
    assert_adds_up(store, settled=True)


def test_jobs_of_re_cleaning_are_found_again_when_their_worker_dies(open_store: OpenStore) -> None:
    store = open_store(attempts=2)
    put_clean(store, submission(1))
    store.reclean(Where())
    for attempt in (1, 2):
        (job,) = again(store)
        assert job.attempt == attempt
        store.abandon("again")
    assert again(store) == []
    assert [row.state for row in rows(store, reclean_job, "state")] == ["dead"]
    assert_adds_up(store, settled=True)


def test_changes_of_rules_are_in_force_until_undone_and_stay_on_record(store: Store) -> None:
    off = store.change_rule("comments", enabled=False, host="News.example", by="jane", note="they are the page")
    profile = store.change_profile("night", "captions = true", by="joe")
    assert [change.id for change in store.changes()] == [off.id, profile.id]
    assert (off.body, off.host, off.by, off.note) == ("disabled", "news.example", "jane", "they are the page")
    undone = store.undo_change(off.id, by="joe")
    assert undone.undone_by == "joe" and undone.undone_at is not None
    assert store.changes() == [profile]
    assert [change.id for change in store.changes(undone=True)] == [off.id, profile.id]
    for number in (off.id, 999):
        with pytest.raises(NoSuchChange):
            store.undo_change(number, by="joe")


def test_tokens_are_known_by_their_secret_alone_and_can_be_revoked(store: Store) -> None:
    made, secret = store.create_token("crawler", ["submit", "read"])
    found = store.token(secret)
    assert found is not None and (found.name, found.scopes) == ("crawler", {"submit", "read"})
    assert store.token(secret + "x") is None and store.token("") is None
    assert secret.encode() not in bytes(rows(store, token, "digest")[0].digest)
    assert store.tokens()[0].last_used is not None
    assert store.revoke_token("crawler") and not store.revoke_token(made.id)
    assert store.token(secret) is None
    assert store.tokens()[0].revoked_at is not None
    for name, scopes in (("", ["read"]), ("x", []), ("x", ["root"])):
        with pytest.raises(ValueError, match="A token needs"):
            store.create_token(name, scopes)


def sums(found: Sequence[Any], *names: str) -> tuple[float, ...]:
    return tuple(sum(getattr(row, name) for row in found) for name in names)


def test_roll_ups_add_up_to_what_happened(store: Store) -> None:
    import json

    put_clean(store, *map(submission, range(5)), text="four words of text")
    while store.rollup(1):
        pass
    put_clean(store, *map(submission, range(5, 9)), text="two words", confidence=0.31)
    (receipt,) = put(store, submission(9))
    (job,) = store.claim([receipt.revision_id], "w")
    store.finish([Outcome(job_id=job.id, attempt=1, rejected=("not_text", ""), cpu_ms=1.0)])
    while store.rollup(1):
        pass
    total = rows(store, hour_total)
    assert sums(total, "pages", "words_in", "words_kept", "cpu_ms") == (10, 5 * 8 + 4 * 6, 28, 9 * 2.5 + 1)
    assert {(row.outcome, row.cleaner_version, row.language) for row in total} == {
        ("content", VERSION, "en"),
        ("rejected", "", ""),
    }
    bins = [sum(column) for column in zip(*(json.loads(row.confidence) for row in total), strict=True)]
    assert {at: pages for at, pages in enumerate(bins) if pages} == {16: 5, 6: 4}
    assert sums(rows(store, hour_reason), "drops", "words", "pages") == (18, 36, 9)
    assert sums(rows(store, host_hour), "pages") == (10,)
    assert sums(rows(store, host_day_reason), "pages") == (9,)
    assert {row.host: row.pages for row in rows(store, host_state)} == {f"host{n}.example": 3 for n in range(3)}
    assert all(0.31 < row.confidence < 0.8 and row.confidence_spread > 0 for row in rows(store, host_state))
    assert store.counts()["clean"] == 9


def test_two_rules_with_one_reason_count_a_page_once_for_the_host(store: Store) -> None:
    reasons = (ReasonCount("navigation", "navigation", 1, 5), ReasonCount("navigation", "judge", 2, 6))
    put_clean(store, submission(1), reasons=reasons)
    while store.rollup():
        pass
    assert sums(rows(store, host_day_reason), "drops", "words", "pages") == (3, 11, 1)
    assert len(rows(store, hour_reason)) == 2


def test_counters_know_no_hosts_and_are_the_same_before_and_after_merging(store: Store) -> None:
    put_clean(store, *map(submission, range(6)))
    store.count("requests", {"door": "http"}, 2)
    store.count("requests", {"door": "http"})
    before = store.counters()
    assert ("requests", {"door": "http"}, 3.0) in before
    while store.rollup():
        pass
    assert store.counters() == before
    assert not any("example" in value for _, labels, _ in before for value in labels.values())


def test_backlog_tells_lanes_and_ages(store: Store) -> None:
    put(store, submission(1, lane="interactive"), submission(2), submission(3))
    store.claim([put(store, submission(4))[0].revision_id], "w")
    found = store.backlog()
    assert (found.lanes["interactive"].waiting, found.lanes["crawl"].waiting, found.lanes["crawl"].cleaning) == (1, 2, 1)
    assert found.waiting == 3
    assert 0 <= found.lanes["crawl"].oldest_seconds < 60 and found.lanes["reclean"].oldest_seconds == 0


def test_stale_gives_urgent_pages_first_and_nothing_that_was_just_sent(store: Store) -> None:
    crawl = [receipt.revision_id for receipt in put(store, submission(1), submission(2))]
    (urgent,) = put(store, submission(3, lane="interactive"))
    assert store.stale() == []  # the first message may be on its way
    store.forget_messages()
    found = store.stale()
    assert found[0] == (urgent.revision_id, "interactive") and {name for name, _ in found[1:]} == set(crawl)
    assert store.stale(1) == found[:1]
    store.enqueued([crawl[0], urgent.revision_id])
    assert store.stale() == [(crawl[1], "crawl")]


def test_documents_are_found_by_what_is_known_of_them(store: Store) -> None:
    put_clean(store, submission(1), text="one", language="de")
    put_clean(store, submission(2, source="others"), text="two", verdict="login_wall")
    put_clean(store, submission(4), text="four", cleaner_version=LATER)

    def texts(**choice: Any) -> set[str]:
        return {found.document.text for found in store.documents(Where(**choice)).documents}

    assert texts() == {"one", "two", "four"}
    assert texts(host="HOST1.example") == {"one", "four"}
    assert texts(url=submission(2).url) == texts(source="others") == texts(verdict="login_wall") == {"two"}
    assert texts(language="de") == {"one"}
    assert texts(cleaner_version=LATER) == {"four"} and texts(not_version=LATER) == {"one", "two"}
    first = min(found.cleaned_at for found in store.documents(Where()).documents)
    assert texts(until=first) == set() and texts(since=first) == {"one", "two", "four"}
    assert texts(state="clean") == {"one", "two", "four"} and texts(state="dead") == set()


def test_the_feed_is_followed_by_its_cursor(store: Store) -> None:
    put_clean(store, *map(submission, range(7)))
    found, cursor, more = [], None, True
    while more:
        part = store.documents(Where(), cursor, limit=3)
        found += [one.id for one in part.documents]
        cursor, more = part.cursor, part.more
    assert len(found) == len(set(found)) == 7
    assert store.documents(Where(), cursor).documents == ()
    elsewhere = store.documents(Where(host="nowhere.example"), cursor).cursor
    put_clean(store, submission(7))
    assert [one.url for one in store.documents(Where(), elsewhere).documents] == [submission(7).url]
    for bad in ("x", "1", "1.", "-1.a", "1.a' OR 1=1", "9" * 30 + ".a"):
        with pytest.raises(BadCursor):
            store.documents(Where(), bad)


def test_revisions_are_listed_newest_first(store: Store) -> None:
    put(store, *map(submission, range(5)))
    found, cursor = [], None
    while True:
        part = store.revisions(Where(state="received"), cursor, limit=2)
        found += [row.id for row in part.rows]
        if part.cursor is None:
            break
        cursor = part.cursor
    assert sorted(found, reverse=True) == found and len(found) == 5


def test_a_body_by_reference_is_read_where_it_lies_and_never_deleted(open_store: OpenStore, tmp_path: Any) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>from the lake"
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(http), http)
    (lake / "a.warc").write_bytes(b"other records" + record + b"WARC/1.0 next")
    store = open_store(blob_prefixes=(lake.as_uri(),))
    ref = BlobRef((lake / "a.warc").as_uri(), 13, len(record))
    (receipt,) = put(store, Submission(source="s", key="k", url="https://a.example/", blob=ref))
    (job,) = store.claim([receipt.revision_id], "w")
    assert job.body == b"<p>from the lake"
    store.finish([cleaned(job)])
    assert put(store, Submission(source="s", key="k", url="https://a.example/", blob=ref))[0].new is False
    for url in ((tmp_path / "elsewhere").as_uri(), f"{lake.as_uri()}/../secret", f"{lake.as_uri()}x/a"):
        (refused,) = store.submit([Submission(source="s", key="k2", blob=BlobRef(url, 0, 5))])
        assert refused.error == "reference_refused"
    (short,) = put(store, Submission(source="s", key="k3", blob=BlobRef(ref.url, 0, 10_000)))
    assert store.claim([short.revision_id], "w") == []
    assert store.dead().rows == () and [r.error for r in store.revisions(Where(state="rejected")).rows] == ["body_missing"]
    store.delete(page_id=receipt.page_id)
    assert (lake / "a.warc").read_bytes().startswith(b"other records")
    assert_adds_up(store, settled=True)
    assert len(rows(store, page)) == 1


def test_a_result_of_an_unknown_job_is_ignored(store: Store) -> None:
    assert store.finish([Outcome(job_id="0" * 32, attempt=1, document=result("x"))]) == []
    assert store.finish([Outcome(job_id="r" + "0" * 32, attempt=1, document=result("x"))]) == []
    assert store.claim(["0" * 32, "r" + "0" * 32, "nonsense"], "w") == []
    assert store.page("nothing") is None and store.document("nothing") is None
