"""App calls: "Download our app"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.common import hinted, phrase_hits, phrase_mark, section, whole
from cleaners.stages import hints as h

BOX = 40  # words


def app_promo(page: Page) -> Iterator[Mark]:
    """Blocks that send the reader to an app store."""
    for segment, hit in phrase_hits(page, "app_promo", longest=35):
        yield phrase_mark(segment, "app_promo", hit)
        if hit.how == "labels" and page.kind == "html":
            group = section(page, segment, alone=True)
            if len(group) > 1 and sum(page.segments[i].words for i in group) <= BOX:
                for i in group:
                    if i != segment.index:
                        yield whole(page.segments[i], "app_promo", 0.75, "under a call for the app")
    yield from hinted(page, "app_promo", h.APP, longest=11, confidence=0.7)
