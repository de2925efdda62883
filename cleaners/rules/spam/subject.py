"""What a page is about, so that nobody takes a story on betting for an advertisement."""

from __future__ import annotations

from typing import Final

from cleaners.page import Page, Segment
from cleaners.rules.common import HEADINGS, is_prose
from cleaners.rules.spam.blocks import Look, look
from cleaners.rules.spam.fields import title_parts
from cleaners.rules.spam.terms import Lexicon

SPEAKS: Final = 0.25  # share of the honest prose that mentions a category: it is the page's subject
ALL_SPAM: Final = 0.6  # share of the visible words that are spam: the page sells it
SUSPECT: Final = 0.5
_LONGEST_TITLE: Final = 30  # words


def headline(page: Page) -> Segment | None:
    """The block that says what the page is called."""
    if 0 <= page.lead < len(page.segments):
        return page.segments[page.lead]
    for segment in page.segments:
        if segment.kind == "h1" and segment.origin == "visible":
            return segment
    if page.kind == "text" and page.segments and 0 < page.segments[0].words < _LONGEST_TITLE:
        first = page.segments[0]
        return first if len(page.segments) > 1 and first.text[-1:] not in ".!。！" else None
    return None


def subjects(page: Page, looks: dict[int, Look], terms: Lexicon, body: str) -> frozenset[str]:
    """The categories the page itself speaks of: in its own title, or throughout its honest prose."""
    out: set[str] = set()
    title = headline(page)
    names = [title.text] if title is not None else [page.head.title]
    for name in names:
        parts = title_parts(name, terms, body.replace(name.lower(), " "))
        for part in sorted(parts, reverse=True):
            name = name[: part.start] + name[part.end :] if part.end - part.start < len(name) else ""
        out |= look(name, terms).categories
    honest: dict[str, int] = {}
    prose = 0
    spam = 0
    total = 0
    for segment in page.segments:
        if segment.origin != "visible":
            continue
        total += segment.words
        seen = looks.get(segment.index)
        if seen is not None and seen.spamminess >= SUSPECT:
            spam += segment.words
            continue
        if not is_prose(segment) and segment.kind not in HEADINGS:
            continue
        prose += segment.words
        if seen is not None and seen.mentions:
            for category in seen.categories:
                honest[category] = honest.get(category, 0) + segment.words
    out |= {category for category, words in honest.items() if words >= SPEAKS * prose}
    if total and spam >= ALL_SPAM * total:
        # nothing else is on the page: then this is what it is about
        for index, seen in looks.items():
            if page.segments[index].origin == "visible":
                out |= seen.categories
    return frozenset(out)
