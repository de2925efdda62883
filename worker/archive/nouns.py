"""The nouns of a run: inputs, the ranges they are cut into, and what is read from a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Format = Literal["warc", "jsonl", "parquet", "zip", "pages"]
Kind = Literal["bytes", "records", "rows", "files"]
Outcome = Literal["clean", "empty", "filtered", "duplicate", "skipped", "error"]

OUTCOMES: tuple[Outcome, ...] = ("clean", "empty", "filtered", "duplicate", "skipped", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file of the input, or all loose pages of one folder."""

    uri: str  # how to open it
    name: str  # how rows and parts call it: its path below the argument that named it
    slug: str  # `name` as the beginning of file names, unique in the run
    format: Format
    size: int  # bytes
    tag: str  # changes when the content does: ETag of an object, time of a file
    compression: str = ""  # "", gz or zst
    members: tuple[tuple[str, int], ...] = ()  # of a folder's loose pages: path below `uri`, bytes


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of one input, the unit of work. Planned from the input alone."""

    input: Input
    index: int
    kind: Kind
    start: int
    end: int  # past its last place; of kind "records" the input may end before

    @property
    def key(self) -> str:
        """Its name in files: `crawl-0001-00003`."""
        return f"{self.input.slug}-{self.index:05d}"


class Record(NamedTuple):
    """Something that may be a page, on its way to a worker process."""

    number: int  # place in its range, counting everything read
    at: int | str  # byte offset, line, row or path
    form: Literal["warc", "line", "row", "page"]
    data: Any  # bytes; of a row its values by name
    about: dict[str, Any]  # what the container says of it


class Skip(NamedTuple):
    """A record that is not looked at: a request, an image, one that the sample leaves out."""

    number: int
    reason: str


class Broken(NamedTuple):
    """Something that cannot be read as a record."""

    number: int
    at: int | str
    name: str
    message: str
    id: str = ""


Item = Record | Skip | Broken
