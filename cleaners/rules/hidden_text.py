"""Text that no reader sees: hidden by style or attribute, or meant for browsers without script."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import is_prose, whole

SHARE = 0.5  # more hidden than visible prose: a script shows it, it is the page's text


def hidden_text(page: Page) -> Iterator[Mark]:
    """Hidden blocks, unless most of the page's prose is hidden and so waits for a script to show it."""
    hidden = [s for s in page.segments if s.origin in ("hidden", "noscript")]
    if not hidden:
        return
    seen = sum(s.words for s in page.segments if s.origin == "visible" and is_prose(s))
    unseen = sum(s.words for s in hidden if is_prose(s))
    revealed = unseen > SHARE * (seen + unseen) and unseen > 80
    for segment in hidden:
        if revealed and is_prose(segment):
            continue
        yield whole(segment, "hidden_text", 0.9 if segment.origin == "hidden" else 0.7, f"origin {segment.origin}")
