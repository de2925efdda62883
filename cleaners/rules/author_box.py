"""Author boxes: a few lines on who wrote the page, below it."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.chosen import hinting, total
from cleaners.rules.common import close, heads_prose, is_prose, phrase_hits, phrase_mark, section, whole
from cleaners.rules.forum import signatures
from cleaners.stages import hints as h

LONGEST = 120  # words
BOX = 300  # words of an element named after the author
REST = 0.35  # of the page's words that may follow as prose; more, and the label is a chapter's heading


def author_box(page: Page) -> Iterator[Mark]:
    """Elements named after the author, and what stands under "About the author"."""
    for segment in hinting(page, h.AUTHOR_BOX):
        if segment.size <= LONGEST and not segment.hints & h.POST:
            if segment.index != page.lead and close(segment, h.AUTHOR_BOX, BOX):
                yield whole(segment, "author_box", 0.8, "class names an author box")
    if page.page_kind == "forum":
        for segment in signatures(page):
            yield whole(segment, "author_box", 0.8, "a signature")
    for segment, hit in phrase_hits(page, "author_box", longest=LONGEST, headings=True):
        if sum(s.words for s in page.segments[segment.index :] if is_prose(s) and not s.hits) > REST * total(
            page
        ) and not segment.hints & (h.AUTHOR_BOX | h.BYLINE):
            continue
        if hit.how not in ("exact", "labels") and heads_prose(page, segment):
            continue
        yield phrase_mark(segment, "author_box", hit)
        if hit.how == "labels":
            group = section(page, segment)
            if len(group) == 1:
                group = range(segment.index, min(segment.index + 2, len(page.segments)))
            if sum(page.segments[i].words for i in group) <= 2 * LONGEST:
                for i in group:
                    if i != segment.index:
                        yield whole(page.segments[i], "author_box", 0.75, "under a label for the author")
