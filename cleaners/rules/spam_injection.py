"""Advertising that strangers put into a page: found, and cut to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page

_TERMS: Final = re.compile(
    r"(?i)\b(?:online casino|free spins|no deposit|slot gacor|judi online|best online slots|buy (?:viagra|cialis)|maxwin)\b"
)
_DENSE: Final = 3


def spam_injection(page: Page) -> Iterator[Mark]:
    """Blocks that hold little else than keywords of spam."""
    for segment in page.segments:
        found = _TERMS.findall(segment.text)
        if len(found) >= _DENSE:
            yield Mark(
                segment.start, segment.stop, "drop", "spam_injection", "spam_injection", 0.9, "text", f"keywords: {', '.join(found[:3])}"
            )
