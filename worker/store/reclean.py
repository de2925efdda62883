"""Cleaning stored pages again with another version: jobs on revisions, whose state stays what it is."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.finish import BACKOFF, LONGEST_MESSAGE, Writing, document_row, save, storable
from worker.store.form import text_digest
from worker.store.ids import new_id, now_ms
from worker.store.nouns import Outcome
from worker.store.tables import document, is_in, page, revision
from worker.store.tables_admin import reclean_job
from worker.store.tally import Tally

# a word, or one character of a script that puts no spaces between words
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\w+|[^\w\s]+")


def difference(before: str, after: str) -> tuple[int, int, int, int]:
    """Words before, after, added and removed, wherever they stand.

    >>> difference("the old ferry sails", "the ferry sails again today")
    (4, 5, 2, 1)
    """
    old, new = Counter(_WORD.findall(before)), Counter(_WORD.findall(after))
    return old.total(), new.total(), (new - old).total(), (old - new).total()


def finish_again(database: Database, outcomes: Sequence[Outcome], attempts: int) -> list[str]:
    """See Store.finish, for re-cleanings."""
    by_id = {outcome.job_id: outcome for outcome in outcomes}
    texts = {name: text_digest(found.document) for name, found in by_id.items() if found.document is not None}
    changes = _differences(database, by_id, texts)

    def write(connection: sa.Connection) -> list[str]:
        now = now_ms()
        writing = Writing(now, Tally(now))
        jobs: list[dict[str, Any]] = []
        rows = [row for row in _lock(database, connection, sorted(by_id)) if row.attempt == by_id[row.job].attempt]
        current = _current(database, connection, [row.id for row in rows])
        for row in rows:
            outcome = by_id[row.job]
            if outcome.document is None:
                jobs.append(_not_cleaned(writing, row, outcome, attempts))
                continue
            if writing.feed is None:
                writing.feed = database.commit_number(connection)
            jobs.append(_cleaned(writing, row, outcome, texts[row.job], current, changes.get(row.job)))
        if jobs:
            save(connection, writing)
            connection.execute(_job_update, jobs)
        for job in jobs:
            if job["after"] is not None and job["moved"]:
                mine = revision.c.id == job["revision"]
                connection.execute(sa.update(revision).where(mine).values(document_id=job["after"]))
        return [row.job for row in rows]

    return database.write(write) if by_id else []


def _lock(database: Database, connection: sa.Connection, ids: list[str]) -> list[Any]:
    columns = (
        reclean_job.c.id.label("job"),
        reclean_job.c.attempt,
        revision.c.id,
        revision.c.page_id,
        revision.c.last_seen,
        revision.c.document_id,
        page.c.current_revision,
        page.c.source,
        page.c.host,
    )
    joined = (
        sa.select(*columns)
        .join(revision, revision.c.id == reclean_job.c.revision_id)
        .join(page, page.c.id == revision.c.page_id)
        .where(database.among(reclean_job.c.id, ids), is_in(reclean_job, "cleaning"))
    )
    if database.postgres:
        joined = joined.order_by(revision.c.page_id, revision.c.id).with_for_update(of=(reclean_job, revision, page))
    return list(connection.execute(joined))


def _current(database: Database, connection: sa.Connection, revisions: list[str]) -> dict[tuple[str, str], Any]:
    """(revision, version) -> document, of all these revisions have."""
    columns = sa.select(document.c.revision_id, document.c.cleaner_version, document.c.id, document.c.text_digest)
    rows = connection.execute(columns.where(database.among(document.c.revision_id, revisions))) if revisions else ()
    return {(row.revision_id, row.cleaner_version): row for row in rows}


def _differences(
    database: Database, by_id: dict[str, Outcome], texts: dict[str, bytes]
) -> dict[str, tuple[int, int, int, int]]:
    """By how much the texts that changed did. Worked out before any row is locked."""
    columns = sa.select(reclean_job.c.id, document.c.text, document.c.text_digest)
    joined = columns.join(revision, revision.c.id == reclean_job.c.revision_id)
    joined = joined.join(document, document.c.id == revision.c.document_id)
    with database.read() as connection:
        rows = connection.execute(joined.where(database.among(reclean_job.c.id, sorted(texts)))).all() if texts else []
    found = {}
    for row in rows:
        new = by_id[row.id].document
        if new is not None and bytes(row.text_digest) != texts[row.id]:
            found[row.id] = difference(row.text, new.text)
    return found


def _cleaned(
    writing: Writing,
    row: Any,
    outcome: Outcome,
    text: bytes,
    current: dict[tuple[str, str], Any],
    change: tuple[int, int, int, int] | None,
) -> dict[str, Any]:
    found = outcome.document
    assert found is not None
    there = current.get((row.id, found.cleaner_version))
    if there is not None:
        name = there.id
        writing.tally.count("documents", {"outcome": "unchanged"})
    else:
        name = new_id()
        writing.documents.append(document_row(writing, name, row, found, text, changed=change is not None))
        writing.tally.count("documents", {"outcome": "new"})
    if row.current_revision == row.id:
        writing.pages.append({"id_": row.page_id, "document": name, "revision": row.id})
    writing.tally.move("reclean", "cleaning", "clean")
    writing.tally.page("reclean", row.source, row.host, found.verdict, found, found.cleaner_version, outcome.cpu_ms)
    before, after, added, removed = change or (found.words_kept, found.words_kept, 0, 0)
    return {
        **_blank(writing, row, "clean"),
        "before": row.document_id,
        "after": name,
        "words_before": before,
        "words_after": after,
        "added": added,
        "removed": removed,
        "revision": row.id,
        "moved": name != row.document_id,
    }


def _not_cleaned(writing: Writing, row: Any, outcome: Outcome, attempts: int) -> dict[str, Any]:
    name, message = outcome.rejected or outcome.failed or ("failed", "")
    job = {**_blank(writing, row, "rejected"), "error": name, "message": storable(message[:LONGEST_MESSAGE])}
    if outcome.rejected is None:
        if row.attempt >= attempts:
            job["state"] = "dead"
        else:
            job |= {"state": "received", "attempt": row.attempt + 1}
            job["due"] = writing.now + BACKOFF[min(row.attempt, len(BACKOFF)) - 1]
    writing.tally.move("reclean", "cleaning", job["state"])
    if job["state"] != "received":
        writing.tally.page("reclean", row.source, row.host, job["state"], None, "", outcome.cpu_ms)
    return job


def _blank(writing: Writing, row: Any, state: str) -> dict[str, Any]:
    job = dict.fromkeys(("due", "before", "after", "words_before", "words_after", "added", "removed", "error", "message"))
    return {
        **job,
        "id_": row.job,
        "state": state,
        "since": writing.now,
        "attempt": row.attempt,
        "revision": "",
        "moved": False,
    }


_job_update = (
    sa.update(reclean_job)
    .where(reclean_job.c.id == sa.bindparam("id_"))
    .values(
        state=sa.bindparam("state"),
        since=sa.bindparam("since"),
        attempt=sa.bindparam("attempt"),
        lease_until=sa.bindparam("due"),
        worker=None,
        before_document=sa.bindparam("before"),
        after_document=sa.bindparam("after"),
        words_before=sa.bindparam("words_before"),
        words_after=sa.bindparam("words_after"),
        words_added=sa.bindparam("added"),
        words_removed=sa.bindparam("removed"),
        error=sa.bindparam("error"),
        message=sa.bindparam("message"),
    )
)


def give_up(database: Database, error: tuple[str, str], limit: int, attempts: int) -> int:
    """cleaning -> received, or dead, where the lease passed; how many."""
    theirs = (is_in(reclean_job, "cleaning"), reclean_job.c.lease_until <= now_ms())
    with database.read() as connection:
        if connection.execute(sa.select(reclean_job.c.id).where(*theirs).limit(1)).first() is None:
            return 0

    def write(connection: sa.Connection) -> int:
        now = now_ms()
        tally = Tally(now)
        late = sa.select(reclean_job.c.id, reclean_job.c.attempt).where(*theirs).order_by(reclean_job.c.id).limit(limit)
        if database.postgres:
            late = late.with_for_update(skip_locked=True)
        rows = connection.execute(late).all()
        for row in rows:
            dead = row.attempt >= attempts
            state = "dead" if dead else "received"
            values: dict[str, Any] = {"state": state, "since": now, "worker": None}
            values |= {"lease_until": None if dead else now, "attempt": row.attempt + (not dead)}
            values |= dict(zip(("error", "message"), error, strict=True))
            connection.execute(sa.update(reclean_job).where(reclean_job.c.id == row.id).values(values))
            tally.move("reclean", "cleaning", state)
        tally.write(connection)
        return len(rows)

    return database.write(write)


def drop_jobs(database: Database, connection: sa.Connection, tally: Tally, revisions: list[str]) -> None:
    """Revisions go, and their jobs with them."""
    theirs = sa.delete(reclean_job).where(database.among(reclean_job.c.revision_id, revisions))
    for state in connection.execute(theirs.returning(reclean_job.c.state)).scalars():
        tally.move("reclean", state, "deleted")
