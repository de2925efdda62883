"""The two tasks. They do nothing that is not idempotent, and nothing that another part could not do again."""

import time
from typing import Any

import structlog
from celery import Celery, Task
from celery.exceptions import Reject

from cleaners.errors import CleanError
from worker.intake import PageRow, submission_of
from worker.queue.app import TRIES, publish
from worker.queue.child import child
from worker.queue.lanes import CLEAN_TASK, LANES, QUEUE, SUBMIT_TASK
from worker.queue.send import VERSION
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Lane

log = structlog.get_logger(__name__)

READS: tuple[int, ...] = (VERSION,)  # versions of the message that this program understands
PAUSE = 1.0  # seconds before a message goes back that cannot be worked on now


def register(app: Celery) -> None:
    """Give the application its tasks."""

    # Without a delay of its own the try after a lost process would lie in some worker's memory for three minutes.
    @app.task(name=CLEAN_TASK, bind=True, max_retries=TRIES - 1, default_retry_delay=0)
    def clean(self: "Task[..., None]", ids: list[str], v: int = VERSION, lane: Lane = "crawl", **newer: Any) -> None:
        """Clean these pages, as far as they are still to be cleaned."""
        if v not in READS:
            pass_on(app, lane, {"ids": ids, "v": v, "lane": lane, **newer})
            return
        here = child()
        try:
            again = here.cleaner.batch(ids)
        except StoreUnavailable as error:
            log.warning("store_unavailable", error=str(error), count=len(ids))
            time.sleep(PAUSE)
            raise Reject(str(error), requeue=True) from error
        here.announcer.send_chunks([(lane, chunk) for chunk in again])

    @app.task(name=SUBMIT_TASK, max_retries=TRIES - 1, default_retry_delay=0)
    def submit(**page: Any) -> None:
        """Take in a page from a producer that knows Celery and nothing of ours."""
        here = child()
        try:
            submission = submission_of(PageRow.take(page), here.settings)
        except CleanError as error:  # nobody waits for an answer: the log and a counter have it
            log.error(
                "submission_refused", door="celery", error=error.name, message=str(error), url=str(page.get("url"))[:500]
            )
            here.count_refused(error.name)
            return
        try:
            receipts = here.store.submit([submission])
        except StoreUnavailable as error:
            time.sleep(PAUSE)
            raise Reject(str(error), requeue=True) from error
        for receipt in receipts:
            if receipt.error:
                log.error("submission_refused", door="celery", error=receipt.error, message=receipt.message)
                here.count_refused(receipt.error)
        here.announcer.announce(receipts)


def pass_on(app: Celery, lane: str, arguments: dict[str, Any]) -> None:
    """A message of a newer program goes to the end of its queue, for a worker of that program to find."""
    log.info("newer_message", version=arguments["v"], reads=READS)
    time.sleep(PAUSE)
    publish(app, CLEAN_TASK, next((QUEUE[known] for known in LANES if known == lane), QUEUE["crawl"]), arguments)
