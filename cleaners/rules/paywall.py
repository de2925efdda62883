"""Paywall prompts: "Subscribe to continue reading"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import hinted, phrase_marks
from cleaners.stages import hints as h

STEMS = ("paywall", "subscription", "abonn")


def paywall(page: Page) -> Iterator[Mark]:
    """Blocks that sell the rest of the text."""
    yield from phrase_marks(page, "paywall", longest=45, stems=STEMS)
    yield from hinted(page, "paywall", h.PAYWALL & ~h.CONTENT, longest=11, confidence=0.6)
