"""Which pages are cleaned again, and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.store.audit import note
from worker.store.database import Database
from worker.store.ids import RECLEAN, new_id, now_ms, to_time
from worker.store.nouns import OPEN, RecleanReport, Where
from worker.store.tables import document, page, revision
from worker.store.tables_admin import reclean_job, reclean_run
from worker.store.tally import Tally
from worker.store.views import conditions

AT_ONCE = 2000
EXAMPLES = 10


def plan(database: Database, where: Where, limit: int | None, by: str) -> str:
    """See Store.reclean. Pages are walked by id, a few thousand a transaction, so that writers are not kept waiting."""
    run = new_id()
    row = {"id": run, "started_at": now_ms(), "by": by, "where": json.dumps(_plain(where)), "total": 0}

    def begin(connection: sa.Connection) -> None:
        connection.execute(sa.insert(reclean_run), row)
        note(connection, "reclean.planned", run, by=by)

    database.write(begin)
    open_already = sa.exists().where(reclean_job.c.revision_id == page.c.current_revision, reclean_job.c.state.in_(OPEN))
    chosen = (
        sa.select(page.c.id, page.c.current_revision)
        .join(document, document.c.id == page.c.current_document)
        .join(revision, revision.c.id == page.c.current_revision)
        .where(revision.c.blob_ref.is_not(None), revision.c.state == "clean", ~open_already, *_sharp(where))
        .order_by(page.c.id)
    )
    last, left = "", limit
    while left is None or left > 0:
        at_once = AT_ONCE if left is None else min(left, AT_ONCE)
        with database.read() as connection:
            rows = connection.execute(chosen.where(page.c.id > last).limit(at_once)).all()
        if not rows:
            break
        last = rows[-1].id
        made = [_job(run, found.current_revision, found.id) for found in rows]
        database.write(lambda connection, made=made: _insert(connection, run, made))  # type: ignore[misc]
        left = left - len(rows) if left is not None else None
    return run


def plan_one(database: Database, revision_id: str, by: str) -> tuple[str, str] | None:
    """See Store.reclean_one."""
    run = new_id()
    open_already = sa.exists().where(reclean_job.c.revision_id == revision.c.id, reclean_job.c.state.in_(OPEN))
    mine = sa.select(revision.c.page_id).where(
        revision.c.id == revision_id, revision.c.blob_ref.is_not(None), revision.c.state == "clean", ~open_already
    )

    def write(connection: sa.Connection) -> tuple[str, str] | None:
        page_id = connection.execute(mine).scalar()
        if page_id is None:
            return None
        where = json.dumps({"revision": revision_id})
        row = {"id": run, "started_at": now_ms(), "by": by, "where": where, "total": 0}
        connection.execute(sa.insert(reclean_run), row)
        job = _job(run, revision_id, page_id)
        _insert(connection, run, [job])
        note(connection, "reclean.planned", run, by=by)
        return run, job["id"]

    return database.write(write)


def _sharp(where: Where) -> list[sa.ColumnElement[bool]]:
    """The conditions on current documents; the state is clean in any case."""
    return conditions(where)


def _job(run: str, revision_id: str, page_id: str) -> dict[str, Any]:
    now = now_ms()
    job = {"id": RECLEAN + new_id(), "run_id": run, "revision_id": revision_id, "page_id": page_id}
    return {**job, "state": "received", "since": now, "attempt": 1, "lease_until": now}


def _insert(connection: sa.Connection, run: str, jobs: list[dict[str, Any]]) -> None:
    tally = Tally(now_ms())
    tally.move("reclean", "", "received", len(jobs))
    connection.execute(sa.insert(reclean_job), jobs)
    more = sa.update(reclean_run).where(reclean_run.c.id == run).values(total=reclean_run.c.total + len(jobs))
    connection.execute(more)
    tally.write(connection)


def _plain(where: Where) -> Mapping[str, Any]:
    form = {name: value for name, value in asdict(where).items() if value not in (None, False)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in form.items()}


def report(database: Database, run: str) -> RecleanReport:
    """See Store.reclean_report."""
    with database.read() as connection:
        found = connection.execute(sa.select(reclean_run).where(reclean_run.c.id == run)).first()
        if found is None:
            raise KeyError(run)
        return _report(connection, found)


def runs(database: Database, limit: int) -> list[RecleanReport]:
    """See Store.reclean_runs."""
    with database.read() as connection:
        rows = connection.execute(sa.select(reclean_run).order_by(reclean_run.c.id.desc()).limit(limit)).all()
        return [_report(connection, row) for row in rows]


def _report(connection: sa.Connection, run: Any) -> RecleanReport:
    if run.report is not None:
        return _kept(run)
    job = reclean_job.c
    differs = job.words_added + job.words_removed
    of_run = job.run_id == run.id

    def total(column: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(column), 0)

    def times(condition: Any) -> Any:
        return total(sa.case((condition, 1), else_=0))

    changed = sa.and_(job.state == "clean", differs > 0)
    row = connection.execute(
        sa.select(
            times(job.state.in_(OPEN)).label("waiting"),
            times(job.state == "clean").label("done"),
            times(job.state.in_(("rejected", "dead"))).label("failed"),
            times(changed).label("changed"),
            total(sa.case((changed, job.words_before), else_=0)).label("words_before"),
            total(sa.case((changed, job.words_after), else_=0)).label("words_after"),
            total(job.words_added).label("words_added"),
            total(job.words_removed).label("words_removed"),
        ).where(of_run)
    ).one()
    longer = sa.case((job.words_before > job.words_after, job.words_before), else_=job.words_after)
    share = sa.cast(differs, sa.Float) / sa.case((longer > 0, longer), else_=1)
    most = sa.select(job.page_id, share.label("share")).where(of_run, changed)
    examples = connection.execute(most.order_by(share.desc(), job.page_id).limit(EXAMPLES))
    return RecleanReport(
        run=run.id,
        started_at=to_time(run.started_at),
        where=json.loads(run.where),
        total=run.total,
        waiting=int(row.waiting),
        done=int(row.done),
        failed=int(row.failed),
        unchanged=int(row.done) - int(row.changed),
        changed=int(row.changed),
        words_before=int(row.words_before),
        words_after=int(row.words_after),
        words_added=int(row.words_added),
        words_removed=int(row.words_removed),
        examples=tuple((found.page_id, round(float(found.share), 4)) for found in examples),
    )


def _kept(run: Any) -> RecleanReport:
    """The report of a run whose jobs are gone."""
    sums = json.loads(run.report)
    examples = tuple((page_id, share) for page_id, share in sums.pop("examples"))
    given = {"run": run.id, "started_at": to_time(run.started_at), "where": json.loads(run.where), "total": run.total}
    return RecleanReport(**given, **sums, examples=examples)
