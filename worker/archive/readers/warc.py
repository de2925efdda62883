"""WARC and WET: records through FastWARC; after damage, on from the next record that can be found."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import zstandard
from fastwarc.warc import ArchiveIterator

from worker.archive.nouns import Broken, Input, Item, Range, Record, Skip
from worker.archive.readers.base import Cut, Reader, by_size
from worker.archive.readers.resync import next_record, sound
from worker.archive.readers.streams import BUFFER, Unpacking, open_input

WANTED = frozenset({"response", "resource", "conversion"})
HEAD = 64 * 1024  # bytes kept of a record that is too large to be a page
LARGEST_FIRST = 64 * 1024 * 1024  # bytes of a first record that are looked through
DICTIONARY = b"\x5d\x2a\x4d\x18"  # a frame before all others, with what they were compressed with
_NAMES = (
    ("WARC-Record-ID", "id"),
    ("WARC-Target-URI", "url"),
    ("WARC-Date", "date"),
    ("WARC-Payload-Digest", "payload_digest"),
    ("WARC-Truncated", "truncated"),
    ("Content-Type", "content_type"),
    ("WARC-Identified-Payload-Type", "payload_type"),
)


class WarcReader(Reader):
    """Members of gzip files and plain files are read from anywhere, zstandard ones from the beginning."""

    def __init__(self, input: Input, cut: Cut) -> None:
        super().__init__(input, cut)
        self._members = input.compression == "gz"
        self.sequential = input.compression == "zst" or input.size == 0 or (self._members and self._one_member())
        self.kind = "records" if self.sequential else "bytes"

    def ranges(self) -> list[Range]:
        if self.sequential:
            return [Range(self.input, 0, "records", 0, self.cut.range_records)]
        return by_size(self.input, self.cut)

    def read(self, range: Range, start: int | None = None) -> Iterator[Item]:
        self.ended = False
        if self.sequential:
            yield from self._in_turn(range)
            return
        self.first = self.next = None
        number = 0
        with open_input(self.input.uri) as file:
            at = start if start is not None else next_record(file, range.start, self._members)
            if range.index == 0 and start is None and at != 0:
                yield Broken(number, 0, "damaged_record", "The file does not begin with a record.")
                number += 1
            self.first = at
            while at is not None and at < range.end:
                walk = _Walk(file, at, range.end, number, self._members, self.cut.max_record)
                for item in walk:
                    self.position = walk.position
                    yield item
                number = walk.number
                at = walk.next
            self.next = at
            self.ended = at is None

    def _one_member(self) -> bool:
        """Whether the file was compressed as a whole, against the standard: its records have no offsets then."""
        decoder = zlib.decompressobj(31)
        data = b""
        wanted = 1
        with open_input(self.input.uri) as file:
            while len(data) < wanted and (chunk := file.read(BUFFER)) and not decoder.eof:
                try:
                    data += decoder.decompress(chunk)
                except zlib.error:
                    return False
                head = data.find(b"\r\n\r\n") + 4
                length = re.search(rb"(?i)\r\ncontent-length:\s*(\d{1,9})\r\n", data[:head])
                if head < 4 or length is None:
                    return False
                wanted = min(head + int(length[1]) + 9, LARGEST_FIRST)
        return len(data) >= wanted and data[wanted - 5 : wanted] == b"WARC/"

    def _whole(self) -> Iterator[Item]:
        with open_input(self.input.uri) as file:
            stream = _unzstd(file) if self.input.compression == "zst" else _ungzip(file)
            walk = _Walk(stream, 0, 2**63, 0, None, self.cut.max_record)
            for item in walk:
                self.position = file.tell()
                yield item


def _unzstd(file: BinaryIO) -> BinaryIO:
    head = file.read(8)
    words = None
    if head[:4] == DICTIONARY:
        data = file.read(struct.unpack("<I", head[4:])[0])
        if data[:4] == b"\x28\xb5\x2f\xfd":
            data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
        words = zstandard.ZstdCompressionDict(data)
    else:
        file.seek(0)
    return cast(BinaryIO, _Counting(Unpacking(file, "zst", words)))


def _ungzip(file: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, _Counting(Unpacking(file, "gz")))


class _Counting:
    """A stream that knows how far it is, for those that do not."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        data = cast(bytes, self._stream.read(size))
        self._at += len(data)
        return data

    def tell(self) -> int:
        return self._at


def _rest(reader: Any) -> int:
    """Read a record to its end without keeping it."""
    size = 0
    while chunk := reader.read(BUFFER):
        size += len(chunk)
    return size


class _Walk:
    """Records from one offset to the first trouble, or to the end. `next` says where to go on."""

    def __init__(self, file: Any, at: int, end: int, number: int, members: bool | None, limit: int) -> None:
        self._file = file
        self._at = at
        self._end = end
        self._members = members  # None: the stream cannot be sought
        self._limit = limit
        self.number = number
        self.next: int | None = None
        self.position = at

    def __iter__(self) -> Iterator[Item]:
        seekable = self._members is not None
        if seekable:
            self._file.seek(self._at)
        pending: Record | Skip | None = None
        begun = -1  # where the pending record begins
        length = 0  # of its content, as it says
        try:
            for record in ArchiveIterator(self._file, parse_http=False):
                place = record.stream_pos
                if pending is not None:
                    yield self._whole(pending, place - begun)
                    pending = None
                self.position = place
                if place >= self._end:
                    self.next = place
                    return
                begun, length = place, record.content_length
                item = self._item(record, place)
                if isinstance(item, Broken):
                    yield self._count(item)
                    self.next = next_record(self._file, place + 1, bool(self._members)) if seekable else None
                    return
                pending = item
        except (OSError, ValueError, EOFError, zlib.error, zstandard.ZstdError) as error:
            yield from self._after(error, pending, begun, length)
            return
        if pending is not None:
            size = self._file.seek(0, 2) if seekable else 0
            if seekable and isinstance(pending, Skip) and not sound(self._file, begun, length, bool(self._members)):
                yield self._count(Broken(0, begun, "truncated_record", "The file ends within this record."))
            else:
                yield self._whole(pending, max(size - begun, 0))
        elif begun < 0 and seekable and self._file.seek(0, 2) > self._at:
            yield self._count(Broken(0, self._at, "damaged_record", "There is no record here that can be read."))
            self.next = next_record(self._file, self._at + 1, bool(self._members))

    def _after(self, error: Exception, pending: Record | Skip | None, begun: int, length: int) -> Iterator[Item]:
        said = str(error).rstrip(".") + "."
        if self._members is None:
            if pending is not None:
                yield self._whole(pending, 0)
            yield self._count(Broken(0, max(begun, 0), "damaged_stream", f"{said} Nothing behind it can be read."))
        elif pending is None:
            at = max(begun, self._at)
            yield self._count(Broken(0, at, "damaged_record", said))
            self.next = next_record(self._file, at + 1, self._members)
        else:
            self.next = next_record(self._file, begun + 1, self._members)
            if sound(self._file, begun, length, self._members):
                yield self._whole(pending, (self.next or self._file.seek(0, 2)) - begun)
                if self.next is None:
                    yield self._count(Broken(0, begun, "damaged_record", f"Behind this record: {said}"))
            else:
                yield self._count(Broken(0, begun, "damaged_record", "Its content is damaged, or longer than it says."))

    def _item(self, record: Any, place: int) -> Record | Skip | Broken:
        kind = str(record.record_type)
        if kind not in WANTED:
            return Skip(0, f"warc_{kind}")
        size = record.content_length
        large = size > self._limit
        data = record.reader.read(HEAD if large else size)
        there = len(data) + (_rest(record.reader) if large else 0)
        headers = record.headers
        about: dict[str, Any] = {"type": kind, "offset": place}
        for name, key in _NAMES:
            value = headers.get(name)
            if value:
                about[key] = value
        if there < size:
            return Broken(0, place, "truncated_record", f"{there:,} of {size:,} bytes are there.", about.get("id", ""))
        if large:
            about["too_large"] = size
        return Record(0, place, "warc", data, about)

    def _whole(self, item: Record | Skip, length: int) -> Item:
        if isinstance(item, Record):
            item.about["length"] = length
        return self._count(item)

    def _count(self, item: Item) -> Item:
        item = item._replace(number=self.number)
        self.number += 1
        return item
