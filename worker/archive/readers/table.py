"""Parquet: ranges of whole row groups, rows by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from worker.archive.errors import BadFile, MissingPackage
from worker.archive.nouns import Broken, Input, Item, Range, Record
from worker.archive.readers.base import Cut, Reader
from worker.archive.readers.streams import open_input

ROWS = 64  # made into Python values at a time


def arrow() -> Any:
    """pyarrow, or a word on how to get it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingPackage('Parquet needs pyarrow: pip install "dehusk[parquet]".') from error
    return pyarrow


class ParquetReader(Reader):
    """A row belongs to the range its row group is in."""

    kind = "rows"

    def __init__(self, input: Input, cut: Cut) -> None:
        super().__init__(input, cut)
        pa = arrow()
        self._errors = (pa.ArrowException, OSError)
        self._file = open_input(input.uri)
        try:
            self._table: Any = pa.parquet.ParquetFile(self._file)
        except self._errors as error:
            self._file.close()
            raise BadFile(f"{input.uri}: {error}") from error
        self._bounds = self._cut()

    def _cut(self) -> list[tuple[int, int, int]]:
        """(first row group, past the last one, row) per range."""
        data = self._table.metadata
        out: list[tuple[int, int, int]] = []
        first = row = begun = held = 0
        for group in range(data.num_row_groups):
            one = data.row_group(group)
            if group > first and held + one.total_byte_size > self.cut.range_bytes:
                out.append((first, group, begun))
                first, begun, held = group, row, 0
            held += one.total_byte_size
            row += one.num_rows
        out.append((first, data.num_row_groups, begun))
        return out

    @property
    def schema(self) -> Any:
        return self._table.schema_arrow

    def ranges(self) -> list[Range]:
        starts = [row for _, _, row in self._bounds]
        ends = [*starts[1:], self._table.metadata.num_rows]
        pairs = zip(starts, ends, strict=True)
        return [Range(self.input, index, "rows", start, end) for index, (start, end) in enumerate(pairs)]

    def read(self, range_: Range, start: int | None = None) -> Iterator[Item]:
        first, past, row = self._bounds[range_.index]
        number = 0
        for group in range(first, past):
            rows = self._table.metadata.row_group(group).num_rows
            done = 0
            try:
                for batch in self._table.iter_batches(batch_size=ROWS, row_groups=[group], use_threads=False):
                    for values in batch.to_pylist():
                        yield Record(number, row + done, "row", values, {"row": row + done})
                        number += 1
                        done += 1
            except self._errors as error:
                message = f"Rows {row + done} to {row + rows - 1} cannot be read: {error}"
                yield Broken(number, row + done, "damaged_rows", message)
                number += 1
            row += rows
            self.position = self.input.size * row // max(self._table.metadata.num_rows, 1)
        self.ended = range_.index == len(self._bounds) - 1

    def close(self) -> None:
        self._table.close()
        self._file.close()
