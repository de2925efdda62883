"""Telling workers that there is work. Pages are safe before this; a message that does not get through costs time alone."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from worker.queue.app import make_app, publish
from worker.queue.broker import is_full
from worker.queue.lanes import CHUNK, CLEAN_TASK, LANES, QUEUE
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Lane, Receipt

log = structlog.get_logger(__name__)

VERSION = 1  # of the message. Workers read this one and the one before; senders write the older until all are new
REST = 2.0  # seconds in which a broker that failed is not asked again

Trouble = Literal["broker_full", "broker_gone"]


class Announcer:
    """Sends ids to workers and notes in the store that it did. Threads may share it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._app = make_app(settings, sends=True)
        self._store = store
        self._lock = threading.Lock()
        self._trouble: Trouble | None = None
        self._until = 0.0

    @property
    def trouble(self) -> Trouble | None:
        """What kept the last message from getting through; None once that is over or worth another try."""
        return self._trouble if time.monotonic() < self._until else None

    def announce(self, receipts: Iterable[Receipt]) -> bool:
        """Send the new pages among these receipts to workers. False when the broker did not take all of them.

        That is no failure of the submission: the scheduler sends what was not sent.
        """
        return self.send((receipt.revision_id, receipt.lane) for receipt in receipts if receipt.new and not receipt.error)

    def send(self, jobs: Iterable[tuple[str, Lane]]) -> bool:
        """Send jobs, as `Store.stale` gives them, in messages as large as their lane allows."""
        by_lane: dict[Lane, list[str]] = defaultdict(list)
        for job, lane in jobs:
            by_lane[lane].append(job)
        chunks = [
            (lane, by_lane[lane][start : start + CHUNK[lane]])
            for lane in LANES
            for start in range(0, len(by_lane[lane]), CHUNK[lane])
        ]
        return self.send_chunks(chunks)

    def send_chunks(self, chunks: Sequence[tuple[Lane, Sequence[str]]]) -> bool:
        """Send each chunk as one message."""
        sent: list[str] = []
        for lane, ids in chunks:
            if self.trouble or not self._publish(lane, ids):
                break
            sent += ids
        if sent:
            try:
                self._store.enqueued(sent)
            except StoreUnavailable as error:  # they are sent twice then, which does no harm
                log.warning("sent_but_not_noted", count=len(sent), error=str(error))
        return len(sent) == sum(len(ids) for _, ids in chunks)

    def close(self) -> None:
        """Give back connections."""
        self._app.close()

    def _publish(self, lane: Lane, ids: Sequence[str]) -> bool:
        try:
            publish(self._app, CLEAN_TASK, QUEUE[lane], {"v": VERSION, "ids": list(ids), "lane": lane})
        except (OperationalError, RedisError, OSError) as error:
            with self._lock:
                self._trouble = "broker_full" if is_full(error) else "broker_gone"
                self._until = time.monotonic() + REST
            log.warning("not_sent", lane=lane, count=len(ids), trouble=self._trouble, error=str(error)[:200])
            return False
        return True
