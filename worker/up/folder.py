"""The data folder: made when it is missing, held by one `dehusk up` at a time."""

import fcntl
import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

LOCK = "up.lock"
PATIENCE = 8.0  # seconds in which the children of a parent that was killed are gone


class FolderInUse(RuntimeError):
    """Another `dehusk up` works in this data folder."""


class DataFolder:
    """The lock is inherited by all children, so it is free when the last of them is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("logs", "broker"):
            (path / name).mkdir(mode=0o700, exist_ok=True)
        self.lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        self._take()

    def note_children(self, groups: list[int]) -> None:
        """Write down who is here, for a successor that finds us gone and them alive."""
        note = json.dumps({"parent": os.getpid(), "groups": groups}).encode()
        os.pwrite(self.lock, note, 0)
        os.ftruncate(self.lock, len(note))

    def close(self) -> None:
        os.ftruncate(self.lock, 0)
        os.close(self.lock)

    def _take(self) -> None:
        """Wait for orphans of a parent that was killed; end those that stay.

        Raises:
            FolderInUse: their parent lives.
        """
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                note = self._noted()
                parent = note.get("parent", 0)
                if isinstance(parent, int) and alive(parent):
                    os.close(self.lock)
                    raise FolderInUse(f"{FolderInUse.__doc__} Process {parent}, folder {self.path}.") from None
                if time.monotonic() > ends:
                    self._end_orphans(note)
                    ends = time.monotonic() + PATIENCE
                time.sleep(0.1)

    def _noted(self) -> dict[str, object]:
        with suppress(ValueError):
            found = json.loads(os.pread(self.lock, 10_000, 0))
            if isinstance(found, dict):
                return found
        return {}

    def _end_orphans(self, note: dict[str, object]) -> None:
        """The lock is held, so these processes are the ones that were written down, and not others by their number."""
        groups = note.get("groups", [])
        for group in groups if isinstance(groups, list) else []:
            if holds(group, self.path / LOCK):
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether there is such a process that is more than a name on a list."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def holds(pid: int, file: Path) -> bool:
    """Whether the process has that file open."""
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if entry.readlink() == file:
                    return True
    return False
