"""Banner labels left by a content system: "Mena banner 4"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import is_prose, phrase_marks

LONGEST = 5  # words


def banner_label(page: Page) -> Iterator[Mark]:
    """Very short blocks that name an ad position rather than say anything."""
    for mark in phrase_marks(page, "banner_label", longest=LONGEST):
        segment = next(s for s, _ in page.hits["banner_label"] if s.start == mark.start)
        following = page.segments[segment.index + 1 : segment.index + 2]
        # “Star-Spangled Banner” above a paragraph is a heading
        if page.hits["banner_label"] and not any(c.isdigit() for c in segment.text) and following and is_prose(following[0]):
            continue
        yield mark
