"""Ranges of archives over the broker: the least urgent of all work, one range a message."""

import multiprocessing.process
import os
from typing import Any

import structlog
from celery import Celery

from worker.queue.app import make_app, publish
from worker.queue.lanes import QUEUE
from worker.settings import Settings

log = structlog.get_logger(__name__)

TASK = "dehusk.archive"
VERSION = 1
_desk: Any = None  # of this process; archives load packages that pages do not need


def register(app: Celery) -> None:
    """Give the application the task."""

    # A range that fails stays open in the books of its run: who waits for the run, or `archive resume`, sends it again.
    @app.task(name=TASK, max_retries=2, default_retry_delay=0)
    def archive(address: str, slug: str, index: int, v: int = VERSION) -> None:
        """Do one range of an archive, and send the one behind it where nobody else can."""
        global _desk
        from worker.archive.errors import ArchiveError
        from worker.archive.queued import Desk, Errand

        if _desk is None:
            # Billiard's key cannot be handed to a fork server, which the cleaning process is started by.
            key = multiprocessing.process.AuthenticationString(os.urandom(32))  # type: ignore[attr-defined]
            multiprocessing.current_process()._config["authkey"] = key  # type: ignore[attr-defined]
            _desk = Desk()
        try:
            following = _desk.do(address, Errand(slug, index))
        except (ArchiveError, OSError) as error:
            _desk.failed(address, Errand(slug, index), str(error))
            log.error("range_failed", run=address, input=slug, index=index, error=str(error))
            return
        log.info("range_done", run=address, input=slug, index=index)
        if following is not None:
            publish(app, TASK, QUEUE["reclean"], _message(address, following.slug, following.index))


def _message(address: str, slug: str, index: int) -> dict[str, Any]:
    return {"address": address, "slug": slug, "index": index, "v": VERSION}


class Sender:
    """Sends ranges to workers.

    Raises:
        kombu.exceptions.OperationalError: the broker does not take a message.
    """

    def __init__(self, settings: Settings) -> None:
        self._app = make_app(settings, sends=True)

    def send(self, address: str, slug: str, index: int) -> None:
        publish(self._app, TASK, QUEUE["reclean"], _message(address, slug, index))
