"""Second thoughts on the judge's word: what belongs together stays together."""

from __future__ import annotations

from typing import Final

from cleaners.page import Element, Mark, Page, Segment
from cleaners.stages import hints as h

SMALLEST: Final = 4  # blocks of a table
STANDFIRST: Final = 28  # characters of a heading right below the headline that is no label
SUMMARY: Final = 10  # words of one that stands some lines below it
BELOW: Final = 8  # blocks
PARAGRAPH: Final = 25  # words
LINKED: Final = 0.5  # of a table's words; one with more is an index of other pages
_PARTS: Final = {"th": "table", "dt": "dl"}
_FURNITURE: Final = (
    h.NAV | h.SIDEBAR | h.FOOTER | h.HEADER | h.FORM | h.RELATED | h.COMMENT | h.AD | h.MODAL | h.POPUP | h.META | h.SHARE
    | h.COOKIE | h.LOGIN | h.BYLINE | h.DATE | h.TAGS | h.AUTHOR_BOX | h.HIDDEN | h.CLOAKED | h.TOC | h.PAGINATION
)  # fmt: skip


def keep_together(page: Page, judged: list[Mark | None]) -> list[Mark | None]:
    """The judge's drops, less those that would tear a table or list of terms, or shorten a declared text.

    A figure without its label says nothing. Keeping all cells of tables with header cells inside the text gains
    .003 F1 on documentation and on products of wcxb-dev and loses nothing elsewhere.
    """
    out = list(judged)
    declared = [segment for segment in page.segments if segment.origin in ("json_ld", "state")]
    shown = sum(s.words for s, drop in zip(page.segments, judged, strict=True) if drop is None and s.origin == "visible")
    if 2 * shown < sum(segment.words for segment in declared):  # else it may be the same text in other words
        for segment in declared:
            out[segment.index] = None
    if page.kind == "text" or page.page_kind == "forum":
        return out
    lead = page.segments[page.lead] if page.lead >= 0 else None
    title = lead.text if lead is not None else ""
    around = lead.hints if lead is not None else 0
    if lead is not None and (below := _standfirst(page, lead.index)) is not None:
        out[below.index] = None
    seen: set[int] = set()
    for segment in page.segments:
        if segment.kind not in _PARTS:
            continue
        home = _home(segment.element, _PARTS[segment.kind])
        if home is None or home.node in seen:
            continue
        seen.add(home.node)
        if _is_data(home, around):
            for part in page.segments[home.first : home.last]:
                if part.kind != "control" and not part.hints & h.CAPTION and part.text != title:
                    out[part.index] = None
    return out


def _standfirst(page: Page, lead: int) -> Segment | None:
    """The heading that sums the article up: below the headline, or between the lines under it and the first paragraph."""
    for segment in page.segments[lead + 1 : lead + BELOW]:
        if segment.kind in ("h2", "h3", "h4") and not segment.links and not segment.hits and len(segment.text) >= STANDFIRST:
            if segment.index == lead + 1 or (segment.words >= SUMMARY and not segment.hints & _FURNITURE & ~h.HEADER):
                return segment
        if segment.words >= PARAGRAPH and segment.link_chars * 3 < len(segment.text):
            break
    return None


def _home(element: Element | None, tag: str) -> Element | None:
    while element is not None and element.tag != tag:
        element = element.parent
    return element


def _is_data(home: Element, around: int) -> bool:
    """Whether a table stands in the text; what is said of the headline, too, is said of all."""
    if home.last - home.first < SMALLEST or home.hints & _FURNITURE & ~around:
        return False
    return bool(home.hints & (h.MAIN | h.CONTENT | h.PRODUCT)) and home.links <= LINKED * home.words
