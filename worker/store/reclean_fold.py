"""Old runs of re-cleaning keep their sums and lose their jobs: a row a page and run would outgrow the pages."""

import json
from dataclasses import asdict

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import now_ms
from worker.store.nouns import OPEN
from worker.store.reclean_plan import report
from worker.store.tables_admin import reclean_job, reclean_run
from worker.store.tally import Tally

AT_ONCE = 2000


def fold_runs(database: Database, cutoff: int) -> int:
    """Runs begun before `cutoff` and done: their report is written down, their jobs go. Jobs removed."""
    job, run = reclean_job.c, reclean_run.c
    left = sa.exists().where(job.run_id == run.id)
    is_open = sa.exists().where(job.run_id == run.id, job.state.in_(OPEN))
    old = sa.select(run.id, run.report).where(run.started_at < cutoff, left, ~is_open).order_by(run.id)
    with database.read() as connection:
        runs = connection.execute(old).all()
    removed = 0
    for found in runs:
        if found.report is None:  # else a prune was stopped between the two
            sums = asdict(report(database, found.id))
            kept = {name: value for name, value in sums.items() if name not in ("run", "started_at", "where", "total")}
            put = sa.update(reclean_run).where(run.id == found.id).values(report=json.dumps(kept))
            database.write(lambda connection, put=put: connection.execute(put))  # type: ignore[misc]
        removed += _remove_jobs(database, found.id)
    return removed


def _remove_jobs(database: Database, run: str) -> int:
    some = sa.select(reclean_job.c.id).where(reclean_job.c.run_id == run).order_by(reclean_job.c.id).limit(AT_ONCE)

    def write(connection: sa.Connection) -> int:
        tally = Tally(now_ms())
        gone = sa.delete(reclean_job).where(reclean_job.c.id.in_(some)).returning(reclean_job.c.state)
        states = list(connection.execute(gone).scalars())
        for state in states:
            tally.move("reclean", state, "pruned")
        tally.write(connection)
        return len(states)

    total = 0
    while done := database.write(write):
        total += done
    return total
