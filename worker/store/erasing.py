"""Bytes that nothing points to any more: overwritten where they lie, or left out when their pack is written anew."""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from worker.store.blobs import BlobStore
from worker.store.database import Database
from worker.store.nouns import BlobRef
from worker.store.tables import garbage, revision, thinned

AT_ONCE = 1000
AFTER_EVERY_NAME = ";"  # the character behind ":", which ends a pack's name in a ref


def erase_garbage(database: Database, blobs: BlobStore, refs: Iterable[str] | None = None) -> int:
    """Erase these, or all that is noted as garbage; how many. What fails stays noted."""
    if refs is not None:
        return _erase(database, blobs, list(refs))
    erased = 0
    while True:
        with database.read() as connection:
            some = list(connection.execute(sa.select(garbage.c.ref).order_by(garbage.c.ref).limit(AT_ONCE)).scalars())
        done = _erase(database, blobs, some)
        erased += done
        if done < AT_ONCE:
            return erased


def _erase(database: Database, blobs: BlobStore, refs: list[str]) -> int:
    packs = set()
    done = []
    for text in refs:
        ref = BlobRef.parse(text)
        try:
            if blobs.shelf.erase(ref):
                done.append(text)
            else:
                packs.add(ref.url)
        except OSError:
            continue  # tried again at the next house-keeping
    for name in sorted(packs):
        try:
            rewrite(database, blobs, name)
        except OSError:
            continue
        done += [text for text in refs if BlobRef.parse(text).url == name]
    if done:
        database.write(lambda connection: _note(database, connection, done, packs))
    return len(done)


def _note(database: Database, connection: sa.Connection, done: list[str], rewritten: set[str]) -> None:
    """It is garbage no longer; the packs it lay in are thinner now."""
    connection.execute(sa.delete(garbage).where(database.among(garbage.c.ref, done)))
    erased: Counter[str] = Counter()
    for ref in map(BlobRef.parse, done):
        if ref.url not in rewritten:
            erased[ref.url] += ref.length
    if erased:
        insert = database.insert(thinned)
        more = insert.on_conflict_do_update(index_elements=["pack"], set_={"bytes": thinned.c.bytes + insert.excluded.bytes})
        connection.execute(more, [{"pack": pack, "bytes": length} for pack, length in sorted(erased.items())])


def used(database: Database, name: str) -> bool:
    """Whether anything in a pack is still wanted."""
    with database.read() as connection:
        return connection.execute(sa.select(revision.c.id).where(*_of_pack(name)).limit(1)).first() is not None


def _of_pack(name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return revision.c.blob_ref >= f"{name}:", revision.c.blob_ref < f"{name}{AFTER_EVERY_NAME}"


def live(database: Database, name: str) -> list[tuple[str, str]]:
    """(revision, ref) of everything in a pack that is still wanted."""
    with database.read() as connection:
        rows = connection.execute(sa.select(revision.c.id, revision.c.blob_ref).where(*_of_pack(name))).all()
    return [(row.id, row.blob_ref) for row in rows]


def forget(database: Database, blobs: BlobStore, name: str) -> None:
    """Remove a pack that nobody points to."""
    blobs.shelf.remove(name)
    database.write(lambda connection: connection.execute(sa.delete(thinned).where(thinned.c.pack == name)))


def rewrite(database: Database, blobs: BlobStore, name: str) -> int:
    """A new pack with what is still wanted in place of `name`; how many bytes that is."""
    wanted = sorted(live(database, name), key=lambda pair: BlobRef.parse(pair[1]).offset)
    old = [BlobRef.parse(text) for _, text in wanted]
    parts = [blobs.shelf.get(ref) for ref in old]
    new = blobs.shelf.put(parts, like=name) if parts else []

    def point(connection: sa.Connection) -> list[BlobRef]:
        lost = []
        for (mine, text), ref in zip(wanted, new, strict=True):
            moved = sa.update(revision).where(revision.c.id == mine, revision.c.blob_ref == text).values(blob_ref=str(ref))
            if not connection.execute(moved).rowcount:
                lost.append(ref)  # deleted while we copied
        rows = [{"ref": str(ref), "at": 0} for ref in lost]
        if rows:
            connection.execute(database.insert(garbage).on_conflict_do_nothing(), rows)
        return lost

    if new:
        database.write(point)
    forget(database, blobs, name)
    return sum(ref.length for ref in old)
