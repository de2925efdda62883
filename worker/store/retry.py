"""A second chance for pages that were set aside."""

from collections.abc import Sequence

import sqlalchemy as sa

from worker.store.audit import note
from worker.store.database import Database
from worker.store.ids import now_ms
from worker.store.nouns import Lane
from worker.store.tables import event, revision
from worker.store.tally import Tally

SET_ASIDE = ("dead", "rejected")


def retry(database: Database, ids: Sequence[str], lane: Lane, by: str) -> list[str]:
    """See Store.retry."""

    def write(connection: sa.Connection) -> list[str]:
        now = now_ms()
        tally = Tally(now)
        chosen = sa.select(revision.c.id, revision.c.state, revision.c.lane)
        chosen = chosen.where(database.among(revision.c.id, sorted(set(ids))), revision.c.state.in_(SET_ASIDE))
        chosen = chosen.where(revision.c.blob_ref.is_not(None)).order_by(revision.c.page_id, revision.c.id)
        rows = connection.execute(chosen.with_for_update() if database.postgres else chosen).all()
        if not rows:
            return []
        fresh = {"state": "received", "since": now, "attempt": 1, "lane": lane, "lease_until": now, "error": None}
        mine = database.among(revision.c.id, [row.id for row in rows])
        connection.execute(sa.update(revision).where(mine).values(**fresh, message=None))
        events = []
        for row in rows:
            events.append({"revision_id": row.id, "at": now, "before": row.state, "after": "received", "attempt": 1})
            tally.move(row.lane, row.state, "received")
            tally.change_lane(row.lane, lane, "received")
        connection.execute(sa.insert(event), events)
        tally.write(connection)
        if by:
            what = rows[0].id if len(rows) == 1 else f"{len(rows)} pages"
            note(connection, "page.retried", what, by=by, detail={"pages": len(rows)})
        return [row.id for row in rows]

    return database.write(write) if ids else []
