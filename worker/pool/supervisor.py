"""The pool as its users see it: an iterable of tasks in, an iterator of answers out."""

import os
import pickle
from collections.abc import Callable, Generator
from contextlib import closing
from enum import Enum
from types import TracebackType
from typing import Final, Generic

from worker.pool.child import Orders
from worker.pool.crew import Crew, Method
from worker.pool.flow import NOT_YET, Answer, Task, Tasks, Ticket, Value, Window


class Input(Enum):
    """What `next` says of an input that has no more."""

    END = 0


END: Final = Input.END

Wake = Callable[[], int] | None

ASK_AGAIN = 0.02  # seconds until an input that has nothing, and nothing to wait on, is asked again


class Pool(Generic[Task, Value]):
    """Worker processes under supervision.

    A task that passes `deadline` seconds is killed and answered by `TimeLimit`; one whose process needs more than
    `memory_mb` beyond its start by `MemoryLimit`; one whose process dies by `WorkerDied`; one whose function
    raises a `CleanError` by that, any other exception by `EngineFault`. Its neighbours do not notice.

    `method` "forkserver" is safe beside threads: a small server process imports `preload` once and forks workers
    from it. "fork" starts at once and shares what the caller has imported, in a program without threads.
    Function, tasks and values must be picklable. One thread at a time may use a pool.
    """

    def __init__(
        self,
        function: Callable[[Task], Value],
        *,
        jobs: int | None = None,
        deadline: float,
        memory_mb: int | None = None,
        prepare: Callable[[], object] | None = None,
        method: Method = "forkserver",
        preload: tuple[str, ...] = (),
        recycle_after: int = 5_000,
        growth_mb: int = 512,
        window_tasks: int | None = None,
        window_mb: int = 64,
    ) -> None:
        self.jobs = jobs or processors()
        self._window_tasks = window_tasks or 64 * self.jobs
        self._window_bytes = window_mb * 1024 * 1024
        self._busy = False
        self.crew = Crew(
            Orders(function=function, prepare=prepare, deadline=deadline, memory_mb=memory_mb),
            jobs=self.jobs,
            method=method,
            preload=preload,
            recycle_after=recycle_after,
            growth_mb=growth_mb,
        )

    def map(self, tasks: Tasks[Task], *, ordered: bool = True, wake: Wake = None) -> Generator[Answer[Task, Value]]:
        """Answer every task once, in order (or as they come), drawing on `tasks` only as answers are taken.

        An input that must not block yields `NOT_YET` when it has nothing; `wake` names the descriptor to wait on.
        """
        if self._busy:
            raise RuntimeError("This pool is already answering; finish or close the other iterator first.")
        self._busy = True
        try:
            yield from self._flow(tasks, Window(self._window_tasks, self._window_bytes, ordered), wake)
        finally:
            self.crew.drop_work()
            self._busy = False

    def run(self, task: Task) -> Answer[Task, Value]:
        """Answer one task."""
        with closing(self.map([task])) as answers:
            return next(answers)

    def close(self) -> None:
        """End all workers at once."""
        self.crew.close()

    def __enter__(self) -> "Pool[Task, Value]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _flow(self, tasks: Tasks[Task], window: Window, wake: Wake) -> Generator[Answer[Task, Value]]:
        source = iter(tasks)
        index = 0
        more = True
        while more or len(window):
            patience: float | None = None
            listen: int | None = None
            if more and window.room():
                task = next(source, END)
                if task is END:
                    more = False
                    continue
                if task is NOT_YET:
                    listen = wake() if wake is not None else None
                    patience = None if wake is not None else ASK_AGAIN
                else:
                    ticket = Ticket(index, task, pickle.dumps(task, 5))
                    index += 1
                    window.add(ticket)
                    self.crew.submit(ticket)
                    patience = 0.0  # look after the workers between two tasks, for the input may be slow
            for ticket in self.crew.step(patience, listen):
                window.settled(ticket)
            for ticket in window.finished():
                value = pickle.loads(memoryview(ticket.reply)[1:]) if ticket.reply else None
                yield Answer(ticket.index, ticket.task, value, ticket.error)


def processors() -> int:
    """The processors this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
