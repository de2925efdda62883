"""cleaning -> clean, rejected, received again or dead: document, event and roll-ups in one transaction."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.form import text_digest
from worker.store.ids import new_id, now_ms
from worker.store.nouns import Document, Outcome
from worker.store.tables import document, event, is_in, page, revision
from worker.store.tally import Tally

LONGEST_MESSAGE = 2000  # characters
BACKOFF = (2_000, 15_000, 60_000)  # ms until the second, third, fourth … try


@dataclass(slots=True)
class Writing:
    """Rows that one transaction is going to write."""

    now: int
    tally: Tally
    feed: int | None = None
    revisions: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    seen_again: list[dict[str, Any]] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def finish(database: Database, outcomes: Sequence[Outcome], attempts: int) -> list[str]:
    """See Store.finish, for revisions."""
    by_id = {outcome.job_id: outcome for outcome in outcomes}
    digests = {name: text_digest(found.document) for name, found in by_id.items() if found.document is not None}

    def write(connection: sa.Connection) -> list[str]:
        now = now_ms()
        writing = Writing(now, Tally(now))
        rows = [row for row in _lock(database, connection, sorted(by_id)) if row.attempt == by_id[row.id].attempt]
        if not rows:
            return []
        current = _current(database, connection, {row.page_id for row in rows})
        for row in rows:
            outcome = by_id[row.id]
            if outcome.document is not None:
                if writing.feed is None:
                    writing.feed = database.commit_number(connection)
                _clean(writing, row, outcome.document, digests[row.id], current)
            elif outcome.rejected is not None:
                set_aside(writing, row, "rejected", outcome.rejected)
            else:
                try_again(writing, row, outcome.failed or ("failed", ""), attempts)
            _count(writing, row, outcome)
        save(connection, writing)
        return [row.id for row in rows]

    return database.write(write) if by_id else []


def _lock(database: Database, connection: sa.Connection, ids: list[str]) -> list[Any]:
    """The rows still being cleaned, locked with their pages, in an order that all who lock several keep."""
    columns = (
        revision.c.id,
        revision.c.page_id,
        revision.c.attempt,
        revision.c.lane,
        revision.c.last_seen,
        revision.c.worker,
        page.c.source,
        page.c.host,
    )
    mine = sa.select(*columns).join(page, page.c.id == revision.c.page_id)
    mine = mine.where(database.among(revision.c.id, ids), is_in(revision, "cleaning"))
    if database.postgres:
        mine = mine.order_by(revision.c.page_id, revision.c.id).with_for_update(of=(revision, page))
    return list(connection.execute(mine))


def _current(database: Database, connection: sa.Connection, pages: Iterable[str]) -> dict[str, Any]:
    """Page id -> its current document. Read after the lock, so that nobody can change it any more."""
    columns = (page.c.id, page.c.current_document, document.c.text_digest, document.c.cleaner_version, revision.c.last_seen)
    joined = (
        sa.select(*columns)
        .join(document, document.c.id == page.c.current_document)
        .join(revision, revision.c.id == page.c.current_revision)
    )
    rows = connection.execute(joined.where(database.among(page.c.id, sorted(pages))))
    return {row.id: row for row in rows}


@dataclass(slots=True)
class Current:
    """A page's current document, as this transaction leaves it."""

    current_document: str
    text_digest: bytes
    cleaner_version: str
    last_seen: int


def _clean(writing: Writing, row: Any, found: Document, text: bytes, current: dict[str, Any]) -> None:
    before = current.get(row.page_id)
    same = before is not None and bytes(before.text_digest) == text
    if before is not None and same and before.cleaner_version == found.cleaner_version:
        name = before.current_document  # nothing new is said: no new document
        writing.seen_again.append({"id_": name, "seen": max(row.last_seen, before.last_seen)})
        writing.tally.count("documents", {"outcome": "unchanged"})
    else:
        name = new_id()
        writing.documents.append(document_row(writing, name, row, found, text, changed=not same))
        writing.tally.count("documents", {"outcome": "new"})
    if before is None or row.last_seen >= before.last_seen:  # an older content that took longer is history
        writing.pages.append({"id_": row.page_id, "document": name, "revision": row.id})
        current[row.page_id] = Current(name, text, found.cleaner_version, row.last_seen)
    _move(writing, row, "clean", row.attempt, document_id=name)


def document_row(writing: Writing, name: str, row: Any, found: Document, text: bytes, *, changed: bool) -> dict[str, Any]:
    """The row of a new document. `row` has id (of the revision), page_id and last_seen."""
    return {
        "id": name,
        "revision_id": row.id,
        "page_id": row.page_id,
        "feed": writing.feed,
        "cleaner_version": found.cleaner_version,
        "profile": found.profile,
        "text": storable(found.text),
        "text_digest": text,
        "changed": changed,
        "title": storable(found.title),
        "author": storable(found.author),
        "date": storable(found.date),
        "site_name": storable(found.site_name),
        "description": storable(found.description),
        "language": found.language,
        "page_kind": found.page_kind,
        "verdict": found.verdict,
        "confidence": found.confidence,
        "calibrated": found.calibrated,
        "kept_share": found.kept_share,
        "spam_share": found.spam_share,
        "input_kind": found.input_kind,
        "encoding": found.encoding,
        "words_in": found.words_in,
        "words_kept": found.words_kept,
        "reasons": json.dumps(found.reasons, separators=(",", ":")),
        "account": found.account,
        "cleaned_at": writing.now,
        "last_seen": row.last_seen,
    }


def storable(text: str | None) -> Any:
    """Text as databases take it. The engine makes no such characters; a caller's own cleaner might."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def set_aside(writing: Writing, row: Any, state: str, error: tuple[str, str]) -> None:
    """Rejected or dead: nothing more happens unless somebody asks for it."""
    _move(writing, row, state, row.attempt, error=error)


def try_again(writing: Writing, row: Any, error: tuple[str, str], attempts: int) -> None:
    """Another try after a while, or dead when that was the last."""
    if row.attempt >= attempts:
        set_aside(writing, row, "dead", error)
    else:
        wait = BACKOFF[min(row.attempt, len(BACKOFF)) - 1]
        _move(writing, row, "received", row.attempt + 1, error=error, due=writing.now + wait)


def _move(
    writing: Writing,
    row: Any,
    state: str,
    attempt: int,
    *,
    document_id: str | None = None,
    error: tuple[str, str] | None = None,
    due: int | None = None,
) -> None:
    name, message = error or (None, None)
    message = storable(message and message[:LONGEST_MESSAGE])
    writing.revisions.append(
        {
            "id_": row.id,
            "was": row.attempt,
            "state": state,
            "since": writing.now,
            "attempt": attempt,
            "due": due,
            "document": document_id,
            "error": name,
            "message": message,
        }
    )
    writing.events.append(
        {
            "revision_id": row.id,
            "at": writing.now,
            "before": "cleaning",
            "after": state,
            "attempt": row.attempt,
            "error": name,
            "message": message,
            "worker": row.worker,
        }
    )
    writing.tally.move(row.lane, "cleaning", state)


def _count(writing: Writing, row: Any, outcome: Outcome) -> None:
    tally = writing.tally
    state = writing.revisions[-1]["state"]
    if state == "received":
        tally.count("retries", {"error": (outcome.failed or ("failed", ""))[0]})
        return
    version = outcome.document.cleaner_version if outcome.document is not None else ""
    what = outcome.document.verdict if outcome.document is not None else state  # did the crawler or the cleaner fail?
    tally.page(row.lane, row.source, row.host, what, outcome.document, version, outcome.cpu_ms)


_revision_update = (
    sa.update(revision)
    .where(
        revision.c.id == sa.bindparam("id_"),
        is_in(revision, "cleaning"),
        revision.c.attempt == sa.bindparam("was"),
    )
    .values(
        state=sa.bindparam("state"),
        since=sa.bindparam("since"),
        attempt=sa.bindparam("attempt"),
        lease_until=sa.bindparam("due"),
        document_id=sa.func.coalesce(sa.bindparam("document"), revision.c.document_id),
        error=sa.bindparam("error"),
        message=sa.bindparam("message"),
        worker=None,
    )
)
_seen_update = sa.update(document).where(document.c.id == sa.bindparam("id_")).values(last_seen=sa.bindparam("seen"))
_page_update = (
    sa.update(page)
    .where(page.c.id == sa.bindparam("id_"))
    .values(current_document=sa.bindparam("document"), current_revision=sa.bindparam("revision"))
)


def save(connection: sa.Connection, writing: Writing) -> None:
    """Write it all."""
    if writing.documents:
        connection.execute(sa.insert(document), writing.documents)
    if writing.revisions:
        connection.execute(_revision_update, writing.revisions)
    if writing.seen_again:
        connection.execute(_seen_update, writing.seen_again)
    if writing.pages:
        connection.execute(_page_update, writing.pages)
    if writing.events:
        connection.execute(sa.insert(event), writing.events)
    writing.tally.write(connection)
