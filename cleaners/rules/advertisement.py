"""Advertisement labels and slots."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import hinted, phrase_marks
from cleaners.stages import hints as h


def advertisement(page: Page) -> Iterator[Mark]:
    """Labels of ad slots, and short texts inside elements that are named as slots."""
    yield from phrase_marks(page, "advertisement", longest=12)
    yield from hinted(page, "advertisement", h.AD, longest=11, confidence=0.7)
