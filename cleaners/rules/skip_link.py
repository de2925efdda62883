"""Skip links: "Skip to main content"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import CONFIDENCE, cites, close, quoted, shown, whole
from cleaners.stages import hints as h

LONGEST = 8  # words
BOX = 20  # words of an element that holds skip links
EARLY = 12  # blocks: skip links come first; later ones must be links into the page


def skip_link(page: Page) -> Iterator[Mark]:
    """Short blocks at the top, or links into the page itself, that offer to jump past something."""
    for segment, hit in page.hits.get("skip_link", ()):
        if segment.size > LONGEST or quoted(segment) or cites(segment, hit.phrase) or hit.how == "contains":
            continue
        jumps = segment.href.startswith("#") or bool(segment.hints & (h.SKIP | h.VISUALLY_HIDDEN))
        if jumps or segment.index < EARLY:
            yield whole(segment, "skip_link", CONFIDENCE[hit.how], shown(hit))
    for segment in page.segments[:EARLY]:
        if segment.hints & h.SKIP and segment.size <= LONGEST and segment.href.startswith("#"):
            if not close(segment, h.SKIP, BOX):  # generators name their whole page as the target
                continue
            yield whole(segment, "skip_link", 0.9, f"class “{segment.classes}”")
