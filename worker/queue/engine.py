"""One page inside a cleaning process: bytes in, a document ready to be stored out."""

import time
from typing import NamedTuple

from cleaners import clean
from cleaners.errors import CleanError
from cleaners.profile import Profile
from worker.store import errors
from worker.store.form import document
from worker.store.nouns import Document, Job
from worker.store.stored import Stored

MARKUP = "text/html"
PLAIN_TEXT = "text/plain"
SAID = {"html": MARKUP, "text": PLAIN_TEXT, "auto": None}  # who hands in decoded text knows what it is


class Order(NamedTuple):
    """What the cleaning process needs of a job."""

    stored: Stored
    url: str
    kind: str
    content_type: str | None
    encoding: str | None

    @property
    def body(self) -> bytes:
        """The page, unpacked each time.

        Raises:
            BodyMissing: it is damaged.
        """
        try:
            return self.stored.unpack()
        except errors.BodyMissing as error:
            raise BodyMissing(error.detail) from error


class BodyMissing(CleanError):
    """The raw page is not there."""


class Found(NamedTuple):
    """A cleaned page."""

    document: Document
    cpu_ms: float


def order(job: Job) -> Order:
    return Order(job.stored, job.url, job.kind, job.content_type, job.encoding)


def clean_page(profile: Profile, page: Order) -> Found:
    """Clean one page.

    Raises:
        CleanError: it cannot be cleaned.
    """
    began = time.process_time()
    cleaned = clean(
        page.body,
        url=page.url or None,
        content_type=SAID[page.kind] or page.content_type,
        encoding=page.encoding,
        profile=profile,
    )
    made = document(cleaned, profile.name)
    return Found(made, (time.process_time() - began) * 1000)


def warm_up(profile: Profile) -> None:
    """Load what the first page would load, before processes are forked that can share it."""
    body = (
        b"<!doctype html><title>A day</title><main><h1>A day</h1><p>The river rose by a foot overnight, and the "
        b"ferry stayed at its pier until the afternoon.</p></main>"
    )
    clean_page(profile, Order(Stored(body, packed=False), "", "html", None, "utf-8"))
