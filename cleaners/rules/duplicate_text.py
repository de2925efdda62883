"""Text that stands twice: a standfirst repeated as lead, a title repeated with the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import HEADINGS, is_prose, whole

LEAST = 8  # words: shorter lines repeat in poems, tables and dialogues
LONG = 25  # words: a paragraph this long is not repeated on purpose
NEAR = 6  # blocks between a standfirst and the lead that repeats it
EARLY = 12  # blocks within which titles and leads stand
SUFFIX = 4  # words of a site's name behind a title
SUBJECT = 30  # words
_REPLY: Final = re.compile(r"^(?:re|aw|sv|vs|odp|回复|回覆)\s?[:：]\s*")
GLUED = 16  # characters of a name that a bar or underscore joins to a title
_GLUE: Final = ("_", "|", "｜")


def duplicate_text(page: Page) -> Iterator[Mark]:
    """The second of two equal paragraphs, and the title that comes again with the site's name."""
    if page.page_kind == "forum":
        yield from _subjects(page)
        return
    yield from _titles(page)
    yield from _infobox(page)
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


def _subjects(page: Page) -> Iterator[Mark]:
    """The thread's subject, repeated above each post."""
    if page.lead < 0:
        return
    subject = page.segments[page.lead].text.casefold()
    for segment in page.segments[page.lead + 1 :]:
        if segment.words <= SUBJECT and _REPLY.sub("", segment.text.casefold()) == subject:
            yield whole(segment, "duplicate_text", 0.85, "the subject of the thread again")


def _infobox(page: Page) -> Iterator[Mark]:
    """The headline again, as the head of a table beside the text."""
    if page.kind == "text" or page.lead < 0:
        return
    title = page.segments[page.lead].text
    for segment in page.segments[page.lead + 1 : page.lead + EARLY]:
        if segment.kind in ("th", "caption") and segment.text == title:
            yield whole(segment, "duplicate_text", 0.8, "the title again, above a table")


def _titles(page: Page) -> Iterator[Mark]:
    early = [s for s in page.segments[:EARLY] if 2 < s.words <= 40]
    words = [_words(segment.text) for segment in early]
    for at, segment in enumerate(early):
        own = words[at]
        for other, text in zip(early[at + 1 : at + 4], words[at + 1 : at + 4], strict=True):
            if page.kind == "html" and segment.kind not in HEADINGS and other.kind not in HEADINGS:
                continue
            if is_prose(other) and other.text.endswith((".", "。")) and page.kind == "text" and own != text:
                continue
            if len(own) > 2 and own == text and (segment.kind in HEADINGS or page.kind == "text"):
                gone = segment if other.index == page.lead else other
                yield whole(gone, "duplicate_text", 0.85, f"same title as block {other.index}")
            elif _names_site(segment.text, other.text, own, text):
                yield whole(segment, "duplicate_text", 0.85, f"block {other.index} with a name behind it")
            elif _names_site(other.text, segment.text, text, own) and not is_prose(other):
                yield whole(other, "duplicate_text", 0.85, f"block {segment.index} with a name behind it")


def _words(text: str) -> list[str]:
    return [word for word in text.split() if word.isalnum() or any(map(str.isalnum, word))]


def _names_site(longer: str, shorter: str, long_words: list[str], short_words: list[str]) -> bool:
    """Whether one title is the other with a short name behind it."""
    if longer.startswith(shorter) and longer[len(shorter) : len(shorter) + 1] in _GLUE:
        return 1 < len(longer) - len(shorter) <= GLUED
    count = len(short_words)
    return 3 <= count < len(long_words) <= count + SUFFIX and long_words[:count] == short_words
