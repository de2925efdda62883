"""Menus and lists of sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.chosen import beginning, hinting, linked
from cleaners.rules.common import HEADINGS, is_prose, phrase_marks, whole
from cleaners.stages import hints as h

LONGEST = 8  # words
LINE = 12  # words of a line in the lists
ANCHORS: Final = "¶§#\u200b\u200c🔗 "  # signs behind a heading that link to it
_BACK: Final = re.compile(r"[\^↑](?:\s[a-z]{1,2}(?=\s))*\s+")
RUN = 5  # short lines in a row, several of them menu words, are a menu in plain text


def navigation(page: Page) -> Iterator[Mark]:
    """Elements that are navigation by their own declaration, and single menu words."""
    for segment in hinting(page, h.NAV | h.SIDEBAR):
        if segment.hints & h.NAV and not is_prose(segment) and segment.index != page.lead:
            if _declared(segment):
                yield whole(segment, "navigation", 0.85, "inside <nav>")
        elif segment.hints & h.SIDEBAR and segment.kind == "li" and not segment.hints & (h.MAIN | h.CONTENT):
            lists = page.page_kind in ("listing", "collection")
            if not lists and segment.link_chars == len(segment.text) and segment.size <= LONGEST:
                yield whole(segment, "navigation", 0.7, "a list of links in a side column")
        elif segment.hints & h.NAV and _is_content(segment):
            yield Mark(segment.start, segment.stop, "keep", "navigation", "navigation", 0.7, "text", "a menu of no links")
    if page.kind == "html":
        yield from _anchors(page)
        yield from _back_links(page)
        yield from _line_numbers(page)
        buttons = {s.start for s, _ in page.hits.get("navigation", ()) if s.kind == "control" and s.hints & h.FORM}
        yield from (mark for mark in phrase_marks(page, "navigation", longest=LINE) if mark.start not in buttons)
        return
    hits = {segment.index for segment, _ in page.hits.get("navigation", ())}
    yield from phrase_marks(page, "navigation", longest=LONGEST)
    yield from _runs(page, hits)


def _anchors(page: Page) -> Iterator[Mark]:
    """The sign behind a heading that links to the heading itself: "¶", "#", a zero-width space."""
    for segment in linked(page):
        if segment.kind in HEADINGS or segment.kind == "dt":
            bare = segment.text.rstrip(ANCHORS)
            if segment.kind == "dt":
                bare = bare.removesuffix("[source]").rstrip()
            if bare and len(bare) < len(segment.text) and segment.link_chars < len(segment.text):
                start = segment.start + len(bare)
                yield Mark(
                    start, segment.stop, "drop", "navigation", "navigation", 0.9, "text", "a heading's link to itself"
                )


def _back_links(page: Page) -> Iterator[Mark]:
    """The carets and letters before an encyclopedia's references, which lead back to the text."""
    for segment in beginning(page, "^↑"):
        if segment.href.startswith("#") and (found := _BACK.match(segment.text)):
            stop = segment.start + found.end()
            yield Mark(segment.start, stop, "drop", "navigation", "navigation", 0.9, "text", "links back to the text")


def _line_numbers(page: Page) -> Iterator[Mark]:
    """A column of line numbers beside the code they count."""
    for segment, code in pairwise(page.segments):
        if code.kind != "pre" or not segment.text[0].isdigit() or "\n" not in segment.text:
            continue
        lines = segment.text.split()
        first = int(lines[0]) if lines[0].isdecimal() else 0
        if lines == [str(first + at) for at in range(len(lines))] and abs(code.text.count("\n") + 1 - len(lines)) <= 2:
            yield whole(segment, "navigation", 0.85, "line numbers beside code")


def _declared(segment: Segment) -> bool:
    """Whether an element says so: `<nav>`, or a list called a menu whose entries lead somewhere."""
    element = segment.element
    leads = segment.link_chars * 2 > len(segment.text) or segment.kind == "control"
    while element is not None:
        if element.tag == "nav":
            return True
        if element.own & h.NAV and ("navbox" in element.classes or (leads and element.tag in ("ul", "header", "menu"))):
            return True
        element = element.parent
    return False


def _is_content(segment: Segment) -> bool:
    """Whether a list called a menu leads nowhere and stands in the text: what a kitchen serves."""
    text = segment.text
    inside = segment.hints & h.MAIN and not segment.hints & (h.FORM | h.BUTTON | h.HEADER | h.FOOTER | h.SIDEBAR)
    return (
        bool(inside) and segment.origin == "visible" and not segment.links and "\n" in text and any(map(str.isdigit, text))
    )


def _runs(page: Page, hits: set[int]) -> Iterator[Mark]:
    """Short lines at the top or the bottom of which several are menu words."""
    segments = page.segments
    for order in (segments, segments[::-1]):
        run: list[Segment] = []
        for segment in order:
            if segment.size > 4 or segment.text.endswith((".", "!", "?", ":", "。")):
                break
            run.append(segment)
        if len(run) >= RUN and sum(s.index in hits for s in run) >= 3 and len(run) < len(segments) // 2:
            for segment in run:
                if segment.index not in hits:
                    yield whole(segment, "navigation", 0.7, "in a run of menu words")
