"""What one process of a worker has: a store, a cleaner, a way to send messages. Made once, after the fork."""

from dataclasses import dataclass

import structlog

from worker.queue.clean_batch import BatchCleaner
from worker.queue.send import Announcer
from worker.queue.stopping import Stopping
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import StoreUnavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Child:
    """A worker process."""

    settings: Settings
    store: Store
    cleaner: BatchCleaner
    announcer: Announcer

    def count_refused(self, error: str) -> None:
        """Count a page that was not taken in; the count is not worth failing for."""
        try:
            self.store.count("submissions_refused", {"door": "celery", "error": error})
        except StoreUnavailable as trouble:
            log.warning("not_counted", error=str(trouble))


_child: Child | None = None


def open_child(settings: Settings, slot: str, stopping: Stopping) -> Child:
    """Begin the life of a worker process. `slot` is its place, which it takes over from the one that died there."""
    global _child
    store = Store.open(settings)
    try:
        given_back = store.abandon(slot)
    except StoreUnavailable as error:  # their leases pass
        log.warning("not_given_back", slot=slot, error=str(error))
    else:
        if given_back:
            log.warning("process_was_lost", slot=slot, pages=given_back)
    _child = Child(settings, store, BatchCleaner(store, settings, slot, stopping), Announcer(settings, store))
    return _child


def child() -> Child:
    """This worker process."""
    if _child is None:
        raise RuntimeError("Tasks run in worker processes only: start them with `dehusk worker`.")
    return _child


def close_child() -> None:
    """End the life of a worker process in order."""
    global _child
    if _child is not None:
        _child.cleaner.close()
        _child.announcer.close()
        _child.store.close()
        _child = None
