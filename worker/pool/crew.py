"""The worker processes: keeps every one busy, kills what hangs, replaces what dies, loses no task."""

import multiprocessing
import pickle
import selectors
import time
from collections import deque
from multiprocessing.context import ForkContext, ForkServerContext
from typing import Literal

from cleaners.errors import CleanError, MemoryLimit
from worker.pool.child import FAULT, MEMORY, NAMED, READY, UNFIT, VALUE, Orders
from worker.pool.errors import EngineFault, PoolBroken
from worker.pool.flow import Ticket
from worker.pool.member import Member, late

Method = Literal["fork", "forkserver"]

START_SECONDS = 120.0  # in which a worker must be ready; a cold disk and a busy machine included
STARTS_IN_VAIN = 3  # workers that die one after another before they are ready: the fault is ours
CHECK_GROWTH = 32  # tasks between two looks at a worker's memory


class Crew:
    """The processes and the tasks that wait for them. One thread at a time."""

    def __init__(
        self,
        orders: Orders,
        *,
        jobs: int,
        method: Method,
        preload: tuple[str, ...],
        recycle_after: int,
        growth_mb: int,
    ) -> None:
        self._context: ForkContext | ForkServerContext
        if method == "fork":
            self._context = multiprocessing.get_context("fork")
        else:
            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload([*preload, "worker.pool.child"])
        self._orders = orders
        self._jobs = jobs
        self._recycle_after = recycle_after
        self._growth = growth_mb * 1024 * 1024
        self._selector = selectors.DefaultSelector()
        self._members: list[Member] = []
        self._pending: deque[Ticket] = deque()
        self._settled: list[Ticket] = []
        self._in_vain = 0

    def pids(self) -> list[int]:
        """Process ids of the workers that are ready."""
        return [member.pid for member in self._members if member.ready]

    def submit(self, ticket: Ticket) -> None:
        self._pending.append(ticket)

    def step(self, timeout: float | None = None, wake: int | None = None) -> list[Ticket]:
        """Wait until something happens, deal with it, and return the tickets answered by it.

        `wake` is a file descriptor whose becoming readable also ends the wait.
        """
        self._assign()
        if wake is not None:
            self._selector.register(wake, selectors.EVENT_READ, None)
        try:
            events = self._selector.select(self._patience(timeout))
        finally:
            if wake is not None:
                self._selector.unregister(wake)
        for key, mask in events:
            if key.data is not None:
                self._attend(key.data, mask)
        self._end_the_late()
        self._assign()
        settled, self._settled = self._settled, []
        return settled

    def drop_work(self) -> None:
        """Forget all tasks; workers in the middle of one are ended."""
        self._pending.clear()
        self._settled.clear()
        for member in [m for m in self._members if m.open]:
            self._dismiss(member)

    def close(self) -> None:
        self.drop_work()
        for member in list(self._members):
            self._dismiss(member)
        self._selector.close()

    def _assign(self) -> None:
        """Hand waiting tasks out, idle workers first, and start workers while there is more work than hands."""
        while self._pending:
            size = self._pending[0].size
            able = [member for member in self._members if member.has_room(size, self._jobs == 1)]
            if not able:
                break
            member = min(able, key=lambda m: len(m.open))
            if member.open and len(self._members) < self._jobs:
                break  # a new worker would be free sooner
            member.give(self._pending.popleft())
            self._watch(member)
        starting = sum(not member.ready for member in self._members)
        while starting < len(self._pending) and len(self._members) < self._jobs:
            self._enlist()
            starting += 1

    def _enlist(self) -> None:
        member = Member(self._context, self._orders, self._members, self._recycle_after)
        self._members.append(member)
        self._selector.register(member.channel, selectors.EVENT_READ, member)

    def _watch(self, member: Member) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if member.channel.unsent else 0)
        if self._selector.get_key(member.channel).events != events:
            self._selector.modify(member.channel, events, member)

    def _dismiss(self, member: Member) -> None:
        self._selector.unregister(member.channel)
        self._members.remove(member)
        member.end()

    def _attend(self, member: Member, mask: int) -> None:
        if mask & selectors.EVENT_WRITE:
            member.channel.flush()
        messages, heard = member.channel.collect()
        if heard:
            member.heard(len(messages))
        for message in messages:
            self._hear(member, message)
        if not member.channel.open:
            self._bury(member, member.cause(self._orders.deadline))
            return
        if member.retiring and not member.open:
            self._dismiss(member)
        else:
            self._watch(member)

    def _hear(self, member: Member, message: bytes) -> None:
        tag, body = message[:1], memoryview(message)[1:]
        if tag == READY:
            member.rise()
            self._in_vain = 0
            return
        if tag == UNFIT:
            raise PoolBroken(f"A worker could not start:\n{bytes(body).decode()}")
        ticket = member.take()
        reply = b""
        error: CleanError | None = None
        if tag == VALUE:
            reply = message
        elif tag == NAMED:
            kind, detail = pickle.loads(body)
            error = kind(detail)
        elif tag == FAULT:
            error = EngineFault(*pickle.loads(body))
        elif tag == MEMORY:
            error = MemoryLimit(f"Limit: {self._orders.memory_mb} MB.")
            self._pending.extendleft(reversed(member.hand_back()))  # it ends itself after this
            member.retiring = True
        self._settle(ticket, reply, error)
        if member.answered % CHECK_GROWTH == 0 and member.growth() > self._growth:
            member.retiring = True

    def _settle(self, ticket: Ticket, reply: bytes, error: CleanError | None) -> None:
        ticket.settle(reply, error)
        self._settled.append(ticket)

    def _bury(self, member: Member, error: CleanError) -> None:
        """The worker is dead: its first open task is answered by the error, the others go to the next worker."""
        if not member.ready:
            self._in_vain += 1
            if self._in_vain >= STARTS_IN_VAIN:
                raise PoolBroken(f"{self._in_vain} workers died one after another while starting: {error}")
        if member.open:
            self._settle(member.take(), b"", error)
            self._pending.extendleft(reversed(member.hand_back()))
        self._dismiss(member)

    def _limit(self, member: Member) -> float | None:
        """The moment at which the worker is too late, if it owes anything."""
        if not member.ready:
            return member.since + START_SECONDS
        return member.since + self._orders.deadline if member.open else None

    def _patience(self, timeout: float | None) -> float | None:
        limits = [limit for member in self._members if (limit := self._limit(member)) is not None]
        if limits:
            left = max(0.0, min(limits) - time.monotonic())
            timeout = left if timeout is None else min(timeout, left)
        return timeout

    def _end_the_late(self) -> None:
        now = time.monotonic()
        for member in list(self._members):
            limit = self._limit(member)
            if limit is None or limit > now:
                continue
            self._attend(member, 0)  # its answer may have come while the supervisor was held up elsewhere
            limit = self._limit(member) if member in self._members else None
            if limit is not None and limit <= now:
                self._bury(member, late(self._orders.deadline))
