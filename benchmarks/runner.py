"""A tool that hangs or crashes must cost one page only, so tools run in a process that may be killed."""

import gc
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")
Call = Callable[[bytes, str | None, str], T]
Loader = Callable[[], Call[T]]

PAGE_LIMIT = 60.0  # seconds; the slowest honest page of any tool on wcxb-dev takes under ten
START_LIMIT = 120.0  # seconds for imports on a busy machine


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What one tool made of one page."""

    value: T | None  # nothing when it failed
    seconds: float  # wall clock
    cpu: float  # seconds the process computed
    error: str | None = None
    killed: bool = False  # over the limit, or the process died


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of the child, in bytes."""

    now: int
    peak: int


class Runner(Generic[T]):
    """One child process with some tools loaded; replaced when a page kills it."""

    def __init__(self, loaders: Mapping[str, Loader[T]], *, limit: float = PAGE_LIMIT) -> None:
        self._loaders = dict(loaders)
        self._limit = limit
        self.starts = 0  # more than one: a child was lost, and what it knew with it
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs, self._loaders), daemon=True)
        self._child.start()
        theirs.close()
        self.starts += 1
        try:
            started = self._pipe.poll(START_LIMIT) and self._pipe.recv()
        except EOFError:
            started = False  # what went wrong is on standard error
        if not started:
            self._kill()
            raise RuntimeError(f"these tools did not start: {', '.join(self._loaders)}")

    def run(self, tool: str, page: bytes, url: str | None = None, language: str = "und") -> Outcome[T]:
        """One page through one tool; never raises for what the tool does."""
        begun = time.perf_counter()
        try:
            self._pipe.send((tool, page, url, language))
            if self._pipe.poll(self._limit):
                outcome: Outcome[T] = self._pipe.recv()
                return outcome
            error = f"over {self._limit:g} s"
        except (EOFError, ConnectionError):
            error = "the process died"
        seconds = time.perf_counter() - begun
        self._kill()
        self._start()
        return Outcome(None, seconds, seconds, error, killed=True)

    def settle(self) -> None:
        """Set aside what start-up left and collect before each call: no tool pays for another's litter."""
        self._pipe.send("settle")
        self._pipe.recv()

    def memory(self) -> Memory:
        """What the child holds after a full collection, and the most it ever held."""
        self._pipe.send("memory")
        memory: Memory = self._pipe.recv()
        return memory

    def _kill(self) -> None:
        self._child.kill()
        self._child.join()
        self._pipe.close()

    def close(self) -> None:
        self._kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _serve(pipe: Connection, loaders: Mapping[str, Loader[T]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    logging.disable(logging.CRITICAL)  # peers log every page they dislike; failures come back as outcomes
    calls = {name: load() for name, load in loaders.items()}
    tidy = False
    pipe.send(os.getpid())
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        if request == "settle":
            gc.collect()
            gc.freeze()
            tidy = True
            pipe.send(None)
        elif request == "memory":
            gc.collect()
            pipe.send(_memory())
        else:
            tool, page, url, language = request
            if tidy:
                gc.collect()
            pipe.send(_timed(calls[tool], page, url, language))


def _timed(call: Call[T], page: bytes, url: str | None, language: str) -> Outcome[T]:
    cpu, wall = time.process_time(), time.perf_counter()
    value: T | None = None
    error: str | None = None
    try:
        value = call(page, url, language)
    except Exception as raised:  # whatever a tool raises is a finding about the tool
        error = f"{type(raised).__name__}: {raised}"[:200]
    return Outcome(value, time.perf_counter() - wall, time.process_time() - cpu, error)


def _memory() -> Memory:
    # Linux only: the portable `resource` module reports the peak of the parent as well.
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return Memory(*(int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")))
