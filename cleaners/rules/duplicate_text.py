"""Text that stands twice: a standfirst repeated as lead, a title repeated with the site's name."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import HEADINGS, is_prose, whole

LEAST = 8  # words: shorter lines repeat in poems, tables and dialogues
LONG = 25  # words: a paragraph this long is not repeated on purpose
NEAR = 6  # blocks between a standfirst and the lead that repeats it
EARLY = 12  # blocks within which titles and leads stand
SUFFIX = 4  # words of a site's name behind a title


def duplicate_text(page: Page) -> Iterator[Mark]:
    """The second of two equal paragraphs, and the title that comes again with the site's name."""
    if page.page_kind == "forum":
        return
    yield from _titles(page)
    seen: dict[str, Segment] = {}
    for segment in page.segments:
        if segment.words < LEAST or segment.kind in ("pre", "quote", "td", "th") or segment.kind in HEADINGS:
            continue
        if segment.origin != "visible" or "\n" in segment.text:  # a refrain is meant to come again
            continue
        key = segment.fold or " ".join(segment.text.split()).casefold()
        first = seen.get(key)
        if first is None:
            seen[key] = segment
            continue
        close = segment.index - first.index <= NEAR and first.index <= EARLY
        # gold texts of listings repeat long lines on purpose; in plain text only a lead is known to be one
        if is_prose(segment) and (close or (segment.words >= LONG and page.kind == "html")):
            yield whole(segment, "duplicate_text", 0.9, f"same text as block {first.index}")


def _titles(page: Page) -> Iterator[Mark]:
    early = [s for s in page.segments[:EARLY] if 2 < s.words <= 40]
    for at, segment in enumerate(early):
        own = segment.text.split()
        for other in early[at + 1 : at + 4]:
            text = other.text.split()
            if page.kind == "html" and segment.kind not in HEADINGS and other.kind not in HEADINGS:
                continue
            if is_prose(other) and other.text.endswith((".", "。")) and page.kind == "text" and own != text:
                continue
            if own == text and (segment.kind in HEADINGS or page.kind == "text"):
                gone = segment if other.index == page.lead else other
                yield whole(gone, "duplicate_text", 0.85, f"same title as block {other.index}")
            elif len(text) >= 3 and len(text) < len(own) <= len(text) + SUFFIX and own[: len(text)] == text:
                yield whole(
                    segment, "duplicate_text", 0.85, f"block {other.index} with “{' '.join(own[len(text) :])}” behind it"
                )
            elif (
                len(own) >= 3
                and len(own) < len(text) <= len(own) + SUFFIX
                and text[: len(own)] == own
                and not is_prose(other)
            ):
                yield whole(
                    other, "duplicate_text", 0.85, f"block {segment.index} with “{' '.join(text[len(own) :])}” behind it"
                )
