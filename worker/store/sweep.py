"""What would lie for ever: messages that were lost, workers that died with pages in their hands."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.finish import Writing, save, try_again
from worker.store.ids import now_ms
from worker.store.nouns import LANES, Lane
from worker.store.reclean import give_up as give_up_recleaning
from worker.store.tables import is_in, page, revision
from worker.store.tables_admin import reclean_job
from worker.store.tally import Tally

LEASE_PASSED = ("lease_passed", "The worker that had this page died or took too long.")


def stale(database: Database, limit: int, attempts: int) -> list[tuple[str, Lane]]:
    """See Store.stale."""
    _give_up(database, limit, attempts)
    give_up_recleaning(database, LEASE_PASSED, limit, attempts)
    found: list[tuple[str, Lane]] = []
    with database.read() as connection:
        for lane in LANES:
            table = reclean_job if lane == "reclean" else revision
            due = sa.select(table.c.id).where(is_in(table, "received"), table.c.lease_until <= now_ms())
            if lane != "reclean":
                due = due.where(revision.c.lane == lane)
            rest = due.order_by(table.c.lease_until).limit(limit - len(found))
            found += [(name, lane) for name in connection.execute(rest).scalars()]
    return found


def _give_up(database: Database, limit: int, attempts: int) -> int:
    """cleaning -> received, or dead, where the lease passed; how many."""
    late_now = (is_in(revision, "cleaning"), revision.c.lease_until <= now_ms())
    with database.read() as connection:  # mostly there is nothing: no writer is kept waiting for that
        if connection.execute(sa.select(revision.c.id).where(*late_now).limit(1)).first() is None:
            return 0

    def write(connection: sa.Connection) -> int:
        now = now_ms()
        late = (
            sa.select(revision.c.id, revision.c.page_id, revision.c.attempt, revision.c.lane, revision.c.worker)
            .add_columns(page.c.source, page.c.host)
            .join(page, page.c.id == revision.c.page_id)
            .where(*late_now)
            .order_by(revision.c.page_id, revision.c.id)
            .limit(limit)
        )
        if database.postgres:
            late = late.with_for_update(of=revision, skip_locked=True)
        writing = Writing(now, Tally(now))
        rows: Sequence[Any] = connection.execute(late).all()
        for row in rows:
            try_again(writing, row, LEASE_PASSED, attempts)
            writing.tally.count("leases_passed", {"lane": row.lane})
            if writing.revisions[-1]["state"] == "dead":
                writing.tally.page(row.lane, row.source, row.host, "dead", None, "", 0.0)
            else:
                writing.revisions[-1]["due"] = now
        save(connection, writing)
        return len(rows)

    return database.write(write)
