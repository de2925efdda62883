"""Raw pages, compressed, many to an object: object stores charge by the request and disks by the file."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import zstandard

from worker.store.errors import BodyMissing
from worker.store.foreign import ForeignReader
from worker.store.ids import new_id
from worker.store.nouns import BlobRef
from worker.store.stored import Stored, is_frame

LEVEL = 1  # a third quicker than 3, for packs 7 % larger
SUFFIX = ".pack"


class Pack(NamedTuple):
    """An object of ours, as a listing has it."""

    name: str
    size: int
    age_seconds: float  # since something was last written to it


class Shelf(Protocol):
    """Where packs stand. Two kinds: a local folder and whatever fsspec reaches."""

    def put(self, parts: Sequence[bytes], like: str = "") -> list[BlobRef]:
        """Write them so that they are durable when this returns; with `like`, in a pack named as old as that one."""
        ...

    def get(self, ref: BlobRef) -> bytes:
        """The bytes as they were put; BodyMissing when they are not there."""
        ...

    def erase(self, ref: BlobRef) -> bool:
        """Make these bytes unreadable at once; False when this kind of store cannot, other than by a new pack."""
        ...

    def packs(self) -> Iterator[Pack]:
        """Those that nobody appends to any more."""
        ...

    def every_pack(self) -> Iterator[str]:
        """Names of all there are."""
        ...

    def load(self, name: str, data: bytes) -> None:
        """A whole pack under its own name, from a backup."""
        ...

    def whole(self, name: str) -> bytes:
        """A whole pack, for a backup; BodyMissing when it is not there."""
        ...

    def remove(self, name: str) -> None:
        """Remove a pack; nothing happens when there is none."""
        ...

    def check(self) -> None:
        """Raise OSError when it cannot be reached."""
        ...

    def close(self) -> None:
        """Give back open files."""
        ...


def pack_name(like: str = "") -> str:
    """A new name. Packs are named by the time they were begun; 16^6 ms, some 4.7 hours, share a folder."""
    name = new_id()
    if like:
        name = like.rsplit("/", 1)[-1][:12] + name[12:]
    return f"{name[:6]}/{name}{SUFFIX}"


class BlobStore:
    """Bodies in, refs out."""

    def __init__(self, shelf: Shelf, foreign: ForeignReader) -> None:
        self.shelf = shelf
        self.foreign = foreign

    def write_pack(self, bodies: Sequence[bytes]) -> list[BlobRef]:
        """Store these together; durable when it returns. Raises OSError when that is not possible."""
        if not bodies:
            return []
        squeeze = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress
        return self.shelf.put([squeeze(body) for body in bodies])

    def fetch(self, ref: BlobRef) -> Stored:
        """The body behind a ref as it is kept. That it is damaged shows when it is unpacked.

        Raises:
            BodyMissing: it is not there, or was erased.
            ReferenceRefused: it is not ours and below no allowed prefix.
            OSError: the store does not answer.
        """
        if ref.foreign:
            return Stored(self.foreign.read(ref), packed=False)
        frame = self.shelf.get(ref)
        if not is_frame(frame):
            raise BodyMissing(f"{ref} was erased")
        return Stored(frame)

    def read(self, ref: BlobRef) -> bytes:
        """The body behind a ref. Raises as `fetch` does, and BodyMissing when it is damaged."""
        return self.fetch(ref).unpack()

    def close(self) -> None:
        """Give back open files."""
        self.shelf.close()
