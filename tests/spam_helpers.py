"""Builds pages for the spam rule alone and replays its drops."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from cleaners.page import Head, Mark, Page
from cleaners.profile import Profile
from cleaners.rules.spam_injection import spam_injection
from cleaners.stages.lines import lines
from cleaners.stages.walk import walk


def text_page(text: str, profile: Profile | None = None, url: str = "", **metadata: str) -> Page:
    return _with(Page("text", text, lines(text), [], Head(), url), profile, metadata)


def html_page(markup: str, profile: Profile | None = None, url: str = "", **metadata: str) -> Page:
    source_text, segments, elements, head = walk(markup.encode())
    return _with(Page("html", source_text, segments, elements, head, url), profile, metadata)


def _with(page: Page, profile: Profile | None, metadata: dict[str, str]) -> Page:
    if profile is not None:
        page.facts["profile"] = profile
    if metadata:
        known: dict[str, Any] = {"title": "", "author": "", "description": "", **metadata}
        page.facts["metadata"] = SimpleNamespace(**known)
    return page


def marks(page: Page) -> list[Mark]:
    return list(spam_injection(page))


def cleaned(page: Page, field: str = "text") -> str:
    """The field less what the rule drops from it."""
    text = page.source_text if field == "text" else getattr(page.facts["metadata"], field)
    for mark in sorted(marks(page), key=lambda m: -m.start):
        if mark.action == "drop" and mark.field == field:
            text = text[: mark.start] + text[mark.end :]
    return str(text)


def squashed(title: str, skip: int, length: int) -> str:
    """A title as spammers leave it: without spaces, cut off at both ends."""
    return title.replace(" ", "")[skip : skip + length]


def spliced(text: str, at: int, what: str) -> str:
    return text[:at] + what + text[at:]
