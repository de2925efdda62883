"""Packs in a local folder: each process appends to one of its own, so that no lock is shared and files stay few."""

import fcntl
import os
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

from worker.store.blobs import SUFFIX, Pack, pack_name
from worker.store.errors import BodyMissing
from worker.store.nouns import BlobRef

PACK_BYTES = 64 * 1024 * 1024
PACK_SECONDS = 3600  # an open pack is closed after it, so that packs hold pages of one age


class LocalShelf:
    """One pack a process is open at a time; house-keeping leaves it alone."""

    def __init__(self, folder: Path, *, power_safe: bool) -> None:
        self.folder = folder
        self._power_safe = power_safe  # wait for the disk, not for the kernel alone
        self._lock = threading.Lock()
        self._file = -1
        self._name = ""
        self._size = 0
        self._opened = 0.0
        self._owner = 0  # a forked child must not append to its parent's pack
        here = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _unlock(here()))

    def put(self, parts: Sequence[bytes], like: str = "") -> list[BlobRef]:
        """Append in one write."""
        if like:
            return self._put_apart(parts, pack_name(like))
        with self._lock:
            if self._owner != os.getpid() or self._size >= PACK_BYTES or time.monotonic() - self._opened > PACK_SECONDS:
                self._open()
            refs, at = [], self._size
            for part in parts:
                refs.append(BlobRef(self._name, at, len(part)))
                at += len(part)
            try:
                _write_all(self._file, b"".join(parts))
                if self._power_safe:
                    os.fdatasync(self._file)
            except OSError:
                self._drop()  # what was half written stays unreferenced at the end of that pack
                raise
            self._size = at
        return refs

    def _put_apart(self, parts: Sequence[bytes], name: str) -> list[BlobRef]:
        self.load(name, b"".join(parts))
        refs, at = [], 0
        for part in parts:
            refs.append(BlobRef(name, at, len(part)))
            at += len(part)
        return refs

    def load(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def whole(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError as error:
            raise BodyMissing(name) from error

    def get(self, ref: BlobRef) -> bytes:
        try:
            with (self.folder / ref.url).open("rb", buffering=0) as file:
                found = os.pread(file.fileno(), ref.length, ref.offset)
        except FileNotFoundError as error:
            raise BodyMissing(str(ref)) from error
        if len(found) != ref.length:
            raise BodyMissing(f"{ref} ends early")
        return found

    def erase(self, ref: BlobRef) -> bool:
        try:
            file = os.open(self.folder / ref.url, os.O_WRONLY)
        except FileNotFoundError:
            return True
        try:
            end = min(ref.offset + ref.length, os.fstat(file).st_size)
            at = ref.offset
            while at < end:
                at += os.pwrite(file, bytes(min(end - at, 1 << 20)), at)
            os.fdatasync(file)
        finally:
            os.close(file)
        return True

    def packs(self) -> Iterator[Pack]:
        now = time.time()
        for path in sorted(self.folder.glob(f"*/*{SUFFIX}")):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue  # removed while we looked
            if not _in_use(path):
                yield Pack(path.relative_to(self.folder).as_posix(), found.st_size, now - found.st_mtime)

    def every_pack(self) -> Iterator[str]:
        for path in sorted(self.folder.glob(f"*/*{SUFFIX}")):
            yield path.relative_to(self.folder).as_posix()

    def remove(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def check(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise PermissionError(f"{self.folder} cannot be written to")

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _open(self) -> None:
        self._drop()
        path = self.folder / pack_name()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640)
        fcntl.flock(self._file, fcntl.LOCK_SH)  # tells house-keeping that somebody still appends
        if self._power_safe:
            for folder in (path.parent, self.folder):
                _sync_folder(folder)
        self._name, self._size = path.relative_to(self.folder).as_posix(), 0
        self._opened, self._owner = time.monotonic(), os.getpid()

    def _drop(self) -> None:
        if self._file >= 0:
            os.close(self._file)  # in a child: its own copy of the descriptor
        self._file, self._owner = -1, 0


def _unlock(shelf: LocalShelf | None) -> None:
    """In a forked child: a thread that is not there holds the lock for ever."""
    if shelf is not None:
        shelf._lock = threading.Lock()


def _in_use(path: Path) -> bool:
    """Whether a process still appends to it."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
