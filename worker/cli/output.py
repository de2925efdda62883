"""Where cleaned pages go: standard output, with headings when there are several, or a folder."""

import os
import sys
from pathlib import Path

from worker.cli.errors import CannotWrite
from worker.cli.request import Format, Request
from worker.cli.sources import Source


class StandardOutput:
    """Pages one below the other. JSON is one object a line, so it needs no headings."""

    def __init__(self, request: Request, several: bool) -> None:
        self._headings = several and (request.explain or request.format is not Format.json)
        self._first = True

    def page(self, source: Source, body: bytes) -> None:
        if self._headings:
            break_before = "" if self._first else "\n"
            body = os.fsencode(f"{break_before}==> {source.name} <==\n") + body
            self._first = False
        write(body)


class Folder:
    """Each page in a file under its own path and one suffix more, so that no page replaces another."""

    def __init__(self, request: Request, folder: Path) -> None:
        self._suffix = request.suffix
        self._folder = folder

    def page(self, source: Source, body: bytes) -> None:
        path = "standard-input" if source.path is None else os.path.normpath(source.path)
        parts = [part for part in Path(path).parts if part not in (os.sep, os.pardir)]
        target = self._folder.joinpath(*parts)
        target = target.with_name(target.name + self._suffix)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
        except OSError as error:
            raise CannotWrite(str(target), error) from error


def write(data: bytes) -> None:
    """Out at once: a reader of rows may be waiting for this one."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite("standard output", error) from error
