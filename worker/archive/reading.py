"""Reading what a run wrote: rows of parts and of sidecars, whatever their format and wherever they are."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import zstandard

from worker.archive.ledger import Row
from worker.archive.place import Place
from worker.archive.readers.table import arrow


def lines(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The lines of a file, which its name says to be compressed or not."""
    if name.endswith((".zst", ".zstd")):
        with zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) as stream:
            yield from io.BufferedReader(cast(io.RawIOBase, stream), 1 << 20)
    elif name.endswith(".gz"):
        import gzip

        with gzip.GzipFile(fileobj=file) as stream:
            yield from stream
    else:
        yield from file


def rows(file: BinaryIO, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a part, a sidecar or an errors file."""
    if name.endswith(".parquet"):
        table = arrow().parquet.ParquetFile(file)
        for batch in table.iter_batches(batch_size=256):
            yield from batch.to_pylist()
    else:
        for line in lines(file, name):
            yield json.loads(line)


def rows_of(place: Place, name: str) -> Iterator[dict[str, Any]]:
    with contextlib.closing(place.open(name)) as file:
        yield from rows(file, name)


def outputs(row: Row, kind: str) -> list[str]:
    """Names of a range's files of one kind: data, removed, attributes, errors."""
    return [output["name"] for output in row.outputs if output["name"].startswith(f"{kind}/")]


def accounts(place: Place, row: Row) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Each record's account with its row in the part; None where it has none."""
    for data, removed in zip(outputs(row, "data"), outputs(row, "removed"), strict=True):
        texts = rows_of(place, data)
        for account in rows_of(place, removed):
            yield account, next(texts) if account["outcome"] == "clean" else None
