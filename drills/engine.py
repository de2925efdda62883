"""The cleaner of the drills: the real one, after doing to its process what the page asks for.

A page asks in a comment, <!-- drill: hang -->, since no real page could be relied on to hang.
"""

import ctypes
import faulthandler
import os
import re
import signal
import time

from cleaners.profile import Profile
from worker.queue.engine import Found, Order
from worker.queue.engine import clean_page as really_clean

ASKED = re.compile(rb"<!-- drill: (\w+) ?(\d*) -->")


def clean_page(profile: Profile, page: Order) -> Found:
    """Do as asked, then clean."""
    asked = ASKED.search(page.body)
    if asked:
        act(asked[1].decode(), int(asked[2] or 0))
    return really_clean(profile, page)


def act(what: str, number: int) -> None:
    """The ways in which a page can hurt."""
    if what == "nap":
        time.sleep(number / 1000)
    elif what == "hang":  # in C, with the interpreter's lock held and all signals blocked, as a parser does
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP})
        ctypes.PyDLL(None).sleep(3600)
    elif what == "eat":
        hoard = []
        while True:
            hoard.append(bytearray(16 * 1024 * 1024))
    elif what == "crash":
        faulthandler.disable()
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "murder":  # takes the worker's process with it, not its own alone
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    else:
        raise ValueError(f"no drill is called {what}")
