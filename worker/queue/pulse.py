"""Is this part alive? A file that its loop touches says so to whoever asks from outside: a container's health check."""

import os
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from worker.settings import Settings

EVERY = 5.0  # seconds between two touches
LOST = 60.0  # seconds after which the loop is believed to hang


PARTS = ("worker", "urgent", "scheduler")


def local_file(settings: Settings, name: str) -> Path:
    """A file of this machine and this database: installations beside one another do not share it."""
    place = sha256(settings.database.encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"dehusk-{os.getuid()}-{place}-{name}"


def beat(settings: Settings, part: str) -> None:
    """This part is alive."""
    local_file(settings, f"{part}.pulse").touch(mode=0o600)


def silence(settings: Settings, part: str) -> float | None:
    """Seconds since it was last alive; None: it never was."""
    try:
        return max(0.0, time.time() - local_file(settings, f"{part}.pulse").stat().st_mtime)
    except FileNotFoundError:
        return None


def alive(settings: Settings, part: str) -> bool:
    """Whether it was, a short while ago."""
    quiet = silence(settings, part)
    return quiet is not None and quiet < LOST
