"""App calls: "Download our app"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import hinted, phrase_marks
from cleaners.stages import hints as h


def app_promo(page: Page) -> Iterator[Mark]:
    """Blocks that send the reader to an app store."""
    yield from phrase_marks(page, "app_promo", longest=35)
    yield from hinted(page, "app_promo", h.APP, longest=11, confidence=0.7)
