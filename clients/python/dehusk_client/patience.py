"""How long to wait before asking again: as long as the service says, else longer each time, and never all at once."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

FIRST = 0.5  # seconds; doubled with every failure
MOST = 60.0
SPREAD = 0.25  # of what the service asked for: a hundred crawlers told "30 s" must not come back together


@dataclass(slots=True)
class Patience:
    """The waits of one call."""

    seconds: float  # in all, from the first failure without progress
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    since: float | None = field(default=None)

    def progress(self) -> None:
        """Something was taken, so the clock starts anew."""
        self.failures = 0
        self.since = None

    def wait(self, told: str | None) -> bool:
        """Wait; False when that would be longer than was allowed, and nothing was waited."""
        now = self.clock()
        if self.since is None:
            self.since = now
        self.failures += 1
        pause = self.pause(told)
        if now + pause - self.since > self.seconds:
            return False
        self.sleep(pause)
        return True

    def pause(self, told: str | None) -> float:
        asked = retry_after(told)
        if asked is not None:
            return asked * (1 + random.random() * SPREAD)
        return float(random.uniform(0.1, 1.0) * min(MOST, FIRST * 2 ** min(self.failures - 1, 16)))


def retry_after(told: str | None) -> float | None:
    """The seconds in a `Retry-After` header, which is a number or a date."""
    if not told:
        return None
    if told.strip().isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
