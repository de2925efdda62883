"""Is this part alive? A file that its loop touches says so to whoever asks from outside: a container's health check."""

import os
import tempfile
import time
from pathlib import Path

EVERY = 5.0  # seconds between two touches
LOST = 60.0  # seconds after which the loop is believed to hang


def pulse_file(part: str) -> Path:
    """Where worker, urgent or scheduler touches."""
    return Path(tempfile.gettempdir()) / f"dehusk-{os.getuid()}-{part}.pulse"


def beat(part: str) -> None:
    """This part is alive."""
    pulse_file(part).touch(mode=0o600)


def alive(part: str) -> bool:
    """Whether it was, a short while ago."""
    try:
        return time.time() - pulse_file(part).stat().st_mtime < LOST
    except FileNotFoundError:
        return False
