"""Taking pages in: bodies first, rows after, the same answer however often a page is handed in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from worker.store.blobs import BlobStore
from worker.store.database import Database
from worker.store.errors import StoreUnavailable
from worker.store.history import note
from worker.store.ids import content_hash, digest, host_of, new_id, now_ms, to_ms
from worker.store.nouns import BlobRef, Receipt, Submission
from worker.store.refusal import refusal
from worker.store.tables import document, garbage, is_in, page, revision
from worker.store.tally import Tally

DELETIONS = 5  # times that a page may be deleted while it is handed in
SEND_GRACE = 15_000  # ms after which a page whose first message is not known to be sent is sent again


@dataclass(slots=True)
class Item:
    """A submission on its way to becoming rows."""

    at: int  # in the batch
    given: Submission
    key: str
    key_digest: bytes
    content: bytes
    meta: str
    page_id: str = ""
    blob: BlobRef | None = None


class Vanished(Exception):
    """A content that was known, so that its body was not written, is deleted now. Write it and go on."""


def submit(database: Database, blobs: BlobStore, submissions: Sequence[Submission], max_bytes: int) -> list[Receipt]:
    """See Store.submit."""
    receipts: list[Receipt | None] = [None] * len(submissions)
    items: list[Item] = []
    for at, given in enumerate(submissions):
        error = refusal(given, blobs.foreign, max_bytes)
        if error is None:
            items.append(_item(at, given))
        else:
            receipts[at] = Receipt(lane=given.lane, error=error[0], message=error[1])
    if items:
        for item, receipt in zip(items, _store(database, blobs, items), strict=True):
            receipts[item.at] = receipt
    return [receipt for receipt in receipts if receipt is not None]


def _store(database: Database, blobs: BlobStore, items: list[Item]) -> list[Receipt]:
    for _ in range(DELETIONS):
        _write_bodies(database, blobs, items)
        try:
            return database.write(lambda connection: _write_rows(database, connection, items))
        except Vanished:
            continue
    raise StoreUnavailable("pages are being deleted as fast as they are handed in")


def _item(at: int, given: Submission) -> Item:
    key = given.key or given.url
    # of a body by reference the place is hashed: it is not read before it is cleaned
    body = given.body if given.body is not None else str(given.blob).encode()
    return Item(
        at=at,
        given=given,
        key=key,
        key_digest=digest(key),
        content=content_hash(given.kind, given.content_type, given.encoding, body),
        meta=json.dumps(given.meta, ensure_ascii=True, separators=(",", ":")),  # escaped: NUL is none in SQL then
        blob=given.blob,
    )


def _write_bodies(database: Database, blobs: BlobStore, items: list[Item]) -> None:
    """Store the bodies that are not stored yet, each once."""
    with database.read() as connection:
        pages = _find_pages(database, connection, items)
        for item in items:
            item.page_id = pages.get((item.given.source, item.key_digest), "")
        known = _find_revisions(database, connection, items)
    first: dict[tuple[str, bytes, bytes], Item] = {}
    for item in items:
        if item.given.body is not None and (item.page_id, item.content) not in known:
            first.setdefault((item.given.source, item.key_digest, item.content), item)
    fresh = list(first.values())
    try:
        refs = blobs.write_pack([item.given.body or b"" for item in fresh])
    except OSError as error:
        raise StoreUnavailable(str(error)) from error
    for item, ref in zip(fresh, refs, strict=True):
        item.blob = ref


def _find_pages(database: Database, connection: sa.Connection, items: list[Item]) -> dict[tuple[str, bytes], str]:
    wanted = sorted({item.key_digest for item in items})
    columns = sa.select(page.c.source, page.c.key_digest, page.c.id)
    rows = connection.execute(columns.where(database.among(page.c.key_digest, wanted), page.c.source.in_(_sources(items))))
    return {(source, bytes(key)): page_id for source, key, page_id in rows}


def _sources(items: list[Item]) -> list[str]:
    return sorted({item.given.source for item in items})


def _find_revisions(database: Database, connection: sa.Connection, items: list[Item]) -> dict[tuple[str, bytes], Any]:
    wanted = sorted({item.page_id for item in items if item.page_id})
    if not wanted:
        return {}
    hashes = sorted({item.content for item in items})
    columns = sa.select(revision.c.page_id, revision.c.content_hash, revision.c.id, revision.c.state, revision.c.document_id)
    rows = connection.execute(
        columns.where(database.among(revision.c.page_id, wanted), database.among(revision.c.content_hash, hashes))
    )
    return {(row.page_id, bytes(row.content_hash)): row for row in rows}


def _write_rows(database: Database, connection: sa.Connection, items: list[Item]) -> list[Receipt]:
    """One transaction. Rows go in sorted, so that two batches with the same pages wait, and do not block, each other."""
    now = now_ms()
    tally = Tally(now)
    pages = _make_pages(database, connection, items, now)
    for item in items:
        item.page_id = pages[item.given.source, item.key_digest]
    before = _find_revisions(database, connection, items)
    made = _make_revisions(database, connection, items, before, now)
    after = _find_revisions(database, connection, items) if made else before
    fresh, seen, wasted, urgent = [], [], [], []
    receipts = []
    for item in items:
        row = after[item.page_id, item.content]
        new = made.pop(row.id, None) is item  # the first of several in one batch
        if new:
            fresh.append(row.id)
            tally.move(item.given.lane, "", "received")
            tally.count("submissions", {"outcome": "new", "lane": item.given.lane})
        else:
            seen.append(row)
            if item.given.lane == "interactive":
                urgent.append(row.id)
            tally.count("submissions", {"outcome": "known", "lane": item.given.lane})
            if item.blob is not None and not item.blob.foreign:
                wasted.append({"ref": str(item.blob), "at": now})
        receipts.append(Receipt(page_id=item.page_id, revision_id=row.id, state=row.state, lane=item.given.lane, new=new))
    if fresh:
        connection.execute(note(database, fresh, now, None, "received", None))
    if seen:
        _see_again(database, connection, seen, now)
    if urgent:
        _hurry(database, connection, urgent, tally)
    if wasted:
        connection.execute(database.insert(garbage).on_conflict_do_nothing(), wasted)
    tally.write(connection)
    return receipts


def _make_pages(database: Database, connection: sa.Connection, items: list[Item], now: int) -> dict[tuple[str, bytes], str]:
    pages = _find_pages(database, connection, items)
    missing = {(item.given.source, item.key_digest): item for item in items}
    rows = [
        {
            "id": new_id(),
            "source": source,
            "key": item.key,
            "key_digest": key,
            "url": item.given.url,
            "url_digest": digest(item.given.url),
            "host": host_of(item.given.url),
            "created_at": now,
        }
        for (source, key), item in sorted(missing.items(), key=lambda pair: pair[0])
        if (source, key) not in pages
    ]
    if rows:
        connection.execute(database.insert(page).on_conflict_do_nothing(), rows)
        pages = _find_pages(database, connection, items)
    return pages


def _make_revisions(
    database: Database, connection: sa.Connection, items: list[Item], known: dict[tuple[str, bytes], Any], now: int
) -> dict[str, Item]:
    """Insert what is not known; id -> item of all that were tried (others may have been quicker)."""
    tried: dict[tuple[str, bytes], Item] = {}
    for item in items:
        if (item.page_id, item.content) not in known:
            tried.setdefault((item.page_id, item.content), item)
    rows, made = [], {}
    for (page_id, content), item in sorted(tried.items(), key=lambda pair: pair[0]):
        given = item.given
        if item.blob is None:
            raise Vanished
        made[name := new_id()] = item
        rows.append(
            {
                "id": name,
                "page_id": page_id,
                "content_hash": content,
                "blob_ref": str(item.blob),
                "kind": given.kind,
                "content_type": given.content_type,
                "encoding": given.encoding,
                "meta": item.meta,
                "fetched_at": to_ms(given.fetched_at) if given.fetched_at is not None else None,
                "received_at": now,
                "last_seen": now,
                "state": "received",
                "since": now,
                "attempt": 1,
                "lane": given.lane,
                "lease_until": now + SEND_GRACE,
            }
        )
    if rows:
        connection.execute(database.insert(revision).on_conflict_do_nothing(), rows)
    return made


def _hurry(database: Database, connection: sa.Connection, ids: list[str], tally: Tally) -> None:
    """Somebody waits now for pages that wait in another lane: they change over, and the next sweep sends them."""
    slow = (database.among(revision.c.id, ids), is_in(revision, "received"), revision.c.lane != "interactive")
    rows = sa.select(revision.c.id, revision.c.lane).where(*slow).order_by(revision.c.page_id, revision.c.id)
    found = connection.execute(rows.with_for_update() if database.postgres else rows).all()
    for row in found:
        tally.change_lane(row.lane, "interactive", "received")
    if found:
        mine = database.among(revision.c.id, [row.id for row in found])
        connection.execute(sa.update(revision).where(mine).values(lane="interactive", lease_until=tally.at))


def _see_again(database: Database, connection: sa.Connection, rows: list[Any], now: int) -> None:
    """Note that a content was seen. When a page went back to an earlier one, that one's document is current again."""
    known = {(row.page_id, row.id): row for row in rows}
    ordered = [known[key] for key in sorted(known)]
    update = sa.update(revision).where(revision.c.id == sa.bindparam("id_")).values(last_seen=now)
    connection.execute(update, [{"id_": row.id} for row in ordered])
    clean = {row.page_id: row for row in ordered if row.state == "clean"}
    other = sa.select(page.c.id, page.c.current_revision).where(database.among(page.c.id, list(clean)))
    for page_id, current in connection.execute(other).all() if clean else ():
        row = clean[page_id]
        if current not in (None, row.id):
            back = {"current_revision": row.id, "current_document": row.document_id}
            connection.execute(sa.update(page).where(page.c.id == page_id).values(back))
            again = {"feed": database.commit_number(connection), "last_seen": now}  # consumers hear of it once more
            connection.execute(sa.update(document).where(document.c.id == row.document_id).values(again))
