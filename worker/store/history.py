"""Events of many revisions that all change in the same way, as one statement."""

from collections.abc import Sequence

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.tables import event, revision

COLUMNS = ("revision_id", "at", "before", "after", "attempt", "worker")


def note(database: Database, ids: Sequence[str], at: int, before: str | None, after: str, worker: str | None) -> sa.Insert:
    """An event for each of these revisions, which are as they shall be already."""
    text = sa.Text()
    told = sa.select(
        revision.c.id,
        sa.literal(at, sa.BigInteger()),
        sa.cast(sa.literal(before, text), text),
        sa.cast(sa.literal(after, text), text),
        revision.c.attempt,
        sa.cast(sa.literal(worker, text), text),
    )
    chosen = told.where(database.among(revision.c.id, ids)).order_by(revision.c.id)
    return sa.insert(event).from_select(list(COLUMNS), chosen)
