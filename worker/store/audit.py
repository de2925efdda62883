"""Who changed what, and when: a row beside every change, in its own transaction, so that neither is there alone.

It names pages by their ids only, so a takedown leaves nothing of a page here.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import now_ms, to_ms, to_time
from worker.store.tables_admin import audit

MOST = 1000


class Entry(NamedTuple):
    """One change."""

    id: int
    at: datetime
    by: str  # a token's name, a signed-in person, a user of this machine
    action: str  # rule.disabled, profile.laid_over, token.created, review.answered …
    subject: str  # what was changed: an id or a name
    detail: Mapping[str, Any]


def note(connection: sa.Connection, action: str, subject: str, *, by: str, detail: Mapping[str, Any] | None = None) -> None:
    """Put a change on record, within the transaction that makes it."""
    text = json.dumps(dict(detail or {}), ensure_ascii=False, separators=(",", ":"), default=str)
    row = {"at": now_ms(), "by": by, "action": action, "subject": subject, "detail": text}
    connection.execute(sa.insert(audit), row)


def entries(
    database: Database,
    *,
    before: int | None = None,
    action: str | None = None,
    by: str | None = None,
    since: datetime | None = None,
    limit: int = 100,
) -> list[Entry]:
    """What was changed, the latest first. `before` is the last entry seen; `action` may be a beginning ("rule")."""
    wanted = sa.select(audit).order_by(audit.c.id.desc()).limit(max(1, min(limit, MOST)))
    if before is not None:
        wanted = wanted.where(audit.c.id < before)
    if action:
        wanted = wanted.where(sa.or_(audit.c.action == action, audit.c.action.startswith(f"{action}.", autoescape=True)))
    if by:
        wanted = wanted.where(audit.c.by == by)
    if since is not None:
        wanted = wanted.where(audit.c.at >= to_ms(since))
    with database.read() as connection:
        return [
            Entry(row.id, to_time(row.at), row.by, row.action, row.subject, json.loads(row.detail))
            for row in connection.execute(wanted)
        ]
