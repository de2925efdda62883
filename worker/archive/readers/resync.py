"""Where the next WARC record begins: after damage, or in the middle of a file that was cut by size."""

from __future__ import annotations

import zlib
from typing import BinaryIO

MEMBER = b"\x1f\x8b\x08"
HEAD = b"WARC/"
CHUNK = 1024 * 1024
PROBE = 4096  # compressed bytes that surely hold a member's first header
OVERLAP = PROBE + 8


def next_record(file: BinaryIO, start: int, compressed: bool) -> int | None:
    """The offset of the first record at `start` or later; None when there is none."""
    sign = MEMBER if compressed else HEAD
    at = start
    file.seek(at)
    held = file.read(CHUNK)
    while held:
        found = held.find(sign)
        while found >= 0:
            if found + PROBE > len(held):
                more = file.read(CHUNK)
                held += more
            if _begins(held, found, compressed) and (compressed or _stands_alone(file, at + found, held, found)):
                return at + found
            found = held.find(sign, found + 1)
        keep = min(len(held), len(sign) - 1)
        at += len(held) - keep
        tail = held[len(held) - keep :]
        file.seek(at + keep)
        more = file.read(CHUNK)
        held = tail + more if more else b""
    return None


def _begins(held: bytes, at: int, compressed: bool) -> bool:
    if not compressed:
        head = held[at : at + 12]
        return head[5:8] in (b"1.0", b"1.1", b"0.1") and head[8:10] in (b"\r\n", b"8\r")
    try:
        return zlib.decompressobj(31).decompress(held[at : at + PROBE], 16).startswith(HEAD)
    except zlib.error:
        return False


def _stands_alone(file: BinaryIO, offset: int, held: bytes, at: int) -> bool:
    """Whether an empty line is before it, as after every record."""
    if offset == 0:
        return True
    if at >= 4:
        return held[at - 4 : at] == b"\r\n\r\n"
    place = file.tell()
    file.seek(max(0, offset - 4))
    before = file.read(min(4, offset))
    file.seek(place)
    return before == b"\r\n\r\n"


def sound(file: BinaryIO, at: int, length: int, compressed: bool) -> bool:
    """Whether the record at `at` is as long as it says: what follows its content is the end of the record."""
    file.seek(at)
    if compressed:
        decoder = zlib.decompressobj(31)
        data = b""
        try:
            while not decoder.eof and (chunk := file.read(CHUNK)) and len(data) < length + 10 * CHUNK:
                data += decoder.decompress(chunk)
        except zlib.error:
            return False
        content = data.find(b"\r\n\r\n") + 4
        return content > 3 and decoder.eof and not data[content + length :].strip()
    head = file.read(64 * 1024).find(b"\r\n\r\n") + 4
    file.seek(at + head + length)
    return head > 3 and file.read(4) == b"\r\n\r\n"
