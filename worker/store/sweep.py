"""What would lie for ever: messages that were lost, workers that died with pages in their hands."""

from typing import Any, cast

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.finish import Writing, save, try_again
from worker.store.ids import now_ms
from worker.store.nouns import Lane
from worker.store.reclean import give_up_leases as give_up_recleaning
from worker.store.tables import page, revision
from worker.store.tables_admin import reclean_job
from worker.store.tally import Tally

LEASE_PASSED = ("lease_passed", "The worker that had this page died or took too long.")


def stale(database: Database, limit: int, attempts: int) -> list[tuple[str, Lane]]:
    """See Store.stale."""
    give_up_leases(database, limit, attempts)
    give_up_recleaning(database, limit, attempts)
    with database.read() as connection:
        now = now_ms()
        due = sa.select(revision.c.id, revision.c.lane).where(revision.c.state == "received", revision.c.lease_until <= now)
        rows = connection.execute(due.order_by(revision.c.lease_until).limit(limit)).all()
        found: list[tuple[str, Lane]] = [(row.id, cast(Lane, row.lane)) for row in rows]
        again = sa.select(reclean_job.c.id).where(reclean_job.c.state == "received", reclean_job.c.lease_until <= now)
        ids = connection.execute(again.order_by(reclean_job.c.lease_until).limit(limit)).scalars()
        return found + [(name, "reclean") for name in ids]


def give_up_leases(database: Database, limit: int, attempts: int) -> int:
    """cleaning -> received, or dead, where the lease passed; how many."""
    late_now = (revision.c.state == "cleaning", revision.c.lease_until <= now_ms())
    with database.read() as connection:  # most sweeps find nothing: no writer is kept waiting for that
        if connection.execute(sa.select(revision.c.id).where(*late_now).limit(1)).first() is None:
            return 0

    def write(connection: sa.Connection) -> int:
        now = now_ms()
        late = (
            sa.select(revision.c.id, revision.c.page_id, revision.c.attempt, revision.c.lane, revision.c.worker)
            .add_columns(page.c.source, page.c.host)
            .join(page, page.c.id == revision.c.page_id)
            .where(revision.c.state == "cleaning", revision.c.lease_until <= now)
            .order_by(revision.c.lease_until)
            .limit(limit)
        )
        if database.postgres:
            late = late.with_for_update(of=revision, skip_locked=True)
        writing = Writing(now, Tally(now))
        rows: list[Any] = list(connection.execute(late))
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
