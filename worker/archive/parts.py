"""The files of one range while they are written: its part, sidecar, attributes and errors, on the local disk until whole."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import zstandard

from worker.archive.cleaning import Entry
from worker.archive.columns import Table
from worker.archive.settings import Settings

CHUNK = 1024 * 1024  # bytes given to the compressor at a time: the same cuts, the same file
GROUP_BYTES = 32 * 1024 * 1024  # of rows in a row group
GROUP_ROWS = 10_000
SUFFIX = {"jsonl": ".jsonl.zst", "parquet": ".parquet"}


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file."""

    name: str  # below the folder of the run
    rows: int
    bytes: int
    sha256: str
    path: Path  # where it lies until it is published

    def row(self) -> dict[str, Any]:
        """How the manifest has it."""
        return {"name": self.name, "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256}


class Sink(Protocol):
    """Takes rows, becomes a file."""

    rows: int

    def write(self, row: bytes) -> None: ...

    def close(self) -> None: ...


class Lines:
    """Rows as lines in one zstandard frame, or plain."""

    def __init__(self, path: Path, level: int | None) -> None:
        self.rows = 0
        self._file = path.open("wb")
        self._held: list[bytes] = []
        self._size = 0
        compressor = None if level is None else zstandard.ZstdCompressor(level=level, write_checksum=True).compressobj()
        self._pack: Callable[[bytes], bytes] = compressor.compress if compressor else bytes
        self._end: Callable[[], bytes] = compressor.flush if compressor else bytes

    def write(self, row: bytes) -> None:
        self._held.append(row)
        self._size += len(row)
        self.rows += 1
        if self._size >= CHUNK:
            self._flush()

    def _flush(self) -> None:
        self._file.write(self._pack(b"".join(self._held)))
        self._held.clear()
        self._size = 0

    def close(self) -> None:
        self._flush()
        self._file.write(self._end())
        self._file.close()


class Groups:
    """Rows as row groups of a Parquet file."""

    def __init__(self, path: Path, table: Table) -> None:
        self.rows = 0
        self._writer = table.writer(path)
        self._table = table
        self._held: list[bytes] = []
        self._size = 0

    def write(self, row: bytes) -> None:
        self._held.append(row)
        self._size += len(row)
        self.rows += 1
        if self._size >= GROUP_BYTES or len(self._held) >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(self._table.of(b"".join(self._held)))
        self._held.clear()
        self._size = 0

    def close(self) -> None:
        self._flush()
        self._writer.close()


class Parts:
    """All files of one range. Files end together, so that a part and its sidecar speak of the same records."""

    def __init__(self, scratch: Path, key: str, settings: Settings, table: Table | None) -> None:
        self._scratch = scratch
        self._mine = secrets.token_hex(6)  # other processes, on other machines too, may do the same range
        self._key = key
        self._settings = settings
        self._table = table
        self._open: dict[str, tuple[Sink, str, Path]] = {}
        self._done: list[Written] = []
        self._split = 0
        self._size = 0  # bytes of rows in the open part
        self._digests: list[bytes] = []

    def add(self, entry: Entry) -> None:
        """Take in what became of the next record."""
        if entry.row:
            if self._settings.part_bytes and self._size and self._size + len(entry.row) > self._settings.part_bytes:
                self._next()
            self._sink("data").write(entry.row)
            self._size += len(entry.row)
            if entry.digest:
                self._digests.append(entry.digest)
        if entry.account:
            self._sink("removed").write(entry.account)
        if entry.attributes:
            self._sink("attributes").write(entry.attributes)
        if entry.error:
            self._sink("errors").write(entry.error)

    def finish(self) -> list[Written]:
        """Close all files; they are whole then, and not yet in their place."""
        self._sink("data")
        self._sink("removed")
        self._close()
        return self._done

    @property
    def digests(self) -> bytes:
        """Of the clean texts, in order."""
        return b"".join(self._digests)

    def drop(self) -> None:
        """Take away what was written."""
        for sink, _, path in self._open.values():
            sink.close()
            path.unlink(missing_ok=True)
        for written in self._done:
            written.path.unlink(missing_ok=True)

    def _next(self) -> None:
        self._close("data", "removed", "attributes")
        self._split += 1
        self._size = 0

    def _sink(self, kind: str) -> Sink:
        known = self._open.get(kind)
        if known is not None:
            return known[0]
        name = self._name(kind)
        path = self._scratch / f"{self._mine}-{name.replace('/', '-')}"
        sink: Sink
        if kind == "data" and self._table is not None:
            sink = Groups(path, self._table)
        else:
            sink = Lines(path, None if kind == "errors" else self._settings.level)
        self._open[kind] = (sink, name, path)
        return sink

    def _name(self, kind: str) -> str:
        stem = self._key
        if self._settings.part_bytes and kind != "errors":
            stem += f".{self._split:04}"
        if kind == "errors":
            return f"errors/{stem}.jsonl"
        if kind == "attributes":
            return f"attributes/dehusk/{stem}{SUFFIX['jsonl']}"
        return f"{kind}/{stem}{SUFFIX[self._settings.format] if kind == 'data' else SUFFIX['jsonl']}"

    def _close(self, *kinds: str) -> None:
        for kind in kinds or tuple(self._open):
            if kind not in self._open:
                continue
            sink, name, path = self._open.pop(kind)
            sink.close()
            self._done.append(Written(name, sink.rows, path.stat().st_size, file_digest(path), path))


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
