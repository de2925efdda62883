"""Pages as a compressed request body."""

import gzip
import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Compress = Callable[[bytes], bytes]
GZIP_LEVEL = 3  # pages shrink to a quarter or less at any level; the higher ones cost a crawler's CPU


class Packed(NamedTuple):
    """A page and its line in a batch, made once however often it is sent."""

    row: Mapping[str, Any]
    line: bytes


def pack(row: Mapping[str, Any]) -> Packed:
    """Write a page as a line of JSON. Half surrogate pairs, which crawlers meet, travel as escapes."""
    try:
        return Packed(row, json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
    except UnicodeEncodeError:
        return Packed(row, json.dumps(row, separators=(",", ":")).encode())


def batches(pages: Iterable[Packed], rows: int, size: int) -> Iterator[list[Packed]]:
    """Cut a stream into batches of at most so many rows and bytes; a page larger than that goes alone."""
    batch: list[Packed] = []
    held = 0
    for one in pages:
        if batch and (len(batch) >= rows or held + len(one.line) > size):
            yield batch
            batch, held = [], 0
        batch.append(one)
        held += len(one.line) + 1
    if batch:
        yield batch


def compressor(wanted: str | None) -> tuple[str | None, Compress]:
    """The name for `Content-Encoding` and the function. "auto" takes zstd where it is installed, else gzip.

    Raises:
        ValueError: there is no such compression here.
    """
    if wanted is None:
        return None, bytes
    if wanted in ("auto", "zstd"):
        zstd = _zstd()
        if zstd is not None:
            return "zstd", zstd
    if wanted in ("auto", "gzip"):
        return "gzip", _gzip
    raise ValueError('Compression is "auto", "zstd" (with the `zstd` extra), "gzip" or None.')


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, GZIP_LEVEL, mtime=0)


def _zstd() -> Compress | None:
    try:
        module = importlib.import_module("zstandard")
    except ImportError:
        return None

    def compress(data: bytes) -> bytes:  # a compressor must not be shared between threads
        return bytes(module.ZstdCompressor(level=3).compress(data))

    return compress
