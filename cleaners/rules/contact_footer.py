"""Contact lines of the publisher: address, phone, e-mail of the desk."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import phrase_marks
from cleaners.stages import hints as h

LATE = 0.5  # of the blocks


def contact_footer(page: Page) -> Iterator[Mark]:
    """Contact details in a footer or late in the page. A page about contacts keeps its own."""
    late = len(page.segments) * LATE
    for mark in phrase_marks(page, "contact_footer", longest=30, stems=("contact", "kontakt", "impressum", "contacto")):
        segment = next(s for s, _ in page.hits["contact_footer"] if s.start == mark.start)
        if segment.index >= late or segment.hints & h.FOOTER:
            yield mark
