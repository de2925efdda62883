"""What runs in a cleaning process: a page in, its JSON form out. Imports no web framework."""

import json
from dataclasses import dataclass

from cleaners import clean
from cleaners.form import to_json
from cleaners.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One page and how it is wanted."""

    body: bytes
    url: str | None
    content_type: str | None
    encoding: str | None
    profile: Profile
    markdown: bool
    source_text: bool


def answer(order: Order) -> bytes:
    """The page's JSON form.

    Raises:
        CleanError: the page cannot be cleaned.
    """
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
