"""received -> cleaning and back: who works on what, until when."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import sqlalchemy as sa

from worker.store.blobs import BlobStore
from worker.store.database import Database
from worker.store.errors import BodyMissing, ReferenceRefused
from worker.store.history import note
from worker.store.ids import RECLEAN, now_ms, to_time
from worker.store.nouns import BlobRef, Job, Kind, Lane, Outcome
from worker.store.stored import Stored
from worker.store.tables import event, is_in, page, revision
from worker.store.tables_admin import reclean_job
from worker.store.tally import Tally

Unread = list[Outcome]


def claim(
    database: Database, blobs: BlobStore, ids: Sequence[str], worker: str, lease_ms: int
) -> tuple[list[Job], list[Outcome]]:
    """Jobs with their bodies, and outcomes for those whose body cannot be read."""
    again = [name for name in ids if name.startswith(RECLEAN)]
    fresh = [name for name in ids if not name.startswith(RECLEAN)]

    def take(connection: sa.Connection) -> list[Any]:
        now = now_ms()
        held = {"state": "cleaning", "since": now, "lease_until": now + lease_ms, "worker": worker}
        rows: list[Any] = []
        tally = Tally(now)
        if fresh:
            mine = _take(database, connection, revision, fresh, held)
            if mine:
                rows += _describe(database, connection, mine)
                connection.execute(note(database, mine, now, "received", "cleaning", worker))
                for row in rows:
                    tally.move(row.lane, "received", "cleaning")
        if again:
            mine = _take(database, connection, reclean_job, again, held)
            if mine:
                rows += _describe_again(database, connection, mine)
                tally.move("reclean", "received", "cleaning", len(mine))
        tally.write(connection)
        return rows

    rows = database.write(take)
    jobs, unread = [], []
    for row in rows:
        try:
            stored = fetch_body(database, blobs, row.revision_id, row.blob_ref)
        except (BodyMissing, ReferenceRefused) as error:
            unread.append(Outcome(job_id=row.id, attempt=row.attempt, rejected=(error.name, str(error))))
        except OSError as error:
            unread.append(Outcome(job_id=row.id, attempt=row.attempt, failed=("body_unreadable", str(error))))
        else:
            jobs.append(_job(row, stored))
    return jobs, unread


def fetch_body(database: Database, blobs: BlobStore, revision_id: str, ref: str | None) -> Stored:
    """The body as it is kept; looked for again where the row says now, since packs are written anew at times."""
    for _ in range(2):
        if ref is None:
            raise BodyMissing(revision_id)
        try:
            return blobs.fetch(BlobRef.parse(ref))
        except BodyMissing:
            with database.read() as connection:
                now = connection.execute(sa.select(revision.c.blob_ref).where(revision.c.id == revision_id)).scalar()
            if now == ref:
                raise
            ref = now
    raise BodyMissing(revision_id)


def _take(
    database: Database, connection: sa.Connection, table: sa.Table, ids: Sequence[str], held: dict[str, Any]
) -> list[str]:
    """Ids that are ours now. What another holds a lock on is being claimed by it: skipped, not waited for."""
    free = sa.select(table.c.id).where(database.among(table.c.id, sorted(set(ids))), is_in(table, "received"))
    if database.postgres:
        free = free.order_by(table.c.id).with_for_update(skip_locked=True)
    take = sa.update(table).where(table.c.id.in_(free)).values(held).returning(table.c.id)
    return list(connection.execute(take).scalars())


_columns = (
    revision.c.id.label("revision_id"),
    revision.c.page_id,
    revision.c.blob_ref,
    revision.c.kind,
    revision.c.content_type,
    revision.c.encoding,
    revision.c.fetched_at,
    page.c.source,
    page.c.url,
    page.c.host,
)


def _describe(database: Database, connection: sa.Connection, ids: list[str]) -> list[Any]:
    wanted = sa.select(revision.c.id, revision.c.attempt, revision.c.lane, *_columns)
    joined = wanted.join(page, page.c.id == revision.c.page_id)
    return list(connection.execute(joined.where(database.among(revision.c.id, ids)).order_by(revision.c.id)))


def _describe_again(database: Database, connection: sa.Connection, ids: list[str]) -> list[Any]:
    lane = sa.literal("reclean").label("lane")
    wanted = sa.select(reclean_job.c.id, reclean_job.c.attempt, lane, *_columns)
    joined = wanted.join(revision, revision.c.id == reclean_job.c.revision_id).join(page, page.c.id == revision.c.page_id)
    return list(connection.execute(joined.where(database.among(reclean_job.c.id, ids)).order_by(reclean_job.c.id)))


def _job(row: Any, stored: Stored) -> Job:
    return Job(
        id=row.id,
        revision_id=row.revision_id,
        page_id=row.page_id,
        attempt=row.attempt,
        lane=cast(Lane, row.lane),
        source=row.source,
        url=row.url,
        host=row.host,
        kind=cast(Kind, row.kind),
        content_type=row.content_type,
        encoding=row.encoding,
        fetched_at=to_time(row.fetched_at) if row.fetched_at is not None else None,
        stored=stored,
        rebuild=row.id.startswith(RECLEAN),
    )


def release(database: Database, jobs: Sequence[Job]) -> None:
    """Back to received, due at once, the same attempt."""

    def give_back(connection: sa.Connection) -> None:
        now = now_ms()
        tally = Tally(now)
        events = []
        for job in sorted(jobs, key=lambda job: job.id):
            table = reclean_job if job.rebuild else revision
            mine = (table.c.id == job.id, is_in(table, "cleaning"), table.c.attempt == job.attempt)
            free = {"state": "received", "since": now, "lease_until": now, "worker": None}
            if not connection.execute(sa.update(table).where(*mine).values(free)).rowcount:
                continue
            tally.move(job.lane, "cleaning", "received")
            if not job.rebuild:
                what = {"before": "cleaning", "after": "received", "error": "released"}
                events.append({"revision_id": job.id, "at": now, "attempt": job.attempt, **what})
        if events:
            connection.execute(sa.insert(event), events)
        tally.write(connection)

    if jobs:
        database.write(give_back)


def enqueued(database: Database, ids: Iterable[str], resend_ms: int) -> None:
    """Put off the next message for these."""
    wanted = sorted(set(ids))

    def put_off(connection: sa.Connection) -> None:
        later = {"lease_until": now_ms() + resend_ms}
        for table, some in (
            (revision, [n for n in wanted if n[0] != RECLEAN]),
            (reclean_job, [n for n in wanted if n[0] == RECLEAN]),
        ):
            if some:
                mine = (database.among(table.c.id, some), is_in(table, "received"))
                connection.execute(sa.update(table).where(*mine).values(later))

    if wanted:
        database.write(put_off)
