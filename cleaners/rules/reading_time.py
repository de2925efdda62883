"""Reading-time badges: "5 min read"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import heads_prose, phrase_hits, phrase_mark

LONGEST = 8  # words


def reading_time(page: Page) -> Iterator[Mark]:
    """Blocks that only say how long the text takes to read. A recipe's "20 minutes" beside a label stays."""
    if "Recipe" in page.facts.get("types", ()):
        return
    for segment, hit in phrase_hits(page, "reading_time", longest=LONGEST):
        if segment.kind in ("td", "dd", "th", "dt", "li") or heads_prose(page, segment):
            continue
        yield phrase_mark(segment, "reading_time", hit)
