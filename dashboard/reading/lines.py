"""Lines of a body, as they come. One that is too long is told apart, and not held."""

from collections.abc import Iterator
from typing import NamedTuple

from dashboard.reading.decoder import Decoded


class Line(NamedTuple):
    """A line without its end."""

    data: bytes
    too_long: bool = False  # `data` is left out


def lines(body: Decoded, longest: int) -> Iterator[Line]:
    """All lines but empty ones."""
    held: list[bytes] = []
    size = 0
    skipping = False
    while piece := body.read():
        first, *more = piece.split(b"\n")
        for part, ended in [
            (first, bool(more)),
            *((part, True) for part in more[:-1]),
            *((part, False) for part in more[-1:]),
        ]:
            size += len(part)
            if size > longest:
                held.clear()
                skipping = True
            if not skipping:
                held.append(part)
            if ended:
                yield from _whole(held, skipping)
                held, size, skipping = [], 0, False
    yield from _whole(held, skipping)


def _whole(parts: list[bytes], too_long: bool) -> Iterator[Line]:
    if too_long:
        yield Line(b"", True)
    elif data := b"".join(parts).strip():
        yield Line(data)
