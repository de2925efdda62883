"""Takedowns: a page, all pages of an address or of a host are gone; what stays is that something was deleted."""

import sqlalchemy as sa

from worker.store.audit import note
from worker.store.blobs import BlobStore
from worker.store.database import Database
from worker.store.erasing import erase_garbage
from worker.store.ids import digest, now_ms
from worker.store.nouns import BlobRef
from worker.store.reclean import drop_jobs
from worker.store.tables import document, event, garbage, page, revision, tombstone
from worker.store.tables_admin import audit
from worker.store.tally import Tally

AT_ONCE = 500  # pages in one transaction


def delete(database: Database, blobs: BlobStore, page_id: str | None, url: str | None, host: str | None, by: str) -> int:
    """See Store.delete."""
    if [page_id, url, host].count(None) != 2:
        raise ValueError("Name a page, a URL or a host: one of them.")
    if page_id is not None:
        chosen = page.c.id == page_id
    elif url is not None:
        chosen = sa.and_(page.c.url_digest == digest(url), page.c.url == url)
    else:
        chosen = page.c.host == (host or "").lower().rstrip(".")
    subject = page_id or ("pages of a URL" if url is not None else "pages of a host")  # which one would be content
    deleted = 0
    while True:
        refs = database.write(lambda connection: _delete_some(database, connection, chosen, by, subject))
        if refs is None:
            break
        deleted += refs[0]
        erase_garbage(database, blobs, refs[1])
    if host is not None:
        database.write(lambda connection: _forget_host(connection, (host or "").lower().rstrip(".")))
    if deleted:
        database.forget_deleted()
    return deleted


def _forget_host(connection: sa.Connection, host: str) -> None:
    """What is usual for a host, its alarms, and who saw to them. Figures by hour and day stay: they name no page."""
    from worker.quality.tables import alarm, host_watch  # whose own import brings this module in

    connection.execute(sa.delete(host_watch).where(host_watch.c.host == host))
    connection.execute(sa.delete(alarm).where(alarm.c.subject == host))
    connection.execute(sa.delete(audit).where(audit.c.action.startswith("alarm."), audit.c.subject == f"host {host}"))


def _delete_some(
    database: Database, connection: sa.Connection, chosen: sa.ColumnElement[bool], by: str, subject: str
) -> tuple[int, list[str]] | None:
    """Pages deleted and refs to erase; None when there are none left."""
    if not database.postgres:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")  # overwritten, not only unlinked
    some = sa.select(page.c.id).where(chosen).order_by(page.c.id).limit(AT_ONCE)
    pages = list(connection.execute(some.with_for_update() if database.postgres else some).scalars())
    if not pages:
        return None
    now = now_ms()
    tally = Tally(now)
    of_pages = database.among(revision.c.page_id, pages)
    locked = sa.select(
        revision.c.id, revision.c.page_id, revision.c.state, revision.c.lane, revision.c.attempt, revision.c.blob_ref
    )
    locked = locked.where(of_pages).order_by(revision.c.page_id, revision.c.id)
    rows = connection.execute(locked.with_for_update() if database.postgres else locked).all()
    revisions = [row.id for row in rows]
    refs = sorted({row.blob_ref for row in rows if row.blob_ref and not BlobRef.parse(row.blob_ref).foreign})
    connection.execute(sa.delete(event).where(database.among(event.c.revision_id, revisions), event.c.after != "deleted"))
    events = []
    for row in rows:
        what = {"before": row.state, "after": "deleted", "worker": by or None}
        events.append({"revision_id": row.id, "at": now, "attempt": row.attempt, **what})
        tally.move(row.lane, row.state, "deleted")
    if events:
        connection.execute(sa.insert(event), events)
    if refs:
        connection.execute(database.insert(garbage).on_conflict_do_nothing(), [{"ref": ref, "at": now} for ref in refs])
    drop_jobs(database, connection, tally, revisions)
    connection.execute(sa.delete(document).where(database.among(document.c.page_id, pages)))
    connection.execute(sa.delete(revision).where(of_pages))
    connection.execute(sa.delete(page).where(database.among(page.c.id, pages)))
    number = database.commit_number(connection)
    connection.execute(sa.insert(tombstone), [{"page_id": name, "feed": number, "at": now} for name in pages])
    note(connection, "pages.deleted", subject, by=by, detail={"pages": len(pages)})
    tally.count("pages_deleted", value=len(pages))
    tally.write(connection)
    return len(pages), refs
