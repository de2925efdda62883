"""Counters: "1,204 views"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import close, names, phrase_hits, phrase_mark, whole
from cleaners.rules.forum import numbers
from cleaners.rules.phrases import book, fold
from cleaners.stages import hints as h

COUNTER = 3  # words of a counter that is known by its class
BOX = 80  # words of an element named after counters
LINE = 30  # words of lines of facts about an article
_LINES: Final = h.META | h.FOOTER
RATED = 6  # words beside rating stars
_STARS: Final = re.compile("[★☆⭐✩✪]{3}")


def view_count(page: Page) -> Iterator[Mark]:
    """Numbers of views, shares and likes, alone in their block."""
    for segment, hit in phrase_hits(page, "view_count", longest=6):
        if segment.kind not in ("td", "th", "dd"):
            yield phrase_mark(segment, "view_count", hit)
    if page.page_kind == "forum":
        for segment in numbers(page):
            yield whole(segment, "view_count", 0.8, "the number of a post")
    if page.page_kind in ("product", "listing", "collection"):
        return
    for segment in page.segments:
        if segment.hints & h.COUNT and segment.size <= COUNTER and any(map(str.isdigit, segment.text)):
            if segment.index != page.lead and close(segment, h.COUNT, BOX):
                yield whole(segment, "view_count", 0.6, f"class {names(segment, h.COUNT)}")
        elif segment.hints & _LINES and not segment.links and "\n" in segment.text and segment.words <= LINE:
            if not segment.hits and (found := _counted(page, segment)):
                yield whole(segment, "view_count", 0.75, f"a line “{found}” among facts about the article")
        elif segment.words <= RATED and segment.text[-1] in "★☆⭐✩✪" and _STARS.search(segment.text):
            yield whole(segment, "view_count", 0.75, "rating stars")


def _counted(page: Page, segment: Segment) -> str:
    """The line of a block that is a counter."""
    profile = page.facts["profile"]
    phrases = book(profile.extra_phrases, profile.allow_phrases)
    for line in segment.text.split("\n"):
        hit = phrases.look(fold(line), len(line.split())).get("view_count")
        if hit is not None and hit.how in ("exact", "starts"):
            return line
    return ""
