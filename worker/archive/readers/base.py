"""What every reader is: ranges planned from the input alone, and one pass over each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from worker.archive.nouns import Input, Item, Kind, Range


@dataclass(frozen=True, slots=True)
class Cut:
    """How large ranges and records may be. Part of the settings: other numbers make other parts."""

    range_bytes: int = 128 * 1024 * 1024
    range_records: int = 5_000  # of inputs that can only be read from their beginning
    range_files: int = 2_000  # of folders and zips
    max_record: int = 24_000_000  # bytes of a record that are held; of larger ones the head


class Reader:
    """Reads one input. `first`, `next`, `ended` and `position` speak of the range read last."""

    kind: Kind
    sequential = False  # only readable from the beginning: ranges follow one another until the input ends

    def __init__(self, input: Input, cut: Cut) -> None:
        self.input = input
        self.cut = cut
        self.first: int | None = None  # where the first record of the range began
        self.next: int | None = None  # where the record after its last one begins; None at the end of the input
        self.ended = False  # whether the input ends with this range
        self.position = 0  # bytes of the input that were read, for a bar
        self._pass: Iterator[Item] | None = None  # the one pass over a sequential input
        self._given = 0  # items of it that were handed out

    def ranges(self) -> list[Range]:
        """All ranges. Of a sequential input only the first is known."""
        raise NotImplementedError

    def read(self, range: Range, start: int | None = None) -> Iterator[Item]:
        """Everything in a range, in order. `start` is where its first record begins, where that is known."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what is open."""

    def _whole(self) -> Iterator[Item]:
        """All of a sequential input, from its beginning."""
        raise NotImplementedError

    def _in_turn(self, range: Range) -> Iterator[Item]:
        """A range of a sequential input; ranges that follow one another share one pass."""
        if self._pass is None or self._given > range.start:
            self._pass = self._whole()
            self._given = 0
        number = 0
        for item in self._pass:
            self._given += 1
            if self._given <= range.start:
                continue
            yield item._replace(number=number)
            number += 1
            if self._given == range.end:
                return
        self.ended = True


def by_size(input: Input, cut: Cut) -> list[Range]:
    """Ranges of equal numbers of bytes: a record belongs to the one in which it begins."""
    count = max(1, -(-input.size // cut.range_bytes))
    if count > 1 and input.size - (count - 1) * cut.range_bytes < cut.range_bytes // 4:
        count -= 1  # a crumb goes with its neighbour
    last = max(input.size, 1)
    return [
        Range(input, index, "bytes", index * cut.range_bytes, last if index == count - 1 else (index + 1) * cut.range_bytes)
        for index in range(count)
    ]


def by_members(input: Input, cut: Cut, sizes: list[int]) -> list[Range]:
    """Ranges of whole files."""
    bounds = [0]
    held = 0
    for index, size in enumerate(sizes):
        if index > bounds[-1] and (held + size > cut.range_bytes or index - bounds[-1] >= cut.range_files):
            bounds.append(index)
            held = 0
        held += size
    bounds.append(len(sizes))
    return [Range(input, index, "files", bounds[index], bounds[index + 1]) for index in range(len(bounds) - 1)]


def one_after(range: Range, cut: Cut) -> Range:
    """The range that follows in a sequential input."""
    return Range(range.input, range.index + 1, range.kind, range.end, range.end + cut.range_records)


def every_range(reader: Reader) -> Iterator[Range]:
    """The ranges of an input, one after another; the caller reads each to its end."""
    ranges = reader.ranges()
    yield from ranges
    range = ranges[-1]
    while reader.sequential and not reader.ended:
        range = one_after(range, reader.cut)
        yield range
