"""Text that no reader sees: cloaked by style tricks, or hidden labels and links.

Hidden prose is not dropped here: of hidden paragraphs .28 (daniel-dev), .49 (wcxb-dev) and .87 (news-dev) of the
words stand in the gold texts, for scripts show them later. The judge weighs those with all else it sees.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import is_prose, whole
from cleaners.stages import hints as h


def hidden_text(page: Page) -> Iterator[Mark]:
    """Whatever is cloaked, and what is hidden without being prose."""
    for segment in page.segments:
        if segment.origin != "hidden":
            continue
        if segment.hints & h.CLOAKED:
            yield whole(segment, "hidden_text", 0.95, "cloaked: off-screen, zero size or colour on colour")
        elif segment.kind == "control" or segment.hints & h.FORM or not is_prose(segment):
            yield whole(segment, "hidden_text", 0.85, "hidden, and not prose")
