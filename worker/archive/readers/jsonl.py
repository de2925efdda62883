"""JSON lines: plain files from any byte on, compressed ones from the beginning."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import zstandard

from worker.archive.nouns import Broken, Input, Item, Range, Record
from worker.archive.readers.base import Cut, Reader, by_size
from worker.archive.readers.streams import open_input, unpacked

BOM = b"\xef\xbb\xbf"
ESCAPES = 6  # bytes JSON may need for one of a page


class JsonlReader(Reader):
    """A line belongs to the range in which it begins. Lines are parsed by the workers."""

    def __init__(self, input: Input, cut: Cut) -> None:
        super().__init__(input, cut)
        self.sequential = bool(input.compression) or input.size == 0
        self.kind = "records" if self.sequential else "bytes"
        self._limit = ESCAPES * cut.max_record

    def ranges(self) -> list[Range]:
        if self.sequential:
            return [Range(self.input, 0, "records", 0, self.cut.range_records)]
        return by_size(self.input, self.cut)

    def read(self, range: Range, start: int | None = None) -> Iterator[Item]:
        self.ended = False
        return self._in_turn(range) if self.sequential else self._stretch(range, start)

    def _stretch(self, range: Range, start: int | None) -> Iterator[Item]:
        self.first = self.next = None
        with open_input(self.input.uri) as file:
            at = range.start if start is None else start
            if start is None and at > 0:  # the line that is cut here belongs to the range before
                file.seek(at - 1)
                at += len(_line(file, self._limit)[0]) - 1 if range.start else 0
            file.seek(at)
            self.first = at
            number = 0
            while at < range.end:
                line, size = _line(file, self._limit)
                if not size:
                    break
                if size > len(line):
                    yield Broken(number, at, "page_too_large", f"The line has {size:,} bytes.")
                    number += 1
                elif line.strip():
                    yield Record(number, at, "line", line.removeprefix(BOM) if at == 0 else line, {"offset": at})
                    number += 1
                at += size
                self.position = at
            self.next = at
            self.ended = at >= self.input.size

    def _whole(self) -> Iterator[Item]:
        count = 0
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(open_input(self.input.uri))
            try:
                stream = stack.enter_context(unpacked(file, self.input.compression))
                while True:
                    line, size = _line(stream, self._limit)
                    if not size:
                        return
                    self.position = file.tell()
                    if size > len(line):
                        yield Broken(0, count, "page_too_large", f"The line has {size:,} bytes.")
                    elif line.strip():
                        yield Record(0, count, "line", line.removeprefix(BOM) if count == 0 else line, {"line": count})
                    else:
                        continue
                    count += 1
            except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
                yield Broken(0, count, "damaged_stream", f"{error} Nothing behind it can be read.")


def _line(file: BinaryIO, limit: int) -> tuple[bytes, int]:
    """The next line and its size, which is larger than what is returned where the line is over the limit."""
    line = file.readline(limit)
    size = len(line)
    if size == limit and not line.endswith(b"\n"):
        while more := file.readline(limit):
            size += len(more)
            if more.endswith(b"\n"):
                break
        return line[:1024], size
    return line, size
