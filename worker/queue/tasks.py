"""The two tasks. They do nothing that is not idempotent, and nothing that another part could not do again."""

import time
from typing import Any

import structlog
from celery import Celery, Task
from celery.exceptions import Reject

from cleaners.errors import CleanError
from worker.intake import PageRow, submission_of
from worker.queue import archives
from worker.queue.app import TRIES
from worker.queue.child import Child, child
from worker.queue.lanes import CLEAN_TASK, SUBMIT_TASK
from worker.queue.send import VERSION
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Lane

log = structlog.get_logger(__name__)

READS: tuple[int, ...] = (VERSION,)  # versions of the message that this program understands
PAUSE = 1.0  # seconds before a message goes back that cannot be worked on now


def register(app: Celery) -> None:
    """Give the application its tasks."""
    archives.register(app)

    # Without a delay of its own the try after a lost process would lie in some worker's memory for three minutes.
    @app.task(name=CLEAN_TASK, bind=True, max_retries=TRIES - 1, default_retry_delay=0)
    def clean(self: "Task[..., None]", ids: list[str], v: int = VERSION, lane: Lane = "crawl", **newer: Any) -> None:
        """Clean these pages, as far as they are still to be cleaned."""
        here = child()
        if v not in READS:
            give_up(here, v, ids)
            return
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


def give_up(here: Child, version: int, ids: list[str]) -> None:
    """A message of a newer program: whoever sends again does so in a version of its own.

    Putting it back would have it go round for as long as there are no newer workers, which after a roll-back is for
    ever, with all that can be read waiting behind it. Every version has `ids`.
    """
    log.info("newer_message", version=version, reads=READS, count=len(ids))
    try:
        here.store.send_again(ids)
    except StoreUnavailable as error:  # they are sent again after `resend_seconds`
        log.warning("not_sent_again", error=str(error))
