"""Tells workers of new pages behind the back of the request: a page is safe by then, and a slow broker slows nobody down."""

import threading
from collections import deque
from collections.abc import Iterable

import structlog

from worker.queue.send import Announcer
from worker.store.nouns import Receipt

log = structlog.get_logger(__name__)

MOST = 20_000  # receipts kept while the broker is slow; the scheduler tells of the others
PART = 2_000  # receipts a round
LEAVE = 1.0  # seconds at the end


class Crier:
    """A thread that sends what it is given. What it does not come to, the scheduler sends."""

    def __init__(self, announcer: Announcer) -> None:
        self._announcer = announcer
        self._change = threading.Condition()
        self._waiting: deque[Receipt] = deque(maxlen=MOST)
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="crier", daemon=True)
        self._thread.start()

    @property
    def broker_full(self) -> bool:
        return self._announcer.trouble == "broker_full"

    def tell(self, receipts: Iterable[Receipt]) -> None:
        with self._change:
            self._waiting.extend(receipt for receipt in receipts if receipt.new and receipt.error is None)
            self._change.notify()

    def close(self) -> None:
        """Send what is left, if the broker takes it soon."""
        with self._change:
            self._closing = True
            self._change.notify()
        self._thread.join(LEAVE)
        if not self._thread.is_alive():
            self._announcer.close()

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                part = [self._waiting.popleft() for _ in range(min(PART, len(self._waiting)))]
            try:
                self._announcer.announce(part)
            except Exception:  # whatever it is, the next ones must be told, and these are by the scheduler
                log.exception("not_told", count=len(part))
