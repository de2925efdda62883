"""Whether the broker answers, and what it holds: asked now and then, never by a request that has to wait for it."""

import threading
import time
from dataclasses import dataclass, field

from redis.exceptions import RedisError

from worker.queue.addresses import connect
from worker.queue.broker import BrokerState, state

EVERY = 5.0  # seconds between two looks
PATIENCE = 1.0  # seconds it may take to answer


@dataclass(slots=True)
class BrokerWatch:
    """The broker's state of the last seconds; None when it does not answer. Threads share it, one looks."""

    url: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _looked: float = float("-inf")
    _state: BrokerState | None = None

    def state(self) -> BrokerState | None:
        with self._lock:
            if time.monotonic() - self._looked >= EVERY:
                self._state = self._look()
                self._looked = time.monotonic()
            return self._state

    def _look(self) -> BrokerState | None:
        client = connect(self.url, timeout=PATIENCE)
        try:
            return state(client)
        except (RedisError, OSError):
            return None
        finally:
            client.close()
