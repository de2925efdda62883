"""One worker process as its supervisor sees it: what it was given, since when, and how it ended."""

import signal
import socket
import time
from collections import deque
from collections.abc import Iterable
from multiprocessing import resource_tracker
from multiprocessing.context import ForkContext, ForkServerContext
from multiprocessing.process import BaseProcess

from cleaners.errors import CleanError, TimeLimit, WorkerDied
from worker.pool.channel import Channel
from worker.pool.child import Orders, pages, serve
from worker.pool.flow import Ticket

# A worker that answers quickly gets tasks ahead, so that it need not wait for each. Slow or large ones gain nothing
# by that, and would hold up the tasks behind them.
BATCH = 16  # tasks
BATCH_BYTES = 32 * 1024
BATCH_PACE = 0.005  # seconds a task


class Member:
    """A worker process, its channel and the tasks that were sent to it."""

    channel: Channel

    def __init__(
        self, context: ForkContext | ForkServerContext, orders: Orders, others: Iterable["Member"], span: int
    ) -> None:
        ours, theirs = socket.socketpair()
        # A forked child holds copies of the ends of the members before it; one of the fork server does not.
        inherited = [ours, *(m.channel.socket for m in others)] if isinstance(context, ForkContext) else []
        self.channel = Channel(ours)
        work = (theirs, orders, inherited)
        self.process: BaseProcess = context.Process(target=serve, args=work, daemon=True)
        if isinstance(context, ForkServerContext):
            resource_tracker.ensure_running()  # started here, for starting it later would undo the mask below
        # A worker inherits the mask, so that Ctrl-C reaches the supervisor alone.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        theirs.close()
        self.ready = False
        self.since = time.monotonic()  # when its first open task could begin, or when it was started
        self.open: deque[Ticket] = deque()  # sent and not answered; the first one is being worked on
        self.waiting_bytes = 0  # of the open tasks
        self.left = span  # tasks it may still be given
        self.answered = 0
        self.pace = BATCH_PACE  # seconds a task, of late
        self.retiring = False  # gets no more tasks and goes when it has none
        self.floor = 0  # real memory before the first task

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def has_room(self, size: int, alone: bool) -> bool:
        if not self.ready or self.retiring:
            return False
        if not self.open or (alone and len(self.open) == 1):  # alone: nobody else could take it meanwhile
            return True
        small = self.waiting_bytes + size <= BATCH_BYTES and len(self.open) < BATCH
        return small and self.pace < BATCH_PACE

    def give(self, ticket: Ticket) -> None:
        if not self.open:
            self.since = time.monotonic()
        self.open.append(ticket)
        self.waiting_bytes += ticket.size
        self.left -= 1
        self.retiring = self.retiring or self.left == 0
        self.channel.post(ticket.payload)

    def take(self) -> Ticket:
        """The task that an answer from this worker belongs to."""
        ticket = self.open.popleft()
        self.waiting_bytes -= ticket.size
        self.answered += 1
        return ticket

    def hand_back(self) -> list[Ticket]:
        """The tasks it will not come to."""
        tickets = list(self.open)
        self.open.clear()
        self.waiting_bytes = 0
        return tickets

    def heard(self, answers: int) -> None:
        """Bytes of an answer have come, so the task at hand is done."""
        now = time.monotonic()
        if answers and self.ready:
            self.pace += ((now - self.since) / answers - self.pace) / 4
        self.since = now

    def rise(self) -> None:
        """The process has said that it is ready."""
        self.ready = True
        self.floor = pages("resident", self.pid) or 0

    def growth(self) -> int:
        """Bytes of real memory it holds beyond what it had when it was ready."""
        return (pages("resident", self.pid) or self.floor) - self.floor

    def end(self) -> None:
        """Kill it if it is alive, and take its leavings away."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.channel.close()

    def cause(self, deadline: float) -> CleanError:
        """Why it is dead, once its channel has ended."""
        self.process.join(1.0)  # the exit status comes a moment after the end of the channel
        code = self.process.exitcode
        if code == -signal.SIGALRM:
            return late(deadline)
        if code is None or code >= 0:
            return WorkerDied(f"Exit status {code}." if code is not None else "It closed its channel.")
        try:
            return WorkerDied(f"Signal {signal.Signals(-code).name}.")
        except ValueError:
            return WorkerDied(f"Signal {-code}.")


def late(deadline: float) -> TimeLimit:
    return TimeLimit(f"Limit: {deadline:g} s.")
