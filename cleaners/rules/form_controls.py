"""Buttons, drop-down lists and form labels."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import is_prose, phrase_hits, phrase_mark, size, whole
from cleaners.rules.tail import form_headings
from cleaners.stages import hints as h

LONGEST = 4  # words of a button's caption in plain text


def form_controls(page: Page) -> Iterator[Mark]:
    """What a reader presses or fills in, told by the element; in plain text by a few words that are never more."""
    for segment in page.segments:
        if segment.kind == "control" and not is_prose(segment):
            yield whole(segment, "form_controls", 0.85, "a form control")
        elif segment.hints & h.BUTTON and segment.links and segment.link_chars == len(segment.text):
            if size(segment) <= LONGEST:
                yield whole(segment, "form_controls", 0.7, "a link made up as a button")
    for segment in form_headings(page):
        yield whole(segment, "form_controls", 0.7, "below the text, a heading over a form")
    for segment, hit in phrase_hits(page, "form_controls", longest=LONGEST):
        if page.kind == "text" or segment.hints & (h.FORM | h.BUTTON | h.MODAL | h.POPUP) or segment.links:
            yield phrase_mark(segment, "form_controls", hit)
