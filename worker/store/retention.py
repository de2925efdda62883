"""House-keeping: what is kept how long, and bytes that nobody points to."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from worker.settings import Settings
from worker.store.blobs import BlobStore
from worker.store.database import Database
from worker.store.erasing import erase_garbage, forget, rewrite, used
from worker.store.ids import DAY, HOUR, now_ms
from worker.store.nouns import OPEN, BlobRef
from worker.store.reclean import drop_jobs
from worker.store.reclean_fold import fold_runs
from worker.store.shelf_local import PACK_SECONDS
from worker.store.tables import document, event, garbage, page, revision, setting, thinned
from worker.store.tables_rollup import host_hour
from worker.store.tally import Tally

AT_ONCE = 2000  # rows in one transaction: nobody waits long for it
GRACE_SECONDS = 2 * 3600  # a pack this young may hold bodies whose rows are still being written
LOOKED_INTO_SECONDS = 2 * 24 * 3600  # older packs are looked into only when something in them was erased
HALF = 0.5  # a pack is written anew when more than this share of it was erased


def prune(database: Database, blobs: BlobStore, settings: Settings, now: int | None = None) -> dict[str, int]:
    """See Store.prune."""
    at = now_ms() if now is None else now
    done = dict.fromkeys(("bodies", "revisions", "documents", "events", "reclean_jobs", "host_hours"), 0)
    if settings.retention_bodies_days is not None:
        done["bodies"] = _repeat(lambda: _forget_bodies(database, at - settings.retention_bodies_days * DAY))  # type: ignore[operator]
    if settings.retention_revisions_days is not None and _due(database, "revisions_pruned", at):
        cutoff = at - settings.retention_revisions_days * DAY
        done["revisions"] = _old_revisions(database, cutoff)
        done["documents"] = _old_documents(database, cutoff)
    if settings.retention_events_days is not None:
        cutoff = at - settings.retention_events_days * DAY
        last = _last_event_before(database, cutoff)
        done["events"] = _old_events(database, last)
        done["reclean_jobs"] = fold_runs(database, cutoff)
    oldest = at - settings.retention_host_hours_days * DAY
    fine = sa.delete(host_hour).where(host_hour.c.hour < oldest - oldest % HOUR)
    done["host_hours"] = database.write(lambda connection: connection.execute(fine).rowcount)
    done["erased"] = erase_garbage(database, blobs)
    done |= sweep_packs(database, blobs)
    database.tidy()
    return done


def _due(database: Database, name: str, at: int) -> bool:
    """Once a day: these walk over all rows."""

    def write(connection: sa.Connection) -> bool:
        last = connection.execute(sa.select(setting.c.value).where(setting.c.name == name)).scalar()
        if last is not None and 0 <= at - last < DAY - HOUR:
            return False
        insert = database.insert(setting).values(name=name, value=at)
        connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": at}))
        return True

    return database.write(write)


def _repeat(step: Callable[[], int]) -> int:
    """Until a step does nothing."""
    total = 0
    while done := step():
        total += done
    return total


def _forget_bodies(database: Database, cutoff: int) -> int:
    """Packs are named by the time they were begun, so the index of refs is in that order."""
    begun = f"{max(0, cutoff - PACK_SECONDS * 1000):012x}"
    oldest = f"{begun[:6]}/{begun}"

    def write(connection: sa.Connection) -> int:
        some = sa.select(revision.c.id, revision.c.blob_ref).where(
            revision.c.blob_ref < oldest, revision.c.received_at < cutoff, revision.c.state.not_in(OPEN)
        )
        some = some.order_by(revision.c.blob_ref).limit(AT_ONCE)
        rows = connection.execute(some.with_for_update(skip_locked=True) if database.postgres else some).all()
        refs = [{"ref": row.blob_ref, "at": cutoff} for row in rows if not BlobRef.parse(row.blob_ref).foreign]
        if refs:
            connection.execute(database.insert(garbage).on_conflict_do_nothing(), refs)
        gone = database.among(revision.c.id, [row.id for row in rows])
        connection.execute(sa.update(revision).where(gone).values(blob_ref=None))
        return len(rows)

    return database.write(write)


def _old_revisions(database: Database, cutoff: int) -> int:
    """Revisions that neither are current nor own the current document, and have a later one; walked by id."""
    later = revision.alias("later")
    owner = sa.select(document.c.revision_id).where(document.c.id == page.c.current_document).scalar_subquery()
    newer = sa.exists().where(later.c.page_id == revision.c.page_id, later.c.last_seen > revision.c.last_seen)
    total, last = 0, ""
    while True:
        some = (
            sa.select(revision.c.id)
            .join(page, page.c.id == revision.c.page_id)
            .where(revision.c.id > last, revision.c.id < f"{cutoff:012x}", revision.c.last_seen < cutoff)
            .where(revision.c.state.not_in(OPEN), newer)
            .where(sa.func.coalesce(page.c.current_revision, "") != revision.c.id)
            .where(sa.func.coalesce(owner, "") != revision.c.id)
            .order_by(revision.c.id)
            .limit(AT_ONCE)
        )
        with database.read() as connection:
            ids = list(connection.execute(some).scalars())
        if not ids:
            return total
        last = ids[-1]
        total += database.write(lambda connection, ids=ids: _drop_revisions(database, connection, ids))  # type: ignore[misc]


def _drop_revisions(database: Database, connection: sa.Connection, ids: list[str]) -> int:
    """Looked at once more under the lock: one that is current by now stays."""
    chosen = (
        sa.select(revision.c.id, revision.c.lane, revision.c.state, revision.c.blob_ref)
        .join(page, page.c.id == revision.c.page_id)
        .where(database.among(revision.c.id, ids), revision.c.state.not_in(OPEN))
        .where(sa.func.coalesce(page.c.current_revision, "") != revision.c.id)
        .order_by(revision.c.page_id, revision.c.id)
    )
    rows = connection.execute(chosen.with_for_update() if database.postgres else chosen).all()
    held = sa.select(document.c.revision_id).join(page, page.c.current_document == document.c.id)
    kept = set(connection.execute(held.where(database.among(document.c.revision_id, ids))).scalars())
    rows = [row for row in rows if row.id not in kept]
    tally = Tally(now_ms())
    refs = []
    for row in rows:
        tally.move(row.lane, row.state, "pruned")
        if row.blob_ref and not BlobRef.parse(row.blob_ref).foreign:
            refs.append({"ref": row.blob_ref, "at": tally.at})
    gone = [row.id for row in rows]
    if refs:
        connection.execute(database.insert(garbage).on_conflict_do_nothing(), refs)
    _let_go(database, connection, gone)
    drop_jobs(database, connection, tally, gone)
    connection.execute(sa.delete(event).where(database.among(event.c.revision_id, gone)))
    connection.execute(sa.delete(document).where(database.among(document.c.revision_id, gone)))
    connection.execute(sa.delete(revision).where(database.among(revision.c.id, gone)))
    tally.write(connection)
    return len(gone)


def _let_go(database: Database, connection: sa.Connection, gone: list[str]) -> None:
    """Other revisions may stand for a document of one that goes."""
    theirs = sa.select(document.c.id).where(database.among(document.c.revision_id, gone))
    unset = sa.update(revision).where(revision.c.document_id.in_(theirs), revision.c.id.not_in(gone))
    connection.execute(unset.values(document_id=None))


def _old_documents(database: Database, cutoff: int) -> int:
    """What a re-cleaning left behind: documents that are neither a page's nor a revision's."""
    total, last = 0, ""
    used = sa.exists().where(revision.c.page_id == document.c.page_id, revision.c.document_id == document.c.id)
    current = sa.exists().where(page.c.id == document.c.page_id, page.c.current_document == document.c.id)
    old = sa.select(document.c.id).where(document.c.id < f"{cutoff:012x}", ~used, ~current).order_by(document.c.id)
    while True:
        with database.read() as connection:
            ids = list(connection.execute(old.where(document.c.id > last).limit(AT_ONCE)).scalars())
        if not ids:
            return total
        last = ids[-1]
        gone = sa.delete(document).where(database.among(document.c.id, ids), ~used, ~current)
        total += database.write(lambda connection, gone=gone: connection.execute(gone).rowcount)  # type: ignore[misc]


def _last_event_before(database: Database, cutoff: int) -> int:
    """The number of the last event before a time, by halving: numbers grow with time, and there is no index on that."""
    with database.read() as connection:
        low = 0
        high = connection.execute(sa.select(sa.func.max(event.c.id))).scalar() or 0
        while low < high:
            middle = (low + high + 1) // 2
            at = sa.select(event.c.at).where(event.c.id >= middle).order_by(event.c.id).limit(1)
            low, high = (middle, high) if connection.execute(at).scalar_one() < cutoff else (low, middle - 1)
    return low


def _old_events(database: Database, last: int) -> int:
    """What was pruned before is not walked over again: tombstones stay, and there may be many."""
    done = setting.c.name == "events_pruned"
    with database.read() as connection:
        begin = int(connection.execute(sa.select(setting.c.value).where(done)).scalar() or 0)
    total = 0
    while begin < last:
        end = min(last, begin + AT_ONCE)
        within = (event.c.id > begin, event.c.id <= end, event.c.after != "deleted")

        def write(connection: sa.Connection, within: Any = within, end: int = end) -> int:
            note = database.insert(setting).values(name="events_pruned", value=end)
            connection.execute(note.on_conflict_do_update(index_elements=["name"], set_={"value": end}))
            return connection.execute(sa.delete(event).where(*within)).rowcount

        total += database.write(write)
        begin = end
    return total


def sweep_packs(database: Database, blobs: BlobStore) -> dict[str, int]:
    """Remove packs that nobody points to, write those anew that are mostly gone.

    Looked into are packs that something was erased from, and young ones, whose rows may never have been written.
    """
    with database.read() as connection:
        erased = {row.pack: row.bytes for row in connection.execute(sa.select(thinned))}
    done = {"packs_removed": 0, "packs_rewritten": 0, "bytes_freed": 0}
    for pack in list(blobs.shelf.packs()):
        gone = erased.get(pack.name, 0)
        if pack.age_seconds < GRACE_SECONDS or (not gone and pack.age_seconds > LOOKED_INTO_SECONDS):
            continue
        if gone >= pack.size * HALF and used(database, pack.name):
            kept = rewrite(database, blobs, pack.name)
            done["packs_rewritten"] += 1
            done["bytes_freed"] += pack.size - kept
        elif not used(database, pack.name):
            forget(database, blobs, pack.name)
            done["packs_removed"] += 1
            done["bytes_freed"] += pack.size
    return done
