"""Paywall prompts: "Subscribe to continue reading"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import hinted, phrase_hits, phrase_mark, whole
from cleaners.stages import hints as h

STEMS = ("paywall", "subscription", "abonn")
OFFER = 6  # blocks between two known lines of an offer
ADVANTAGE = 15  # words of one of them
BUTTONS = 6  # words in a header
_MENUS: Final = h.HEADER | h.NAV


def paywall(page: Page) -> Iterator[Mark]:
    """Blocks that sell the rest of the text."""
    found: list[Segment] = []
    for segment, hit in phrase_hits(page, "paywall", longest=45, stems=STEMS):
        if segment.hints & _MENUS and segment.size <= BUTTONS:  # "Log in", "Try for free" in a site's header
            continue
        found.append(segment)
        yield phrase_mark(segment, "paywall", hit)
    yield from _between(page, found)
    yield from hinted(page, "paywall", h.PAYWALL & ~h.CONTENT, longest=11, confidence=0.6)


def _between(page: Page, found: list[Segment]) -> Iterator[Mark]:
    """What an offer says between two of its known lines: the advantages of a subscription."""
    for first, last in pairwise(found):
        between = page.segments[first.index + 1 : last.index]
        if 0 < len(between) <= OFFER and all(s.size <= ADVANTAGE and s.index != page.lead for s in between):
            for segment in between:
                yield whole(segment, "paywall", 0.75, "between two lines of an offer")
