"""Lines of bulk input, without waiting for them and without holding more than one."""

import os
import select
import stat
from collections.abc import Iterator
from pathlib import Path

from worker.cli.messages import complain
from worker.cli.rows import Line
from worker.cli.sources import STANDARD_INPUT
from worker.pool.flow import NOT_YET, Pause

BOM = b"\xef\xbb\xbf"
CHUNK = 1024 * 1024


class Lines:
    """The lines of some inputs, one after another. Yields `NOT_YET` rather than wait."""

    def __init__(self, paths: list[Path], limit: int) -> None:
        self._paths = paths
        self._limit = limit  # bytes of a line
        self._fd = -1
        self.unreadable = False  # whether some input could not be read to its end

    def wake(self) -> int:
        """The descriptor that will be readable when there is more."""
        return self._fd

    def size(self) -> int | None:
        """Bytes of all inputs, where every one is an ordinary file."""
        total = 0
        for path in self._paths:
            try:
                status = os.fstat(0) if str(path) == STANDARD_INPUT else path.stat()
            except OSError:
                continue
            if not stat.S_ISREG(status.st_mode):
                return None
            total += status.st_size
        return total

    def __iter__(self) -> Iterator[Line | Pause]:
        number = 0
        for path in self._paths:
            own = str(path) != STANDARD_INPUT
            try:
                self._fd = os.open(path, os.O_RDONLY) if own else 0
                for data in self._split():
                    if isinstance(data, Pause):
                        yield data
                        continue
                    number += 1
                    if data is None:
                        yield Line(number, b"", too_long=True)
                    elif data.strip():
                        yield Line(number, data.removeprefix(BOM))
            except OSError as error:
                self.unreadable = True
                complain(str(path) if own else "standard input", error.strerror or str(error))
            finally:
                if own and self._fd >= 0:
                    os.close(self._fd)
                self._fd = -1

    def _split(self) -> Iterator[bytes | Pause | None]:
        """Lines of the open input; None for one that is too long."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        parts: list[bytes] = []
        size = 0
        while True:
            if not poll.poll(0):
                yield NOT_YET
                continue
            chunk = os.read(self._fd, CHUNK)
            if not chunk:
                break
            first, *others = chunk.split(b"\n")
            size += len(first)
            if size > self._limit:
                parts.clear()
            else:
                parts.append(first)
            for other in others:
                yield b"".join(parts) if size <= self._limit else None
                parts = [other]
                size = len(other)
        if size:
            yield b"".join(parts) if size <= self._limit else None
