"""Pages as files: loose in a folder, or in a zip."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from worker.archive.inputs import PAGES
from worker.archive.nouns import Broken, Input, Item, Range, Record, Skip
from worker.archive.readers.base import Cut, Reader, by_members
from worker.archive.readers.streams import open_input


class FolderReader(Reader):
    """The pages of a folder in the order of their names."""

    kind = "files"

    def ranges(self) -> list[Range]:
        return by_members(self.input, self.cut, [size for _, size in self.input.members])

    def read(self, range: Range, start: int | None = None) -> Iterator[Item]:
        if range.index == 0:
            self.position = 0
        for number, (name, _) in enumerate(self.input.members[range.start : range.end]):
            try:
                with (Path(self.input.uri) / name).open("rb") as file:
                    data = file.read(self.cut.max_record + 1)
            except OSError as error:
                yield Broken(number, name, "unreadable", error.strerror or str(error))
                continue
            self.position += len(data)
            yield _page(number, name, data, self.cut)
        self.ended = range.end >= len(self.input.members)


class ZipReader(Reader):
    """The pages of a zip in the order of its directory."""

    kind = "files"

    def __init__(self, input: Input, cut: Cut) -> None:
        super().__init__(input, cut)
        self._file = open_input(input.uri)
        self._broken = ""
        self._zip: zipfile.ZipFile | None = None
        self._members: list[zipfile.ZipInfo] = []
        try:
            self._zip = zipfile.ZipFile(self._file)
            self._members = [info for info in self._zip.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, OSError) as error:
            self._broken = str(error)

    def ranges(self) -> list[Range]:
        if self._zip is None:
            return [Range(self.input, 0, "files", 0, 1)]
        return by_members(self.input, self.cut, [info.file_size for info in self._members])

    def read(self, range: Range, start: int | None = None) -> Iterator[Item]:
        if self._zip is None:
            yield Broken(0, 0, "damaged_file", self._broken)
        for number, info in enumerate(self._members[range.start : range.end]):
            if Path(info.filename).suffix.lower() not in PAGES:
                yield Skip(number, "not_a_page")
                continue
            try:
                assert self._zip is not None
                with self._zip.open(info) as file:
                    data = file.read(self.cut.max_record + 1)
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
                yield Broken(number, info.filename, "damaged_record", str(error))
                continue
            self.position = info.header_offset + info.compress_size
            yield _page(number, info.filename, data, self.cut)
        self.ended = range.end >= len(self._members)

    def close(self) -> None:
        if self._zip is not None:
            self._zip.close()
        self._file.close()


def _page(number: int, name: str, data: bytes, cut: Cut) -> Record:
    about: dict[str, object] = {"path": name}
    if len(data) > cut.max_record:
        about["too_large"] = len(data)
        data = data[:1024]
    return Record(number, name, "page", data, about)
