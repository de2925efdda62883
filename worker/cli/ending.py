"""The end of a command that something else ended: quiet, and with the status a shell expects."""

import os
import signal
from typing import NoReturn


def end_by(cause: signal.Signals) -> NoReturn:
    """End as the signal would have ended the process: no trace, status 128 + signal."""
    signal.signal(cause, signal.SIG_DFL)
    os.kill(os.getpid(), cause)
    raise SystemExit(128 + cause)
