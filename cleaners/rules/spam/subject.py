"""What a page is about, so that nobody takes a story on betting for an advertisement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cleaners.page import Page, Segment
from cleaners.rules.common import HEADINGS, is_prose
from cleaners.rules.spam.evidence import Unit
from cleaners.rules.spam.spans import Span
from cleaners.rules.spam.terms import UNSPACED

SPEAKS: Final = 0.25  # share of the honest prose that mentions a category: it is the page's subject
ALL_SPAM: Final = 0.6  # share of the visible text that is spam: the page sells it
_SAID: Final = 4.0  # weight of a category's words from which a title speaks of it
_TERMS: Final = 3  # different words of a category in the prose, or …
_WEIGHT: Final = 14.0  # … so much weight: one word may be there by chance
_LONGEST_TITLE: Final = 30  # words
_NO_TRADE: Final = frozenset({"", "offer", "brand"})


def headline(page: Page) -> Segment | None:
    """The block that says what the page is called."""
    if 0 <= page.lead < len(page.segments):
        return page.segments[page.lead]
    for segment in page.segments:
        if segment.kind == "h1" and segment.origin == "visible":
            return segment
    if page.kind == "text" and page.segments and _short(first := page.segments[0]):
        return first if len(page.segments) > 1 and first.text[-1:] not in ".!。！" else None
    return None


def _short(segment: Segment) -> bool:
    """Whether a block is no longer than titles are; where each character counts as a word, they have more of them."""
    longest = 2 * _LONGEST_TITLE if UNSPACED.search(segment.text) else _LONGEST_TITLE
    return 0 < segment.words < longest


def subjects(page: Page, blocks: Sequence[tuple[Segment, list[Span], list[Unit]]], title: Segment | None) -> frozenset[str]:
    """The categories the page itself speaks of: in its own title, or throughout its honest prose."""
    out: set[str] = set()
    honest: dict[str, int] = {}
    terms: dict[str, dict[str, float]] = {}
    spam = 0
    for segment, spans, units in blocks:
        if segment.origin != "visible":
            continue
        spam += sum(span.end - span.start for span in spans)
        own = [u for u in units if u.category not in _NO_TRADE and u.weight > 0 and not _inside(u, spans)]
        for unit in own:
            terms.setdefault(unit.category, {})[unit.text] = unit.weight
        if segment is title:
            out |= {unit.category for unit in own if unit.weight >= _SAID}
        elif (is_prose(segment) or segment.kind in HEADINGS) and own:
            size = len(segment.text) - sum(span.end - span.start for span in spans)
            for category in {unit.category for unit in own}:
                honest[category] = honest.get(category, 0) + size
    prose = sum(len(s.text) for s in page.segments if s.origin == "visible" and (is_prose(s) or s.kind in HEADINGS))
    for category, size in honest.items():
        said = terms[category]
        if size >= SPEAKS * max(1, prose - spam) and (len(said) >= _TERMS or sum(said.values()) >= _WEIGHT):
            out.add(category)
    total = sum(len(segment.text) for segment in page.segments if segment.origin == "visible")
    if spam >= ALL_SPAM * total:
        # nothing else is on the page: then this is what it is about
        out |= {
            category
            for segment, spans, _ in blocks
            if segment.origin == "visible"
            for s in spans
            for category in s.categories
        }
    return frozenset(out)


def _inside(unit: Unit, spans: list[Span]) -> bool:
    return any(span.start <= unit.start and unit.end <= span.end for span in spans)
