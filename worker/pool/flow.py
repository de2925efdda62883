"""Tasks on their way: from an endless input to answers, with a bounded number of them in between."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Generic, TypeVar

from cleaners.errors import CleanError

Task = TypeVar("Task")
Value = TypeVar("Value")


class Pause(Enum):
    """What an input yields instead of a task."""

    NOT_YET = "nothing at the moment; ask again when `wake` is readable"


NOT_YET: Final = Pause.NOT_YET


@dataclass(frozen=True, slots=True)
class Answer(Generic[Task, Value]):
    """The one answer to one task: a value or a named error."""

    index: int  # place of the task in the input
    task: Task
    value: Value | None
    error: CleanError | None


class Ticket:
    """A task inside the pool, until its answer is handed out."""

    __slots__ = ("error", "index", "payload", "reply", "size", "task")

    def __init__(self, index: int, task: Any, payload: bytes) -> None:
        self.index = index
        self.task = task
        self.payload = payload  # the task as sent, kept in case it has to be sent to another worker
        self.size = len(payload)
        self.reply = b""  # the value as received
        self.error: CleanError | None = None

    @property
    def answered(self) -> bool:
        return bool(self.reply) or self.error is not None

    def settle(self, reply: bytes, error: CleanError | None) -> None:
        self.reply = reply
        self.error = error
        self.payload = b""


class Window:
    """The tasks between input and output. Input is drawn only while there is room."""

    def __init__(self, tasks: int, size: int, ordered: bool) -> None:
        self._tasks = tasks
        self._size = size
        self._line: deque[Ticket] | None = deque() if ordered else None
        self._done: deque[Ticket] = deque()
        self._count = 0
        self._held = 0  # bytes of the tasks and answers inside

    def __len__(self) -> int:
        return self._count

    def room(self) -> bool:
        return self._count < self._tasks and self._held < self._size

    def add(self, ticket: Ticket) -> None:
        self._count += 1
        self._held += ticket.size
        if self._line is not None:
            self._line.append(ticket)

    def settled(self, ticket: Ticket) -> None:
        """A ticket of this window was answered."""
        self._held += len(ticket.reply) - ticket.size
        if self._line is None:
            self._done.append(ticket)
            return
        while self._line and self._line[0].answered:
            self._done.append(self._line.popleft())

    def finished(self) -> Iterator[Ticket]:
        """The tickets whose turn has come."""
        while self._done:
            ticket = self._done.popleft()
            self._count -= 1
            self._held -= len(ticket.reply)
            yield ticket


Tasks = Iterable[Task | Pause]
