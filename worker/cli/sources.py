"""From arguments to pages: files as named, folders searched, `-` for standard input."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SUFFIXES = frozenset((".html", ".htm", ".xhtml", ".txt"))
STANDARD_INPUT = "-"


class Source(NamedTuple):
    """A page to be read by a worker, or one that was handed to it."""

    name: str  # as a person would name it
    path: str | None  # None: `data` holds the page
    data: bytes = b""
    problem: str = ""  # why it cannot be read


def sources(arguments: list[Path], limit: int, avoid: Path | None) -> Iterator[Source]:
    """The pages that `arguments` name, folders in order of names, without what lies in `avoid`."""
    for argument in arguments:
        if str(argument) == STANDARD_INPUT:
            yield standard_input(limit)
        elif argument.is_dir():
            found = False
            for source in search(str(argument), os.path.realpath(avoid) if avoid else ""):
                found = True
                yield source
            if not found:
                yield Source(str(argument), None, problem="No .html, .htm, .xhtml or .txt file in this folder")
        else:
            yield Source(str(argument), str(argument))


def standard_input(limit: int) -> Source:
    try:
        return Source("standard input", None, sys.stdin.buffer.read(limit + 1))
    except OSError as error:
        return Source("standard input", None, problem=error.strerror or str(error))


def search(folder: str, avoid: str) -> Iterator[Source]:
    """Pages below `folder`. Links to folders are not followed, for they can lead in circles."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Source(folder, None, problem=error.strerror or str(error))
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not avoid or os.path.realpath(entry.path) != avoid:
                yield from search(entry.path, avoid)
        elif Path(entry.name).suffix.lower() in SUFFIXES:
            yield Source(entry.path, entry.path)
