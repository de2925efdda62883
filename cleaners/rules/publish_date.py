"""Publication dates on lines of their own. They become metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import CONFIDENCE, HEADINGS, close, is_prose, quoted, shown, whole
from cleaners.rules.dates import without_dates
from cleaners.stages import hints as h

LONGEST = 14  # words
NEAR = 10  # blocks after the headline
BESIDE = 2  # blocks between such a cell and the headline
BOX = 60  # words of an element named after a date
REST = 2  # words that are no date
META = 6  # … in a line that is named as one of facts about the article: "24 comments", "for subscribers"
DATES = 2  # published and updated

_DIGIT: Final = re.compile(r"\d")
_FULL: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}.*\d{1,2}:\d{2}|(?:19|20)\d\d.*\d{1,2}:\d{2}")


def publish_date(page: Page) -> Iterator[Mark]:
    """Blocks that hold a date and little else, near the headline or where the markup names one."""
    lead = max(0, page.lead)
    forum = page.page_kind == "forum"  # every post has a date
    stamps = forum or (page.page_kind == "article" and page.kind == "html")  # and every teaser
    for segment, hit in page.hits.get("publish_date", ()):
        if segment.size > LONGEST or quoted(segment) or segment.kind in HEADINGS:
            continue
        if hit.how != "exact" and not any(c.isdigit() for c in segment.text):
            continue
        if not (segment.text.endswith(".") and segment.size > 8):
            yield whole(segment, "publish_date", CONFIDENCE[hit.how], shown(hit))
    above = _above_text(page) if page.kind == "text" else frozenset()
    for segment in page.segments:
        if (
            ("#" not in segment.fold and segment.fold)  # folded, and without a number
            or segment.size > LONGEST
            or segment.kind in ("h1", "h2", "th")
            or (segment.kind in ("td", "dd") and not forum and not _stamped(segment, lead))
            or not _DIGIT.search(segment.text)
        ):
            continue
        named = bool(segment.hints & h.DATE and close(segment, h.DATE, BOX)) or (stamps and _full(segment.text))
        near = lead - 3 <= segment.index <= lead + NEAR
        meta = near and page.page_kind == "article" and bool(segment.hints & h.META)
        if (named or near) and only_date(segment, META if meta else REST):
            if page.kind == "text" and segment.index not in above:
                continue
            yield whole(segment, "publish_date", 0.85 if named else 0.75, "nothing but a date")


def _above_text(page: Page) -> frozenset[int]:
    """The lines of plain text that hold only a date, above its first paragraph; more than two are a list of dated things."""
    first = next((s.index for s in page.segments if is_prose(s)), len(page.segments))
    dated = [s.index for s in page.segments[:first] if s.size <= LONGEST and "\t" not in s.text and only_date(s)]
    return frozenset(dated) if len(dated) <= DATES else frozenset()


def _stamped(segment: Segment, lead: int) -> bool:
    """Whether a cell right above or below the headline holds a date with its time: a page laid out with tables."""
    return segment.kind == "td" and abs(segment.index - lead) <= BESIDE and _full(segment.text)


def _full(text: str) -> bool:
    """Whether a date with its time is in a text."""
    return ":" in text and bool(_FULL.search(text))


def only_date(segment: Segment, rest: int = 2) -> bool:
    """Whether nothing is left of a block once dates, times and their words are taken out."""
    text = segment.text.casefold()
    if len(text) > 90:
        return False
    left, found = without_dates(text)
    if not found:
        return False
    left = [word for word in left if len(word) > 2]
    return not left or (len(left) <= rest and not segment.text.endswith((".", "!", "?")))
