"""Banner labels left by a content system: "Mena banner 4"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page
from cleaners.rules.common import heads_prose, is_prose, phrase_hits, phrase_mark, whole

LONGEST = 5  # words
_NUMBERED: Final = re.compile(r"[^\d.!?,:]*\b(?:banner|баннер|банер)\b[^\d.!?,:]*\d{1,3}[^\d.!?,:]*", re.I)


def banner_label(page: Page) -> Iterator[Mark]:
    """Very short blocks that name an ad position rather than say anything."""
    for segment, hit in phrase_hits(page, "banner_label", longest=LONGEST):
        following = page.segments[segment.index + 1 : segment.index + 2]
        # “Star-Spangled Banner” above a paragraph is a heading
        if not any(c.isdigit() for c in segment.text) and following and is_prose(following[0]):
            continue
        yield phrase_mark(segment, "banner_label", hit)
    for segment in page.segments:
        if segment.words > LONGEST or ("#" not in segment.fold and segment.fold):  # folded, and without a number
            continue
        if _NUMBERED.fullmatch(segment.text) and not heads_prose(page, segment):
            yield whole(segment, "banner_label", 0.75, "a numbered banner")
