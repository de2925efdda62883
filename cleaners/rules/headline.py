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
    elif segment.origin == "visible" and not _logo(page, segment.text):
        stop = segment.start + len(segment.text.rstrip("¶§#\u200b\u200c🔗 ")) if segment.links else segment.stop
        yield Mark(segment.start, stop, "keep", "title", "headline", 0.9, "text", "the page's headline")


def _logo(page: Page, text: str) -> bool:
    """Whether the block taken for the headline is the site's name, and the page has a title of its own."""
    known = page.facts.get("metadata")
    if known is None or not known.title:
        return False
    same: bool = text.casefold() == known.site_name.casefold()
    return same and bool(known.title.casefold() != text.casefold())
