"""Bytes that nothing points to any more: overwritten where they lie, or left out when their pack is written anew."""

from collections.abc import Iterable

import sqlalchemy as sa

from worker.store.blobs import BlobStore
from worker.store.database import Database
from worker.store.nouns import BlobRef
from worker.store.tables import garbage, revision

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
        rewrite(database, blobs, name)
        done += [text for text in refs if BlobRef.parse(text).url == name]
    if done:
        database.write(lambda connection: connection.execute(sa.delete(garbage).where(database.among(garbage.c.ref, done))))
    return len(done)


def live(database: Database, name: str) -> list[tuple[str, str]]:
    """(revision, ref) of everything in a pack that is still wanted."""
    of_pack = (revision.c.blob_ref >= f"{name}:", revision.c.blob_ref < f"{name}{AFTER_EVERY_NAME}")
    with database.read() as connection:
        rows = connection.execute(sa.select(revision.c.id, revision.c.blob_ref).where(*of_pack)).all()
    return [(row.id, row.blob_ref) for row in rows]


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
    blobs.shelf.remove(name)
    return sum(ref.length for ref in old)
