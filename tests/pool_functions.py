"""What the pool's tests have its workers do. Found by import path, so it lives in a module of its own."""

import ctypes
import faulthandler
import os
import signal
import time
from pathlib import Path

from cleaners.errors import EmptyInput, NotText


def double(number: int) -> int:
    return number * 2


def size(data: bytes) -> int:
    return len(data)


def grow(count: int) -> bytes:
    return b"x" * count


def pid_of(_: object) -> int:
    return os.getpid()


def act(order: tuple[str, int]) -> int:
    """Do as told: the ways in which a page can hurt its process."""
    what, number = order
    if what == "hang":
        while True:
            pass
    if what == "hang_in_c":
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP})
        ctypes.PyDLL(None).sleep(3600)  # holds the interpreter lock, as a parser does
    if what == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    if what == "segfault":
        faulthandler.disable()  # pytest's would write a page about it
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "exit":
        os._exit(7)
    if what == "eat":
        hoard = []
        while True:
            hoard.append(bytearray(16 * 1024 * 1024))
    if what == "empty":
        raise EmptyInput
    if what == "not_text":
        raise NotText("(starts like a PDF)")
    if what == "bug":
        raise ZeroDivisionError("no such number")
    if what == "sleep":
        time.sleep(number / 1000)
    return number


def short_nap(number: int) -> int:
    time.sleep(0.002)
    return number


LEAK: list[bytearray] = []


def leak(megabytes: int) -> int:
    LEAK.append(bytearray(b"x" * (megabytes * 1024 * 1024)))
    return os.getpid()


def cannot_start() -> None:
    raise RuntimeError("the model file is missing")


def dies_at_start() -> None:
    os._exit(3)


def leave_word(folder: str) -> int:
    """Write down the own process id, then hang."""
    Path(folder, str(os.getpid())).touch()
    time.sleep(3600)
    return 0
