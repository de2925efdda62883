"""Which span somebody is looking at, so that two people who review at once are not shown the same."""

import threading
import time
from collections.abc import Callable, Sequence

from worker.quality.tasks import Task

MINUTES = 3.0
ROOM = 10_000


class Held:
    """Known to this process alone; with several, two people may judge the same span now and then, which does no harm."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._by: dict[str, tuple[str, float]] = {}

    def first(self, tasks: Sequence[Task], who: str) -> Task | None:
        """The first that nobody else is looking at; if there is none, the first."""
        now = self._clock()
        with self._lock:
            if len(self._by) > ROOM:
                self._by.clear()
            found = next((task for task in tasks if not self._elsewhere(task.id, who, now)), tasks[0] if tasks else None)
            if found is not None:
                self._by[found.id] = (who, now + 60 * MINUTES)
            return found

    def _elsewhere(self, task_id: str, who: str, now: float) -> bool:
        holder, until = self._by.get(task_id, (who, 0.0))
        return holder != who and now < until
