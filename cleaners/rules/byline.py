"""Bylines: "By Anna Smith". They become metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.chosen import hinting
from cleaners.rules.common import CONFIDENCE, HEADINGS, close, is_prose, quoted, shown, whole
from cleaners.rules.dates import without_dates
from cleaners.rules.forum import profiles, quoted_names
from cleaners.stages import hints as h

LONGEST = 16  # words
NAME_WORDS = 8
NEAR = 8  # blocks after the headline
LINE = 24  # words of a line of names, dates and reading times under a headline
REST = 6  # words of such a line that are neither the author's name nor a date: "senior reporter", "3 min read"
BOX = 80  # words of an element named after the author
ADDRESSED = 4  # words beside an e-mail address
_IN_LINES: Final = h.BYLINE | h.DATE | h.META
_NO_LINES: Final = frozenset({"td", "th", "dd", "dt"})
_WORD: Final = re.compile(r"[^\W\d_]+")
_EMAIL: Final = re.compile(r"[(<\[]?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[)>\]]?")
SIGNED = 3  # words
_FAMILIES: Final = frozenset({"di", "de", "da"})  # they begin names, too: "Di Maio"
_REPORTER: Final = re.compile(
    r"(?:[\[(（][^\])）]{2,20}[\])）]\s?)?(?:[가-힣]{2,4}(?:[·,\s]\s?)){1,3}[가-힣]{0,4}기자(?:\s\S+@\S+)?"
)
_STOPS: Final = '.!?…»”")'
_INITIALS: Final = re.compile(r"\([^\W\d_]{2,5}(?:[/,-] ?[^\W\d_]{2,5}){0,3}\)")
_SURNAME: Final = re.compile(
    r"(?:[^\W\d_a-zà-ÿ][^\W\d_]*[a-zà-ÿа-яё][^\W\d_]*\s){1,2}[^\W\d_a-zà-ÿа-яё]{4,}(?:-[^\W\d_a-zà-ÿа-яё]{3,})?"
)
_NAME_END: Final = re.compile(r"\s*[·•|»—–,\n]\s*|\s+(?=\d)")
_NAME: Final = re.compile(
    r"(?:[^\W\d_a-zà-ÿ][\w'’.\-]*|de|da|di|del|della|van|von|der|den|bin|al|el|la|le|du|dos|das|y|e|and|und|et|och|en|&|,|\|)",
)


def byline(page: Page) -> Iterator[Mark]:
    """Who wrote it: near the headline, or at the end of the text."""
    if page.kind == "html":
        for segment in hinting(page, h.BYLINE):
            if segment.size <= LONGEST and segment.index != page.lead:
                if not close(segment, h.BYLINE, BOX):
                    continue
                if segment.hits and "byline" not in segment.hits and segment.hits.keys() & {"publish_date", "author_box"}:
                    continue
                if (
                    segment.kind not in (*HEADINGS, *_NO_LINES)
                    and not segment.hints & (h.POST | h.AUTHOR_BOX)
                    and _label(segment)
                ):
                    yield whole(segment, "byline", 0.8, "class names the author")
    for segment, hit in page.hits.get("byline", ()):
        if segment.size > LONGEST or quoted(segment) or segment.kind in HEADINGS or segment.index == page.lead:
            continue
        if segment.hits and "author_box" in segment.hits:
            continue
        if hit.how == "starts_name":
            if hit.phrase in _FAMILIES and segment.text[0].isupper() and not segment.hints & _IN_LINES:
                continue
            rest = segment.text.strip()[len(hit.phrase) :].strip(" :：/／|-–—")
            if not (_placed(page, segment) and is_name(rest)) and not _dated_name(page, rest):
                continue
        elif not _label(segment) and not (page.page_kind == "forum" and segment.hits and "publish_date" in segment.hits):
            continue
        yield whole(segment, "byline", CONFIDENCE[hit.how], shown(hit))
    yield from _lines(page)
    yield from _addresses(page)
    yield from _signed(page)
    if page.language == "ko":
        yield from _reporters(page)
    if page.page_kind == "forum":
        for segment in profiles(page):
            yield whole(segment, "byline", 0.8, "who the poster is")
        for segment in quoted_names(page):
            yield whole(segment, "byline", 0.75, "whom the quotation is by")


def _dated_name(page: Page, rest: str) -> bool:
    """Whether a name and nothing but a date follow: the byline of an entry of a list, of a post in a thread."""
    name, tail = _NAME_END.split(rest, maxsplit=1) if _NAME_END.search(rest) else (rest, "")
    left, dated = without_dates(tail.casefold())
    known = is_name(name) or (page.page_kind == "forum" and " " not in name.strip())
    return dated and known and len(left) <= 2


def _signed(page: Page) -> Iterator[Mark]:
    """Right below a paragraph: the initials of writer and editor, or a name whose surname is in capitals."""
    if page.page_kind not in ("article", "other"):
        return
    for before, segment in pairwise(page.segments):
        if segment.words > SIGNED or segment.links or before.words <= SIGNED or segment.kind not in ("p", "div", "line"):
            continue
        text = segment.text
        if text[0] == "(" and _INITIALS.fullmatch(text):
            yield whole(segment, "byline", 0.75, "initials below the text")
        elif text[-1].isupper() and _SURNAME.fullmatch(text) and is_prose(before) and before.text[-1] in _STOPS:
            yield whole(segment, "byline", 0.75, "a name below the text, the surname in capitals")


def _reporters(page: Page) -> Iterator[Mark]:
    """Korean bylines: the name, then what its bearer is."""
    for segment in page.segments:
        if (
            segment.words <= LONGEST
            and "기자" in segment.text
            and _REPORTER.fullmatch(segment.text)
            and _placed(page, segment)
        ):
            yield whole(segment, "byline", 0.8, "a reporter's name")


def _addresses(page: Page) -> Iterator[Mark]:
    """A reporter's name and address, alone on a line near the headline or at the end."""
    if "@" not in page.source_text:
        return
    for segment in page.segments:
        if "@" not in segment.text or segment.size > NAME_WORDS or segment.hints & h.FOOTER or segment.kind in _NO_LINES:
            continue
        rest, found = _EMAIL.subn(" ", segment.text)
        words = rest.replace("|", " ").split()
        alone = (
            0 < len(words) <= ADDRESSED
            and not any(map(str.isdigit, rest))
            and not rest.rstrip().endswith((".", ":", "!", "?", ","))
        )
        if found and alone and _placed(page, segment):
            yield whole(segment, "byline", 0.75, "a name and an address")


def _lines(page: Page) -> Iterator[Mark]:
    """Lines near the headline that hold the declared author's name and little but dates besides."""
    declared = getattr(page.facts.get("metadata"), "author", "") or ""
    author = frozenset(_WORD.findall(declared.casefold()))
    if not author or (len(author) == 1 and declared.isascii()):  # a single word is as often no name
        return
    lead = max(0, page.lead)
    for segment in page.segments[max(0, lead - 4) :]:
        if segment.index > lead + NEAR and not segment.hints & _IN_LINES:
            continue
        if segment.size > LINE or segment.kind in _NO_LINES or segment.kind in HEADINGS or segment.index == page.lead:
            continue
        if declared.casefold() not in segment.text.casefold() or not _label(segment):
            continue
        left, dated = without_dates(segment.text.casefold())
        rest = [word for word in left if word not in author and len(word) > 2]
        hit = segment.hits and segment.hits.keys() & {"byline", "publish_date", "reading_time"}
        if len(rest) <= (REST if dated or hit else 1):
            yield whole(segment, "byline", 0.8, f"the author's name{' and a date' if dated else ''}")


def _label(segment: Segment) -> bool:
    """A line of names and dates, not a sentence."""
    text = segment.text
    return not (text.endswith((".", "!", "?", "。")) and segment.size > 6)


def _placed(page: Page, segment: Segment) -> bool:
    lead = max(0, page.lead)
    return segment.index <= lead + NEAR or segment.index >= len(page.segments) * 0.6


def is_name(text: str) -> bool:
    """Whether a text reads as one or a few people's names.

    >>> is_name("Bruno Finel"), is_name("the river and the sea"), is_name("Ana de la Cruz and Li Wei")
    (True, False, True)
    """
    words = text.replace(",", " , ").split()
    if not words or len(words) > NAME_WORDS * 2:
        return False
    if not text.isascii() and not any(c.isupper() or c.islower() for c in text):
        return len(text) <= 24  # scripts without case
    core = [word for word in words if word not in (",", "|")]
    if len(core) > NAME_WORDS or not core[0][:1].isupper() or text.endswith((".", "!", "?")):
        return False
    return all(_NAME.fullmatch(word) for word in words) and sum(word[0].isupper() for word in core) >= min(2, len(core))
