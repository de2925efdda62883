"""The headline stays: a page's own title, wherever the judge thinks it belongs."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page


def headline(page: Page) -> Iterator[Mark]:
    """A keep for the headline, or a drop where the profile leaves titles out."""
    if not 0 <= page.lead < len(page.segments):
        return
    segment = page.segments[page.lead]
    profile = page.facts.get("profile")
    if profile is not None and not profile.title:
        yield Mark(segment.start, segment.stop, "drop", "title", "headline", 1.0, "text", "the profile leaves titles out")
    elif segment.origin == "visible":
        yield Mark(segment.start, segment.stop, "keep", "title", "headline", 0.9, "text", "the page's headline")
