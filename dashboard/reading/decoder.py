"""Decompression that cannot be turned into a bomb: drawn piece by piece, and counted."""

import gzip
import io
import zlib
from typing import BinaryIO, Protocol, cast

import zstandard

from dashboard.errors import BadRequest, TooLarge, UnknownCompression

PIECE = 256 * 1024
# RFC 9659: the window that a sender may ask a receiver to hold for the zstd content coding
ZSTD_WINDOW = 8 * 1024 * 1024


class Readable(Protocol):
    """What pieces are read from."""

    def read(self, size: int, /) -> bytes: ...


class Decoded:
    """A body after decompression."""

    def __init__(self, body: io.RawIOBase, encoding: str, limit: int) -> None:
        """
        Raises:
            UnknownCompression: the encoding is none that is known here.
        """
        self._from = opened(body, encoding)
        self._limit = limit
        self.size = 0

    def read(self) -> bytes:
        """The next piece; b"" at the end.

        Raises:
            BadRequest: the body is not what its encoding says.
            TooLarge: it is more than a request may have.
        """
        try:
            piece = self._from.read(PIECE)
        except (zlib.error, gzip.BadGzipFile, zstandard.ZstdError, EOFError) as error:
            raise BadRequest(f"The compressed body is damaged: {error}.") from error
        self.size += len(piece)
        if self.size > self._limit:
            raise TooLarge(f"Limit: {self._limit:,} bytes after decompression.")
        return piece

    def whole(self) -> bytes:
        """All of it at once."""
        pieces = []
        while piece := self.read():
            pieces.append(piece)
        return b"".join(pieces)


def opened(body: io.RawIOBase, encoding: str) -> Readable:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return cast(Readable, body)
    if name in ("gzip", "x-gzip"):
        return gzip.GzipFile(fileobj=cast(BinaryIO, io.BufferedReader(body, PIECE)))
    if name == "zstd":
        unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
        return cast(Readable, unpacker.stream_reader(cast(BinaryIO, body), read_across_frames=True))
    raise UnknownCompression
