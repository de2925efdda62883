"""Pages to put into a store, results to finish them with, and the sums that must hold at any time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from worker.store import Store
from worker.store.nouns import OPEN, Document, Job, Outcome, ReasonCount, Receipt, Submission
from worker.store.tables import document, event, page, revision

VERSION = "1.0+aaaaaaaaaaaa"
LATER = "1.1+bbbbbbbbbbbb"


def submission(number: int = 0, body: str = "", **more: Any) -> Submission:
    """A page of its own for each number."""
    url = f"https://host{number % 3}.example/{number}"
    given = {"source": "tests", "url": url, "body": (body or f"<p>page {number}").encode(), **more}
    return Submission(**given)


def result(text: str, **more: Any) -> Document:
    """What a cleaner might have found."""
    words = len(text.split())
    given: dict[str, Any] = {
        "cleaner_version": VERSION,
        "profile": "default",
        "text": text,
        "words_in": words + 4,
        "words_kept": words,
        "kept_share": words / (words + 4),
        "confidence": 0.8,
        "language": "en",
        "reasons": (ReasonCount("navigation", "navigation", 2, 4),),
    }
    return Document(**given | more)


def cleaned(job: Job, text: str | None = None, **more: Any) -> Outcome:
    """The outcome of a job that went well."""
    found = result(job.body.decode() if text is None else text, **more)
    return Outcome(job_id=job.id, attempt=job.attempt, document=found, cpu_ms=2.5)


def put(store: Store, *submissions: Submission) -> list[Receipt]:
    """Submit, and insist that nothing was refused."""
    receipts = store.submit(submissions)
    assert [receipt.error for receipt in receipts] == [None] * len(submissions)
    return receipts


def put_clean(store: Store, *submissions: Submission, **more: Any) -> list[Receipt]:
    """Submit, claim and clean."""
    receipts = put(store, *submissions)
    jobs = store.claim([receipt.revision_id for receipt in receipts], "w")
    assert len(store.finish([cleaned(job, **more) for job in jobs])) == len(jobs)
    return receipts


def rows(store: Store, table: sa.Table, *columns: str) -> list[Any]:
    """All rows of a table."""
    with store.database.read() as connection:
        return list(connection.execute(sa.select(*(table.c[name] for name in columns)) if columns else sa.select(table)))


def states(store: Store) -> dict[str, int]:
    """Revisions by state, by counting rows."""
    return dict(Counter(row.state for row in rows(store, revision, "state")))


def assert_adds_up(store: Store, *, settled: bool = False) -> None:
    """What holds at any time: counters are the rows' truth, events lead to states, documents belong to clean revisions."""
    told = {state: number for state, number in store.counts().items() if number and state not in ("deleted", "pruned")}
    assert told == states(store)
    events: dict[str, list[Any]] = {}
    for row in sorted(rows(store, event), key=lambda row: row.id):
        events.setdefault(row.revision_id, []).append(row)
    for row in rows(store, revision):
        happened = events.get(row.id, [])
        assert_chain(happened, row.state)
        assert (row.document_id is not None) == (row.state == "clean")
        assert (row.lease_until is None) == (row.state not in OPEN)
        if settled:
            assert row.state not in OPEN
        if row.state in ("dead", "rejected"):
            assert row.error
    of_revision = Counter((row.revision_id, row.cleaner_version) for row in rows(store, document))
    assert set(of_revision.values()) <= {1}
    documents = {row.id for row in rows(store, document, "id")}
    for row in rows(store, page):
        assert row.current_document is None or row.current_document in documents


def assert_chain(happened: Sequence[Any], state: str) -> None:
    """Each event begins where the one before it ended, and the last is the state."""
    before = None
    for one in happened:
        assert one.before == before, [(e.before, e.after) for e in happened]
        before = one.after
    assert before == state


def drain(store: Store, ids: Iterable[str], worker: str = "w") -> int:
    """Clean all of them; how many that were."""
    done = 0
    wanted = list(ids)
    for start in range(0, len(wanted), 50):
        jobs = store.claim(wanted[start : start + 50], worker)
        done += len(store.finish([cleaned(job) for job in jobs]))
    return done
