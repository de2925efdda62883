"""A folder to write to, on a disk or in an object store: whole files or none, and never half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from worker.archive.errors import MissingPackage, StorageError

TEMPORARY = "_dehusk/tmp"
COMPARED = 1024 * 1024  # bytes of two files looked at together
OLD = 3_600.0  # seconds since a file was written to that somebody may still write to


def is_remote(address: str) -> bool:
    """Whether an address names a store rather than a path."""
    scheme, mark, _ = address.partition("://")
    return bool(mark) and scheme not in ("file", "local")


def filesystem(address: str) -> tuple[Any, str]:
    """The store of an address, and the path within it."""
    import fsspec

    try:
        return cast(tuple[Any, str], fsspec.core.url_to_fs(address))
    except (ImportError, ValueError) as error:
        raise MissingPackage(f"{address}: {error}") from error


class Place:
    """Named files below one address."""

    address: str

    def read(self, name: str) -> bytes:
        """The whole file. Raises FileNotFoundError."""
        raise NotImplementedError

    def open(self, name: str) -> BinaryIO:
        raise NotImplementedError

    def names(self, folder: str) -> list[str]:
        """Files directly in `folder`, sorted."""
        raise NotImplementedError

    def write(self, name: str, data: bytes) -> None:
        """Put a file there in one piece, in place of one that may be there."""
        raise NotImplementedError

    def publish(self, name: str, path: Path) -> None:
        """Move a finished local file there in one piece."""
        raise NotImplementedError

    def move(self, name: str, target: str) -> None:
        raise NotImplementedError

    def remove(self, name: str) -> None:
        """Take a file away if it is there."""
        raise NotImplementedError

    def scratch(self) -> Path:
        """A local folder for files that are not finished."""
        raise NotImplementedError

    def read_all(self, names: list[str]) -> dict[str, bytes]:
        return {name: self.read(name) for name in names}

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from running in the same place, where that can be known."""
        yield


class Folder(Place):
    """On a local or mounted disk. Files appear by rename, after they are on the disk."""

    def __init__(self, path: str) -> None:
        self.address = path
        self._path = Path(path)

    def read(self, name: str) -> bytes:
        return (self._path / name).read_bytes()

    def open(self, name: str) -> BinaryIO:
        return (self._path / name).open("rb")

    def names(self, folder: str) -> list[str]:
        try:
            with os.scandir(self._path / folder) as listing:
                return sorted(entry.name for entry in listing if entry.is_file())
        except FileNotFoundError:
            return []

    def write(self, name: str, data: bytes) -> None:
        scratch = self.scratch()
        handle, path = tempfile.mkstemp(dir=scratch)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        self.publish(name, Path(path))

    def publish(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.chmod(0o644)
        target = self._path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def move(self, name: str, target: str) -> None:
        (self._path / target).parent.mkdir(parents=True, exist_ok=True)
        (self._path / name).replace(self._path / target)

    def remove(self, name: str) -> None:
        (self._path / name).unlink(missing_ok=True)

    def scratch(self) -> Path:
        folder = self._path / TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        import fcntl

        from worker.archive.errors import RunBusy

        folder = self._path / "_dehusk"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RunBusy(f"({self.address})") from error
            self._tidy()
            yield

    def _tidy(self) -> None:
        """Take away what killed runs left. Shards may be at work: what is young stays."""
        folder = self._path / TEMPORARY
        for path in folder.iterdir() if folder.exists() else ():
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > OLD:
                    path.unlink()


class Bucket(Place):
    """In an object store, through fsspec. An object appears when its PUT or multipart upload completes.

    Parts are put on the condition that there is none: of two machines that did the same range, one writes it.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._fs, self._root = filesystem(address)
        self._root = self._root.rstrip("/")
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def _full(self, name: str) -> str:
        return f"{self._root}/{name}"

    def read(self, name: str) -> bytes:
        return cast(bytes, self._fs.cat_file(self._full(name)))

    def read_all(self, names: list[str]) -> dict[str, bytes]:
        if not names:
            return {}
        found: dict[str, bytes] = self._fs.cat([self._full(name) for name in names])
        return {path.removeprefix(f"{self._root}/"): data for path, data in found.items()}

    def open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._fs.open(self._full(name), "rb"))

    def names(self, folder: str) -> list[str]:
        self._fs.invalidate_cache()
        try:
            found = self._fs.ls(self._full(folder), detail=True)
        except FileNotFoundError:
            return []
        return sorted(entry["name"].rsplit("/", 1)[1] for entry in found if entry["type"] == "file")

    def write(self, name: str, data: bytes) -> None:
        self._made(name, lambda path: self._fs.pipe_file(path, data))

    def publish(self, name: str, path: Path) -> None:
        try:
            self._made(name, lambda target: self._fs.put_file(str(path), target, mode="create"))
        except FileExistsError:
            if not self._same(name, path):  # left by a run with other settings, or by one whose upload was repeated
                self._made(name, lambda target: self._fs.put_file(str(path), target))
        path.unlink()

    def _same(self, name: str, path: Path) -> bool:
        self._fs.invalidate_cache()
        if int(self._fs.info(self._full(name)).get("size") or 0) != path.stat().st_size:
            return False
        with path.open("rb") as here, self.open(name) as there:
            while chunk := here.read(COMPARED):
                if there.read(len(chunk)) != chunk:
                    return False
        return True

    def _made(self, name: str, put: Any) -> None:
        try:
            if not hasattr(self._fs, "bucket_region") and not hasattr(self._fs, "s3"):
                self._fs.makedirs(self._full(name).rsplit("/", 1)[0], exist_ok=True)
            put(self._full(name))
        except FileExistsError:
            raise
        except OSError as error:
            raise StorageError(f"{self.address}/{name}: {error}") from error

    def move(self, name: str, target: str) -> None:
        self._fs.copy(self._full(name), self._full(target))
        self._fs.rm_file(self._full(name))

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(self._full(name))

    def scratch(self) -> Path:
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="dehusk-")
        return Path(self._scratch.name)


def place(address: str) -> Place:
    """The folder or store of an address."""
    if is_remote(address):
        return Bucket(address)
    return Folder(address.removeprefix("file://").removeprefix("local://"))
