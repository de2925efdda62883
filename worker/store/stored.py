"""A raw page as it is kept. It travels so to the process that cleans it: an eighth of the bytes are copied on the way."""

from typing import NamedTuple

import zstandard

from worker.store.errors import BodyMissing

MAGIC = b"\x28\xb5\x2f\xfd"  # every zstd frame begins so


class Stored(NamedTuple):
    """A body, packed unless it was handed in by reference."""

    data: bytes
    packed: bool = True  # a zstd frame

    def unpack(self) -> bytes:
        """The body as it was handed in.

        Raises:
            BodyMissing: it is damaged.
        """
        if not self.packed:
            return self.data
        try:
            return zstandard.ZstdDecompressor().decompress(self.data)
        except zstandard.ZstdError as error:
            raise BodyMissing(str(error)) from error


def is_frame(data: bytes) -> bool:
    """Whether this begins as a frame does; what was erased is all zeros."""
    return data.startswith(MAGIC)
