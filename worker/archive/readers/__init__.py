"""One reader per format. Each cuts an input into ranges and reads one range; none knows of cleaning."""

from __future__ import annotations

from worker.archive.nouns import Input
from worker.archive.readers.base import Cut, Reader
from worker.archive.readers.jsonl import JsonlReader
from worker.archive.readers.pages import FolderReader, ZipReader
from worker.archive.readers.warc import WarcReader

__all__ = ["Cut", "Reader", "reader_for"]


def reader_for(input: Input, cut: Cut) -> Reader:
    """The reader of an input's format."""
    if input.format == "warc":
        return WarcReader(input, cut)
    if input.format == "jsonl":
        return JsonlReader(input, cut)
    if input.format == "zip":
        return ZipReader(input, cut)
    if input.format == "pages":
        return FolderReader(input, cut)
    from worker.archive.readers.table import ParquetReader  # an extra

    return ParquetReader(input, cut)
