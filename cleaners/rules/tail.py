"""What stands below a page's text: headings over nothing but links, headings over forms, bare lists of topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Page, Segment
from cleaners.rules.chosen import once
from cleaners.rules.common import HEADINGS, prose
from cleaners.stages import hints as h

HEADING = 10  # words
TOPIC = 3  # words
_KINDS: Final = frozenset({"article", "other"})
_FURNITURE: Final = h.FOOTER | h.COOKIE | h.COMMENT | h.RELATED | h.SIDEBAR | h.NAV | h.MODAL | h.AUTHOR_BOX | h.NEWSLETTER


def linked_sections(page: Page) -> Iterator[Segment]:
    """Headings below the text with nothing but links under them, and those links."""
    for heading, group in _sections(page):
        if heading is None or sum(s.links for s in group) < 2:
            continue
        if all(_is_link(s) for s in group):
            yield heading
            yield from group


def form_headings(page: Page) -> Iterator[Segment]:
    """Headings below the text that stand over a form."""
    for heading, group in _sections(page):
        if heading is not None and group and (group[0].kind == "control" or group[0].hints & h.FORM):
            yield heading


def topics(page: Page) -> Iterator[Segment]:
    """Two and more links of a word or three in a row below the text, with no heading over them."""
    for heading, group in _sections(page):
        run: list[Segment] = []
        for segment in [*group, None] if heading is None else []:
            if segment is not None and segment.kind == "li" and _is_link(segment) and segment.size <= TOPIC:
                run.append(segment)
                continue
            if len(run) > 1:
                yield from run
            run = []


_Section = tuple[Segment | None, list[Segment]]


def _sections(page: Page) -> list[_Section]:
    """Headings below the last paragraph, each with the blocks up to the next; first those without one."""
    sections: list[_Section] = once(page, "sections below", lambda page: list(_below(page)))
    return sections


def _below(page: Page) -> Iterator[_Section]:
    if page.kind == "text" or page.page_kind not in _KINDS:
        return
    last = next((segment.index for segment in reversed(prose(page)) if _is_text(segment)), -1)
    if last < 0 or last < page.lead:
        return
    heading: Segment | None = None
    group: list[Segment] = []
    for segment in page.segments[last + 1 :]:
        if segment.hints & h.FOOTER:
            break
        if segment.hints & h.NAV:
            continue
        if segment.kind in HEADINGS:
            yield heading, group
            heading, group = (segment if segment.size <= HEADING else None), []
        else:
            group.append(segment)
    yield heading, group


def _is_text(segment: Segment) -> bool:
    return segment.origin == "visible" and not segment.hits and not segment.hints & _FURNITURE


def _is_link(segment: Segment) -> bool:
    return segment.links > 0 and segment.link_chars * 5 >= len(segment.text) * 4
