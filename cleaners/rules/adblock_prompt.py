"""Ad-blocker prompts: "Please disable your ad blocker"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import phrase_marks

STEMS = ("ad block", "adblock", "ad-block", "werbeblocker", "bloqueur", "bloqueador")


def adblock_prompt(page: Page) -> Iterator[Mark]:
    """Blocks that ask to switch an ad blocker off."""
    yield from phrase_marks(page, "adblock_prompt", longest=60, stems=STEMS)
