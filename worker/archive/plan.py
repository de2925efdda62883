"""What is to be done: the ranges of all inputs, less those that are done; and what has changed since they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from worker.archive.ledger import Ledger, Row
from worker.archive.nouns import Input, Range
from worker.archive.readers import Reader, reader_for
from worker.archive.readers.base import one_after
from worker.archive.settings import Settings

FAR = 2**62  # an offset behind every input


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` equal shares of the work, counted from 0."""

    index: int
    count: int

    def has(self, at: int, range: Range, inputs: int) -> bool:
        """Whole files where there are enough of them; a file that is read in turn is never divided."""
        if range.kind == "records" or inputs >= 4 * self.count:
            return at % self.count == self.index
        return (at + range.index) % self.count == self.index


ALL = Shard(0, 1)


@dataclass(slots=True)
class Changes:
    """What is not as it was when ranges of this run were done."""

    settings: list[str] = field(default_factory=list)
    version: tuple[str, str] | None = None
    inputs: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    ranges: int = 0  # that would be done again

    def __bool__(self) -> bool:
        return bool(self.ranges or self.gone)

    def lines(self) -> list[str]:
        """For a person to read."""
        out = [f"setting changed: {line}" for line in self.settings]
        if self.version:
            out.append("cleaner changed: {} -> {}".format(*self.version))
        out += [f"input changed: {name}" for name in self.inputs[:10]]
        if len(self.inputs) > 10:
            out.append(f"… and {len(self.inputs) - 10:,} more changed inputs")
        out += [f"input no longer named: {name}" for name in self.gone[:10]]
        out.append(f"{self.ranges:,} finished ranges would be done again")
        return out


def changes(ledger: Ledger, inputs: list[Input], settings: Settings) -> Changes:
    """Compare what is asked with what the finished ranges were made with."""
    out = Changes()
    run = ledger.run()
    if run is None:
        return out
    by_name = {input.name: input for input in inputs}
    stale = [row for row in ledger.rows.values() if not row.made_by(settings)]
    if any(row.settings != settings.digest for row in stale):
        old, new = run["settings"], json.loads(json.dumps(settings.describe()))
        for name in sorted(new):
            if old.get(name) != new[name]:
                out.settings.append(f"{name}: {_short(old.get(name))} -> {_short(new[name])}")
    if any(row.cleaner_version != settings.version for row in stale):
        out.version = (stale[0].cleaner_version, settings.version)
    touched: set[str] = set()
    for row in ledger.rows.values():
        input = by_name.get(row.input)
        if input is None:
            out.gone.append(row.input)
        elif not row.is_of(input):
            touched.add(row.input)
            out.ranges += 1
        elif not row.made_by(settings):
            out.ranges += 1
    out.inputs = sorted(touched)
    out.gone = sorted(set(out.gone))
    return out


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "…"


@dataclass(slots=True)
class Job:
    """A range that is to be done, with the reader that stands at its input."""

    range: Range
    reader: Reader
    start: int | None  # where its first record begins, where the range before it has told


def jobs(inputs: list[Input], settings: Settings, ledger: Ledger, shard: Shard = ALL) -> Iterator[Job]:
    """Ranges not yet done, in order. The consumer reads each to its end before it asks for the next."""
    for at, input in enumerate(inputs):
        reader: Reader | None = None
        try:
            known = _all_done(ledger, input, settings)
            if known:
                continue
            reader = reader_for(input, settings.cut)
            yield from _of_one(at, len(inputs), reader, settings, ledger, shard)
        finally:
            if reader is not None:
                reader.close()


def _all_done(ledger: Ledger, input: Input, settings: Settings) -> bool:
    """Whether the books alone say that this input is done, so that it need not be opened."""
    index = 0
    start: int | None = None
    while (row := ledger.rows.get(f"{input.slug}-{index:05d}")) is not None:
        if not (row.is_of(input) and row.made_by(settings)) or row.cut or not meets(start, row):
            return False
        if row.ended and (row.kind != "bytes" or row.end >= row.size):
            return True
        start = (FAR if row.next is None else row.next) if row.kind == "bytes" else None
        index += 1
    return False


def _of_one(at: int, inputs: int, reader: Reader, settings: Settings, ledger: Ledger, shard: Shard) -> Iterator[Job]:
    start: int | None = None
    for range in _ranges(reader, ledger, settings):
        row = ledger.rows.get(range.key)
        done = row is not None and row.fits(range, settings) and not row.cut and meets(start, row)
        if not shard.has(at, range, inputs):
            if reader.sequential:
                return
            start = row.next if done and row is not None else None
            continue
        if done and row is not None:
            start = _past(row.next, range)
            continue
        yield Job(range, reader, start)
        start = _past(reader.next, range) if range.kind == "bytes" else None


def meets(start: int | None, row: Row) -> bool:
    """Whether a range began where the one before it ended. One that was entered in its middle may have been misled."""
    if start is None or row.kind != "bytes":
        return True
    first = FAR if row.first is None else row.first
    return first == start or (first >= row.end and start >= row.end)


def _past(next: int | None, range: Range) -> int | None:
    """Where the next range's first record begins; far beyond the input when there is no more."""
    return (FAR if next is None else next) if range.kind == "bytes" else None


def _ranges(reader: Reader, ledger: Ledger, settings: Settings) -> Iterator[Range]:
    ranges = reader.ranges()
    yield from ranges
    if not reader.sequential:
        return
    range = ranges[0]
    while True:
        row = ledger.rows.get(range.key)
        ended = row.ended if row is not None and row.fits(range, settings) else reader.ended
        if ended:
            return
        range = one_after(range, reader.cut)
        yield range
