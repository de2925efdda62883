"""Many requests, one pool: a thread feeds the supervised processes and hands each answer to the request that waits."""

import os
import queue
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from enum import Enum
from typing import Final

import structlog

from cleaners.profile import Profile
from dashboard.clean.engine import Order, answer, warm_up
from dashboard.errors import Busy
from worker.pool import NOT_YET, Pool, PoolBroken
from worker.pool.flow import Pause
from worker.pool.supervisor import processors
from worker.settings import Settings

log = structlog.get_logger(__name__)

LINE = 16  # requests that may wait for each process
PAUSE = 2  # seconds to stay away when the line is full
PRELOAD = ("dashboard.clean.engine",)


class _Close(Enum):
    CLOSE = 0


CLOSE: Final = _Close.CLOSE


class _Closed(Exception):
    """The desk closes, whatever is in work."""


class Desk:
    """Takes orders from any thread. The processes start with the first one."""

    def __init__(self, settings: Settings) -> None:
        limits = Profile.load(settings.profile).limits
        self._deadline = settings.deadline_seconds or limits.deadline_seconds
        self._memory = settings.memory_mb or int(limits.max_memory_mb)
        self._jobs = settings.workers or processors()
        self._line: queue.Queue[tuple[Order, Future[bytes]] | _Close] = queue.Queue(maxsize=LINE * self._jobs)
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, order: Order) -> "Future[bytes]":
        """The answer to come: the page's JSON form, or a `CleanError`.

        Raises:
            Busy: too many are waiting, or the desk is closed.
        """
        future: Future[bytes] = Future()
        with self._starting:
            if self._closed:
                raise Busy(headers={"Retry-After": str(PAUSE)})
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._serve, name="clean-desk", daemon=True)
                self._thread.start()
        try:
            self._line.put_nowait((order, future))
        except queue.Full:
            raise Busy(headers={"Retry-After": str(PAUSE)}) from None
        self._ring()
        return future

    def close(self) -> None:
        """End the processes. Those who still wait are told to come back."""
        with self._starting:
            self._closed = True
        if self._thread is not None and self._thread.is_alive():
            self._line.put(CLOSE)
            self._ring()
            self._thread.join()
        self._turn_all_away()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _serve(self) -> None:
        waiting: dict[int, Future[bytes]] = {}
        try:
            with self._pool() as pool:
                for done in pool.map(self._orders(waiting), ordered=False, wake=lambda: self._wake_read):
                    future = waiting.pop(done.index)
                    if done.error is not None:
                        future.set_exception(done.error)
                    else:
                        future.set_result(done.value or b"")
        except _Closed:
            _turn_away(waiting.values())
        except PoolBroken as error:  # the next request tries to start it again
            log.error("clean_pool_broken", error=str(error))
            _turn_away(waiting.values())
            self._turn_all_away()

    def _pool(self) -> Pool[Order, bytes]:
        return Pool(
            answer,
            jobs=self._jobs,
            deadline=self._deadline,
            memory_mb=self._memory,
            prepare=warm_up,
            preload=PRELOAD,
            window_tasks=LINE * self._jobs,
        )

    def _orders(self, waiting: "dict[int, Future[bytes]]") -> Iterator[Order | Pause]:
        index = 0
        while True:
            try:
                one = self._line.get_nowait()
            except queue.Empty:
                with suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
                if self._line.empty():  # nothing came between the two
                    yield NOT_YET
                continue
            if isinstance(one, _Close):
                raise _Closed
            order, future = one
            if not future.set_running_or_notify_cancel():  # whoever asked has left
                continue
            waiting[index] = future
            index += 1
            yield order

    def _turn_all_away(self) -> None:
        with suppress(queue.Empty):
            while True:
                one = self._line.get_nowait()
                if not isinstance(one, _Close) and one[1].set_running_or_notify_cancel():
                    _turn_away([one[1]])

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # full of rings that nobody has heard yet
            os.write(self._wake_write, b".")


def _turn_away(futures: "Iterable[Future[bytes]]") -> None:
    for future in futures:
        future.set_exception(Busy(headers={"Retry-After": str(PAUSE)}))
