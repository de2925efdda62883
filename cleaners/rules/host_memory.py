"""What a host shows on most of its pages: the frame around its texts, known from other pages and not from words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Evidence, Mark, Page, Segment
from cleaners.rules.common import HEADINGS, is_prose, whole
from cleaners.stages.host_fold import host_fold

# Measured on plain text of daniel-dev (`python -m benchmarks.archive DATA --only hosts`): lower shares gain little and take
# headlines that stand in the lists of other pages.
LEAST_PAGES: Final = 3  # different pages of the host, and of those that have the block
SHARE: Final = 0.6  # of the host's pages
LONG: Final = 20  # words: a standing paragraph may belong to a column
LONG_SHARE: Final = 0.7
LONGEST: Final = 60  # words: a text this long is a text, however often it stands there
HEADLINE: Final = 3  # words
AHEAD: Final = 3  # blocks from a headline to its text
BETWEEN: Final = 4  # words of a date or name between them; more may be the headline itself


def host_memory(page: Page) -> Iterator[Mark]:
    """Blocks that recur on the host's pages. Does nothing when the caller knows nothing of the host."""
    evidence: Evidence | None = page.facts.get("evidence")
    if evidence is None or not evidence.host_counts or evidence.host_pages < LEAST_PAGES:
        return
    counts = [_count(evidence, segment) for segment in page.segments]
    for index, segment in enumerate(page.segments):
        if counts[index] and not _heads_own_text(page, index, counts):
            share = min(1.0, counts[index] / evidence.host_pages)
            seen = f"on {counts[index]:,} of {evidence.host_pages:,} pages of its host"
            yield whole(segment, "host_memory", round(0.5 + 0.45 * share, 2), seen)


def _count(evidence: Evidence, segment: Segment) -> int:
    """On how many pages the block was seen; 0 where that is no sign of a frame."""
    assert evidence.host_counts is not None
    words = segment.size
    if words > LONGEST or segment.kind in ("pre", "quote"):
        return 0
    count = evidence.host_counts.get(host_fold(segment.text), 0)
    least = LONG_SHARE if words >= LONG else SHARE
    return count if count >= LEAST_PAGES and count >= least * evidence.host_pages else 0


def _heads_own_text(page: Page, index: int, counts: list[int]) -> bool:
    """Whether this is the headline here: on other pages it stands in a list, here its text follows."""
    segment = page.segments[index]
    if index == page.lead:
        return True
    if segment.size < HEADLINE or (page.kind == "html" and segment.kind not in HEADINGS):
        return False
    for at in range(index + 1, min(len(counts), index + 1 + AHEAD)):
        following = page.segments[at]
        if is_prose(following):
            return not counts[at]
        if counts[at] or following.size > BETWEEN:
            return False
    return False
