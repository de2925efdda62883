"""What runs in a cleaning process: a page in, its JSON form out. Imports no web framework."""

import json
from dataclasses import dataclass

from cleaners import clean
from cleaners.form import to_json
from cleaners.profile import Profile
from dashboard.clean.original import original


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One page and how it is wanted."""

    body: bytes
    url: str | None
    content_type: str | None
    encoding: str | None
    profile: Profile
    markdown: bool = False
    source_text: bool = False
    as_written: bool = False  # the page's own markup instead of the form


def answer(order: Order) -> bytes:
    """The page's JSON form, or its markup.

    Raises:
        CleanError: the page cannot be cleaned.
    """
    if order.as_written:
        return original(order.body, order.url, order.content_type, order.encoding, order.profile)
    cleaned = clean(
        order.body,
        url=order.url,
        content_type=order.content_type,
        encoding=order.encoding,
        profile=order.profile,
    )
    form = to_json(cleaned, source=order.source_text, markdown=order.markdown)
    return json.dumps(form, ensure_ascii=False).encode()


def warm_up() -> None:
    """Load what the first page would load."""
    Profile.load("default")
    clean("<!doctype html><title>A day</title><main><h1>A day</h1><p>The ferry stayed at its pier.</p></main>")
