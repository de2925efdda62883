"""Counters: "1,204 views"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import hinted, phrase_hits, phrase_mark, whole
from cleaners.rules.forum import numbers
from cleaners.stages import hints as h


def view_count(page: Page) -> Iterator[Mark]:
    """Numbers of views, shares and likes, alone in their block."""
    for segment, hit in phrase_hits(page, "view_count", longest=6):
        if segment.kind not in ("td", "th", "dd"):
            yield phrase_mark(segment, "view_count", hit)
    if page.page_kind == "forum":
        for segment in numbers(page):
            yield whole(segment, "view_count", 0.8, "the number of a post")
    if page.page_kind not in ("product", "listing", "collection"):
        yield from hinted(page, "view_count", h.COUNT, longest=3, confidence=0.6)
