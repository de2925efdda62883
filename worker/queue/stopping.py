"""One byte shared by a worker's processes: "finish the page at hand and go".

Celery's children ignore signals and are told nothing when the worker shuts down: a warm shutdown waits for whole
tasks, a cold one throws work away. With this a task ends after the page it is at, and hands the others back.
"""

import mmap
import time

GRACE = 3.0  # seconds the page at hand may still take before its process is ended


class Stopping:
    """Made before the children are forked, so that they see it change."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 16)

    def set(self) -> None:
        """Ask everybody to stop. Safe in a signal handler."""
        if not self.is_set():
            self._shared[8:16] = int(time.monotonic() * 1000).to_bytes(8, "big")
            self._shared[0] = 1

    def is_set(self) -> bool:
        return self._shared[0] == 1

    def urgent(self) -> bool:
        """The grace is over."""
        return self.is_set() and time.monotonic() - int.from_bytes(self._shared[8:16], "big") / 1000 > GRACE
