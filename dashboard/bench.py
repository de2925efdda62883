"""Work that takes minutes and that somebody asked for: one piece at a time, in a thread, with its progress told.

What it cleans, it cleans in supervised processes; the thread only hands pages over.
"""

import threading
from collections import deque
from collections.abc import Callable

import structlog

from dashboard.errors import Busy

log = structlog.get_logger(__name__)

LINE = 4  # pieces that may wait
LEAVE = 5.0  # seconds at the end
RETRY_AFTER = "60"

Tell = Callable[[int, int], None]  # done, of


class Stopped(Exception):
    """The process ends."""


class Bench:
    """Takes work from any thread. The thread starts with the first piece and ends with the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[tuple[str, Callable[[Tell], object]]] = deque()
        self._progress: dict[str, tuple[int, int]] = {}
        self._thread: threading.Thread | None = None
        self._closing = False

    def put(self, name: str, work: Callable[[Tell], object]) -> None:
        """Do this when its turn comes. What has a name that waits or is at work already is not taken twice.

        Raises:
            Busy: too much waits.
        """
        with self._lock:
            if name in self._progress:
                return
            if self._closing or len(self._line) >= LINE:
                raise Busy("Other comparisons are being made.", headers={"Retry-After": RETRY_AFTER})
            self._line.append((name, work))
            self._progress[name] = (0, 0)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="bench", daemon=True)
                self._thread.start()

    def progress(self, name: str) -> tuple[int, int] | None:
        """(done, of) while it waits or is at work."""
        with self._lock:
            return self._progress.get(name)

    def close(self) -> None:
        """Stop at the next page."""
        with self._lock:
            self._closing = True
            self._line.clear()
            thread = self._thread
        if thread is not None:
            thread.join(LEAVE)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._line:
                    self._thread = None
                    return
                name, work = self._line.popleft()

            def tell(done: int, of: int, name: str = name) -> None:
                with self._lock:
                    self._progress[name] = (done, of)
                    if self._closing:
                        raise Stopped

            try:
                work(tell)
            except Stopped:
                log.info("bench_stopped", work=name)
            except Exception:  # whatever it is, the next piece must have its turn; the piece itself is noted as failed
                log.exception("bench_failed", work=name)
            finally:
                with self._lock:
                    self._progress.pop(name, None)
