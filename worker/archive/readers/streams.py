"""Opening an input wherever it is, and undoing its compression without trusting its size."""

from __future__ import annotations

import contextlib
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from worker.archive.place import filesystem, is_remote

BLOCK = 4 * 1024 * 1024  # bytes asked of a store at a time
BUFFER = 1024 * 1024
WINDOW = 2**31  # zstd --long=31, which archives use


def open_input(uri: str, offset: int = 0) -> BinaryIO:
    """The file at `uri`, from `offset` on. Raises OSError."""
    if is_remote(uri):
        fs, path = filesystem(uri)
        file = cast(BinaryIO, io.BufferedReader(fs.open(path, "rb", block_size=BLOCK, cache_type="readahead"), BUFFER))
    else:
        file = Path(uri).open("rb", buffering=BUFFER)  # noqa: SIM115  # the caller closes it
    if offset:
        file.seek(offset)
    return file


@contextlib.contextmanager
def unpacked(file: BinaryIO, compression: str) -> Iterator[BinaryIO]:
    """The content of a file that may be compressed, all its frames or members."""
    if compression == "gz":
        with gzip.GzipFile(fileobj=file) as stream:
            yield cast(BinaryIO, io.BufferedReader(stream, BUFFER))
    elif compression == "zst":
        decoder = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        with decoder.stream_reader(file, read_across_frames=True, closefd=False) as stream:
            yield cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream), BUFFER))
    else:
        yield file
