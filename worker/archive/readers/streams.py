"""Opening an input wherever it is, and undoing its compression without trusting its size."""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from worker.archive.place import filesystem, is_remote

BLOCK = 4 * 1024 * 1024  # bytes asked of a store at a time
AHEAD_BLOCKS = 4  # of those kept; the one at hand, the next, and two for seeks
BUFFER = 1024 * 1024
GZIP_CHUNK = 256 * 1024
ZSTD_CHUNK = 2 * 1024  # its decoder has no bound on what comes out, so little goes in: a block of 4 bytes can become 128 kB
WINDOW = 2**31  # zstd --long=31, which archives use


def open_input(uri: str, offset: int = 0) -> BinaryIO:
    """The file at `uri`, from `offset` on. Raises OSError."""
    if is_remote(uri):
        fs, path = filesystem(uri)
        # "background": while one block is unpacked and cleaned, a thread fetches the next one
        source = fs.open(path, "rb", block_size=BLOCK, cache_type="background", cache_options={"maxblocks": AHEAD_BLOCKS})
        file = cast(BinaryIO, io.BufferedReader(source, BUFFER))
    else:
        file = Path(uri).open("rb", buffering=BUFFER)  # noqa: SIM115  # the caller closes it
    if offset:
        file.seek(offset)
    return file


class Unpacking(io.RawIOBase):
    """The content of a compressed file, all its members or frames. Gives all there is before it complains of the end."""

    def __init__(self, file: BinaryIO, compression: str, words: zstandard.ZstdCompressionDict | None = None) -> None:
        self._file = file
        self._gzip = compression == "gz"
        self._words = words
        self._decoder: Any = None
        self._input = b""
        self._output = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._output:
            if not self._more():
                return 0
        size = min(len(into), len(self._output))
        into[:size] = self._output[:size]
        self._output = self._output[size:]
        return size

    def _more(self) -> bool:
        """Unpack a little. False at the end. Raises EOFError when the end comes too early."""
        if not self._input:
            self._input = self._file.read(GZIP_CHUNK if self._gzip else ZSTD_CHUNK)
            if not self._input:
                if self._decoder is not None:
                    raise EOFError("The compressed file is cut short.")
                return False
        if self._decoder is None:
            if not self._input.strip(b"\0"):  # padding behind the last member
                self._input = b""
                return True
            self._decoder = zlib.decompressobj(31) if self._gzip else self._zstd()
        if self._gzip:
            self._output = memoryview(self._decoder.decompress(self._input, BUFFER))
            self._input = self._decoder.unconsumed_tail
        else:
            self._output = memoryview(self._decoder.decompress(self._input))
            self._input = b""
        if self._decoder.eof:
            self._input = self._decoder.unused_data + self._input
            self._decoder = None
        return True

    def _zstd(self) -> Any:
        return zstandard.ZstdDecompressor(dict_data=self._words, max_window_size=WINDOW).decompressobj()


@contextlib.contextmanager
def unpacked(file: BinaryIO, compression: str) -> Iterator[BinaryIO]:
    """The content of a file that may be compressed."""
    if compression:
        yield cast(BinaryIO, io.BufferedReader(Unpacking(file, compression), BUFFER))
    else:
        yield file
