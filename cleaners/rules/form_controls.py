"""Buttons, drop-down lists and form labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import HEADINGS, is_prose, phrase_hits, phrase_mark, whole
from cleaners.rules.tail import form_headings
from cleaners.stages import hints as h

CALL = 5  # words of a link
QUESTION = 4  # words of a button that opens a text
OFTEN = 3  # times that a link stands alone in an article: "Check price", "Read more"
_KEPT: Final = frozenset({"td", "th", "dt", "dd", "pre", *HEADINGS})
LONGEST = 4  # words of a button's caption in plain text


def form_controls(page: Page) -> Iterator[Mark]:
    """What a reader presses or fills in, told by the element; in plain text by a few words that are never more."""
    lists = page.page_kind in ("listing", "collection")
    article = page.page_kind == "article" and page.kind == "html"
    calls: dict[str, list[Segment]] = {}
    for segment in page.segments:
        if segment.kind == "control" and not is_prose(segment):
            if _opens(page, segment):
                continue
            yield whole(segment, "form_controls", 0.85, "a form control")
        elif segment.links == 1 and segment.size <= CALL and segment.link_chars == len(segment.text):
            if segment.size <= LONGEST and (segment.hints & h.BUTTON or (not lists and _dressed(segment.classes))):
                yield whole(segment, "form_controls", 0.7, "a link made up as a button")
            elif article and segment.kind not in _KEPT and segment.index != page.lead:
                calls.setdefault(segment.text, []).append(segment)
    for text, again in calls.items():
        if len(again) >= OFTEN:
            for segment in again:
                yield whole(segment, "form_controls", 0.7, f"the same link {len(again)} times: “{text}”")
    for segment in form_headings(page):
        yield whole(segment, "form_controls", 0.7, "below the text, a heading over a form")
    for segment, hit in phrase_hits(page, "form_controls", longest=LONGEST):
        if page.kind == "text" or segment.hints & (h.FORM | h.BUTTON | h.MODAL | h.POPUP) or segment.links:
            yield phrase_mark(segment, "form_controls", hit)


def _opens(page: Page, segment: Segment) -> bool:
    """Whether a button is the question or the heading that opens the text behind it."""
    if segment.size < QUESTION or segment.hits or "\n" in segment.text or segment.index + 1 >= len(page.segments):
        return False
    following = page.segments[segment.index + 1]
    return is_prose(following) and not following.hits and not segment.hints & (h.COOKIE | h.MODAL)


def _dressed(classes: str) -> bool:
    """Whether utility classes give a link round corners, a ground or border, and a padding."""
    if "rounded" not in classes or not ("bg-" in classes or "border" in classes):
        return False
    return " px-" in classes or " p-" in classes or " py-" in classes
