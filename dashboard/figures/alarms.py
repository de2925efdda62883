"""Alarms for pages and programs: causes with what fired them, in figures and in words, and the pages that show it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.quality.alarms import Alarm
from worker.quality.causes import Cause, causes, count_waiting
from worker.quality.evidence import LABEL, ended, said
from worker.store.database import Database
from worker.store.tables import document, page

Pages = Mapping[str, dict[str, str]]  # document -> its page


def alarms(
    database: Database, *, open_only: bool = True, host: str | None = None, since: datetime | None = None
) -> dict[str, Any]:
    """Causes, the one with the latest alarm first; and how many nobody has seen to."""
    found = causes(database, open_only=open_only, subject=host, since=since)
    pages = _pages(database, (name for cause in found for one in cause.alarms for name in one.evidence.get("latest", ())))
    return {"rows": [_cause(cause, pages) for cause in found], "waiting": count_waiting(database)}


def title(cause: str) -> str:
    """A cause for people.

    >>> title("yield"), title("host a.example"), title("kept_share on many hosts"), title("version 2")
    ('Yield', 'a.example', 'Kept share on many hosts', 'Version 2')
    """
    first, _, rest = cause.partition(" ")
    if first == "host":
        return rest
    name = LABEL.get(first, first)
    return f"{name[:1].upper()}{name[1:]} {rest}".strip()


def _cause(cause: Cause, pages: Pages) -> dict[str, Any]:
    return {
        "cause": cause.cause,
        "title": title(cause.cause),
        "open": cause.open,
        "total": cause.total,
        "hosts": cause.hosts,
        "opened_at": cause.opened_at.isoformat(),
        "last_at": cause.last_at.isoformat(),
        "acknowledged_by": cause.acknowledged_by,
        "acknowledged_at": _iso(cause.acknowledged_at),
        "snoozed_until": _iso(cause.snoozed_until),
        "what_to_do": list(dict.fromkeys(one.what_to_do for one in cause.alarms)),
        "alarms": [_alarm(one, pages) for one in cause.alarms],
    }


def _alarm(one: Alarm, pages: Pages) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "label": LABEL.get(one.kind, one.kind),
        "host": one.subject or None,
        "opened_at": one.opened_at.isoformat(),
        "last_at": one.last_at.isoformat(),
        "closed_at": _iso(one.closed_at),
        "evidence": dict(one.evidence),
        "said": said(one.kind, one.subject, one.evidence),
        "ended": ended(one.evidence),
        "acknowledged_by": one.acknowledged_by,
        "latest": [pages[name] for name in one.evidence.get("latest", ()) if name in pages],
    }


def _pages(database: Database, documents: Iterable[str]) -> Pages:
    """Where the documents that go with alarms are shown; those that were deleted are left out."""
    wanted = sorted(set(documents))
    if not wanted:
        return {}
    columns = sa.select(document.c.id, document.c.revision_id, page.c.id.label("page_id"), page.c.url, page.c.key)
    mine = columns.join(page, page.c.id == document.c.page_id).where(database.among(document.c.id, wanted))
    with database.read() as connection:
        return {
            row.id: {"page_id": row.page_id, "revision_id": row.revision_id, "url": row.url or row.key}
            for row in connection.execute(mine)
        }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
