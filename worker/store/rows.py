"""Documents as rows of JSON: one form for export and for whoever reads the feed."""

from collections.abc import Iterator
from typing import Any

from worker.store.database import Database
from worker.store.form import account
from worker.store.nouns import StoredDocument, Where
from worker.store.views import feed

AT_ONCE = 500
SCHEMA = 1


def document_row(found: StoredDocument, *, drops: bool = True) -> dict[str, Any]:
    """The engine's JSON form of a result, with what the store knows beside it."""
    document = found.document
    row: dict[str, Any] = {
        "schema": SCHEMA,
        "id": found.id,
        "page_id": found.page_id,
        "revision_id": found.revision_id,
        "source": found.source,
        "key": found.key,
        "url": found.url,
        "host": found.host,
        "current": found.current,
        "changed": found.changed,
        "cleaned_at": found.cleaned_at.isoformat(),
        "last_seen": found.last_seen.isoformat(),
        "fetched_at": found.fetched_at.isoformat() if found.fetched_at else None,
        "meta": dict(found.meta),
        "text": document.text,
        "title": document.title,
        "author": document.author,
        "date": document.date,
        "site_name": document.site_name,
        "description": document.description,
        "language": document.language,
        "page_kind": document.page_kind,
        "verdict": document.verdict,
        "confidence": document.confidence,
        "calibrated": document.calibrated,
        "spam_score": document.spam_share,
        "kept_share": document.kept_share,
        "words_in": document.words_in,
        "words_kept": document.words_kept,
        "encoding": document.encoding,
        "input_kind": document.input_kind,
        "cleaner_version": document.cleaner_version,
        "profile": document.profile,
    }
    return {**row, **account(document)} if drops else row


def rows(database: Database, where: Where, *, drops: bool = True) -> Iterator[dict[str, Any]]:
    """See Store.rows."""
    cursor, more = None, True
    while more:
        part = feed(database, where, cursor, AT_ONCE)
        cursor, more = part.cursor, part.more
        for found in part.documents:
            yield document_row(found, drops=drops)
