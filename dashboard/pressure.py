"""When to say "later": too much is waiting, or the disk is nearly full."""

import shutil
import threading
import time
from dataclasses import dataclass, field

from dashboard.crier import Crier
from dashboard.errors import ApiError, Busy, DiskFull
from worker.settings import Settings
from worker.store.store import Store

EVERY = 0.5  # seconds between two looks, however many requests come
DISK_PAUSE = 60  # seconds: somebody has to make room
BROKER_PAUSE = 10  # seconds
LEAST_PAUSE, MOST_PAUSE = 2, 120  # seconds


@dataclass(slots=True)
class Pressure:
    """The state of intake, looked at now and then. Threads share it."""

    settings: Settings
    store: Store
    crier: Crier
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _looked: float = float("-inf")
    _problem: ApiError | None = None
    _waiting: int = 0
    _since: float = 0.0
    _pace: float = 0.0  # pages a second by which the backlog shrank, of late

    def problem(self) -> ApiError | None:
        """Why nothing should be taken now, if so."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked >= EVERY:
                self._problem = self._look(now)
                self._looked = now
            return self._problem

    def check(self) -> None:
        """
        Raises:
            ApiError: nothing is taken now.
        """
        problem = self.problem()
        if problem is not None:
            raise problem

    def disk_free(self) -> int:
        """Bytes, in the data folder."""
        return shutil.disk_usage(self.settings.data_dir).free

    def _look(self, now: float) -> ApiError | None:
        free = self.disk_free() // 1024**2
        if free < self.settings.min_free_disk_mb:
            return DiskFull(headers={"Retry-After": str(DISK_PAUSE)})
        if self.crier.broker_full:
            return Busy("The broker is full.", headers={"Retry-After": str(BROKER_PAUSE)})
        waiting = self.store.backlog().waiting
        if now - self._since > 5:
            self._pace = (self._waiting - waiting) / (now - self._since)
            self._waiting, self._since = waiting, now
        over = waiting - self.settings.backlog_limit
        if over < 0:
            return None
        # long enough to get a tenth below the limit at the present pace, so that crawlers do not knock for each page
        wanted = over + self.settings.backlog_limit / 10
        pause = wanted / self._pace if self._pace > 0 else MOST_PAUSE / 4
        return Busy(headers={"Retry-After": str(int(min(MOST_PAUSE, max(LEAST_PAUSE, pause))))})
