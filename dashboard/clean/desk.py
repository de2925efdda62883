"""Many requests, one pool: a thread feeds the supervised processes and hands each answer to the request that waits."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress

import structlog

from cleaners.profile import Profile
from dashboard.clean.engine import Order, answer, warm_up
from dashboard.errors import Busy
from worker.pool import NOT_YET, Pool, PoolBroken
from worker.pool.flow import Pause
from worker.pool.supervisor import processors
from worker.settings import Settings

log = structlog.get_logger(__name__)

LINE = 8  # requests that may wait for each process
PAUSE = 2  # seconds to stay away when the line is full
PRELOAD = ("dashboard.clean.engine",)


class _Closed(Exception):
    """The desk closes, whatever is in work."""


class Desk:
    """Takes orders from any thread. The processes start with the first one."""

    def __init__(self, settings: Settings, function: Callable[[Order], bytes] = answer) -> None:
        self._function = function
        limits = Profile.load(settings.profile).limits
        self._deadline = settings.deadline_seconds or limits.deadline_seconds
        self._memory = settings.memory_mb or int(limits.max_memory_mb)
        self._jobs = settings.workers or processors()
        self._line: deque[tuple[Order, Future[bytes]]] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._lock = threading.Lock()
        self._open = 0  # orders without an answer
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, order: Order) -> "Future[bytes]":
        """The answer to come: the page's JSON form, or a `CleanError`.

        Raises:
            Busy: too many are waiting, or the desk is closed.
        """
        future: Future[bytes] = Future()
        with self._lock:
            if self._closed or self._open >= LINE * self._jobs:
                raise _busy()
            self._open += 1
            self._line.append((order, future))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._serve, name="clean-desk", daemon=True)
                self._thread.start()
        future.add_done_callback(self._done)
        self._ring()
        return future

    def close(self) -> None:
        """End the processes. Those who still wait are told to come back."""
        with self._lock:
            self._closed = True
        self._ring()
        if self._thread is not None:
            self._thread.join()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _done(self, future: "Future[bytes]") -> None:
        with self._lock:
            self._open -= 1

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
            pass
        except PoolBroken as error:  # the next request tries to start it again
            log.error("clean_pool_broken", error=str(error))
        finally:
            with self._lock:
                left = [future for _, future in self._line if future.set_running_or_notify_cancel()]
                self._line.clear()
                self._thread = None
            for future in (*waiting.values(), *left):
                future.set_exception(_busy())

    def _pool(self) -> Pool[Order, bytes]:
        return Pool(
            self._function,
            jobs=self._jobs,
            deadline=self._deadline,
            memory_mb=self._memory,
            prepare=warm_up,
            preload=PRELOAD,
            window_tasks=2 * LINE * self._jobs,  # never full, so that the line is always looked at
            window_mb=4096,
        )

    def _orders(self, waiting: "dict[int, Future[bytes]]") -> Iterator[Order | Pause]:
        index = 0
        while True:
            with suppress(BlockingIOError):  # rings that came before this look at the line
                os.read(self._wake_read, 4096)
            if self._closed:
                raise _Closed
            if not self._line:
                yield NOT_YET
                continue
            order, future = self._line.popleft()
            if not future.set_running_or_notify_cancel():  # whoever asked has left
                continue
            waiting[index] = future
            index += 1
            yield order

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # full of rings that nobody has heard yet
            os.write(self._wake_write, b".")


def _busy() -> Busy:
    return Busy(headers={"Retry-After": str(PAUSE)})
