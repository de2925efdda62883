"""Share and follow bars: "Share on Facebook"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import heads_prose, in_list_of_steps, phrase_marks, size, whole
from cleaners.stages import hints as h

LONGEST = 20  # words
LABEL = 8  # words of a button in a share bar


def share_bar(page: Page) -> Iterator[Mark]:
    """Labels and buttons that send the page elsewhere, or ask to follow its makers."""
    yield from phrase_marks(page, "share_bar", longest=LONGEST)
    for segment in page.segments:
        if segment.hints & h.SHARE and size(segment) <= LABEL and segment.index != page.lead:
            linked = segment.link_chars * 5 >= len(segment.text) * 2 or segment.kind == "control" or size(segment) <= 3
            if linked and not heads_prose(page, segment) and not in_list_of_steps(page, segment):
                yield whole(segment, "share_bar", 0.85, "class names sharing")
