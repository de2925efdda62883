"""Author boxes: a few lines on who wrote the page, below it."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import phrase_marks, section, size, whole
from cleaners.stages import hints as h

LONGEST = 120  # words


def author_box(page: Page) -> Iterator[Mark]:
    """Elements named after the author, and what stands under "About the author"."""
    for segment in page.segments:
        if segment.hints & h.AUTHOR_BOX and size(segment) <= LONGEST and not segment.hints & h.POST:
            if segment.index != page.lead:
                yield whole(segment, "author_box", 0.8, "class names an author box")
    for mark in phrase_marks(page, "author_box", longest=LONGEST):
        segment = next(s for s, _ in page.hits["author_box"] if s.start == mark.start)
        yield mark
        if segment.hits and segment.hits["author_box"].how == "labels":
            group = section(page, segment)
            if sum(page.segments[i].words for i in group) <= 2 * LONGEST:
                for i in group:
                    if i != segment.index:
                        yield whole(page.segments[i], "author_box", 0.75, "under a label for the author")
