"""What runs inside one worker process: take a task, answer it, until the supervisor goes away."""

import fcntl
import gc
import multiprocessing
import os
import pickle
import resource
import signal
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaners.errors import CleanError
from worker.pool.channel import receive, send

READY, UNFIT, VALUE, NAMED, FAULT, MEMORY = b"R", b"U", b"V", b"N", b"F", b"M"

GRACE = 5.0  # seconds past the deadline in which the supervisor kills first


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a worker process is told at birth."""

    function: Callable[[Any], Any]  # task in, value out; found by its import path
    prepare: Callable[[], object] | None  # run once before the first task: load models, warm caches
    deadline: float  # seconds a task may take
    memory_mb: int | None  # how much more than after `prepare` the process may take


def serve(end: socket.socket, orders: Orders, inherited: list[socket.socket]) -> None:
    """The life of a worker process."""
    for other in inherited:  # copies of the supervisor's ends, which would hide its death from its children
        other.close()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end.setblocking(True)
    follow_parent()
    try:
        if orders.prepare is not None:
            orders.prepare()
    except Exception:
        send(end, UNFIT + traceback.format_exc().encode("utf-8", "replace"))
        return
    gc.collect()
    gc.freeze()  # the engine's own objects are not looked at again, and stay shared with the parent
    volunteer()
    if orders.memory_mb is not None:
        limit_memory(orders.memory_mb)
    send(end, READY)
    with end.makefile("rb", buffering=64 * 1024) as stream, suppress(BrokenPipeError, ConnectionResetError):
        while work(end, stream, orders):
            pass


def work(end: socket.socket, stream: Any, orders: Orders) -> bool:
    """Answer one task. False when this process should end."""
    try:
        payload = receive(stream)
        if payload is None:
            return False
        # The kernel ends a task that hangs even when the supervisor is dead or itself held up.
        signal.setitimer(signal.ITIMER_REAL, orders.deadline + GRACE)
        answer = VALUE + pickle.dumps(orders.function(pickle.loads(payload)), 5)
    except MemoryError:
        answer = MEMORY
    except CleanError as error:
        answer = NAMED + pickle.dumps((type(error), error.detail), 5)
    except Exception as error:
        answer = FAULT + pickle.dumps((f"{type(error).__name__}: {error}", traceback.format_exc()), 5)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    send(end, answer)
    return answer is not MEMORY  # a heap that ran full once is fragmented: start afresh


def follow_parent() -> None:
    """Have the kernel end this process with the supervisor, even in the middle of a task that hangs.

    Nothing is ever written to the sentinel, so its one signal is the supervisor's end. (The death signal of Linux's
    prctl would come from the fork server, which lives as long as its children.) Elsewhere the timer of the task and
    the end of the channel do the same, later.
    """
    supervisor = multiprocessing.parent_process()
    if supervisor is None or not hasattr(fcntl, "F_SETSIG"):
        return
    fcntl.fcntl(supervisor.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(supervisor.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(supervisor.sentinel, fcntl.F_GETFL)
    fcntl.fcntl(supervisor.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)


def limit_memory(more_mb: int) -> None:
    """Have the kernel refuse memory beyond what the process holds now and `more_mb`.

    A limit on address space is met at the allocation itself, so that nothing has to be polled and the machine
    never runs short; counting from the present size keeps libraries and models out of the page's share.
    """
    used = pages("size")
    if used is None:  # without /proc the limit would have to be a guess
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + more_mb * 1024 * 1024
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def pages(kind: str, pid: int | str = "self") -> int | None:
    """Bytes of address space ("size") or of real memory ("resident") of a process, where /proc tells."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_bytes().split()
    except OSError:
        return None
    return int(fields[0 if kind == "size" else 1]) * os.sysconf("SC_PAGE_SIZE")


def volunteer() -> None:
    """When the machine runs out of memory, a worker should go before the process that keeps the books."""
    score = Path("/proc/self/oom_score_adj")
    with suppress(OSError):
        score.write_text(str(min(1000, int(score.read_text()) + 300)))
