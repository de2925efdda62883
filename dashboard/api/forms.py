"""How the store's nouns look in JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from cleaners.form import SCHEMA
from worker.store.form import account
from worker.store.nouns import Event, PageView, RevisionRow, RevisionView, StoredDocument

RESULT = (
    "text",
    "title",
    "author",
    "date",
    "site_name",
    "description",
    "language",
    "page_kind",
    "verdict",
    "confidence",
    "calibrated",
    "kept_share",
    "words_in",
    "words_kept",
    "encoding",
    "input_kind",
    "cleaner_version",
    "profile",
)


def page_form(page: PageView, document: StoredDocument | None) -> dict[str, Any]:
    return {
        "id": page.id,
        "source": page.source,
        "key": page.key,
        "url": page.url or None,
        "host": page.host or None,
        "created_at": page.created_at.isoformat(),
        "state": page.revisions[0].state if page.revisions else "deleted",
        "document": document_form(document) if document is not None else None,
        "revisions": [_revision(revision) for revision in page.revisions],
    }


def document_form(document: StoredDocument) -> dict[str, Any]:
    """A document with its account, as bulk rows have it, and the page it belongs to."""
    result = document.document
    form: dict[str, Any] = {
        "id": document.key or document.url,
        "schema": SCHEMA,
        "page_id": document.page_id,
        "revision_id": document.revision_id,
        "document_id": document.id,
        "source": document.source,
        "url": document.url or None,
        "host": document.host or None,
        "cleaned_at": document.cleaned_at.isoformat(),
        "last_seen": document.last_seen.isoformat(),
        "fetched_at": document.fetched_at.isoformat() if document.fetched_at else None,
        "meta": dict(document.meta),
        "current": document.current,
        "changed": document.changed,
    }
    form.update((name, getattr(result, name)) for name in RESULT)
    form["spam_score"] = result.spam_share
    return {**form, **account(result)}


def revision_form(revision: RevisionRow) -> dict[str, Any]:
    return _plain(asdict(revision))


def _revision(revision: RevisionView) -> dict[str, Any]:
    form = _plain({**asdict(revision), "events": None, "meta": None})
    form["meta"] = dict(revision.meta)
    form["events"] = [_event(event) for event in revision.events]
    return form


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "from": event.before,
        "to": event.after,
        "attempt": event.attempt,
        "error": event.error,
        "message": event.message,
    }


def _plain(form: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in form.items()}
