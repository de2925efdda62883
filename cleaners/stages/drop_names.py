"""Names for what the judge drops, read from the nearest element that has one: a page's own class names no block on it."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final

from cleaners.page import BOILERPLATE, Element, Segment
from cleaners.stages import hints as h

BOX: Final = 150  # words of an element whose name speaks for all that is in it
COUNTER: Final = 10  # words of an element named after counters
TITLE: Final = 4  # words of a link that is a title
# first match wins: the more telling name first
_NAMES: Final = (
    (h.SKIP, "skip_link"), (h.COOKIE, "cookie_notice"), (h.AD, "advertisement"), (h.BREADCRUMB, "breadcrumb"),
    (h.PAGINATION, "pagination"), (h.SHARE, "share_bar"), (h.NEWSLETTER, "newsletter"), (h.PAYWALL, "paywall"),
    (h.COMMENT, "comments"), (h.RELATED, "related_links"), (h.TAGS, "tags"), (h.AUTHOR_BOX, "author_box"),
    (h.CAPTION, "caption"), (h.BYLINE, "byline"), (h.DATE, "publish_date"), (h.APP, "app_promo"),
    (h.LOGIN, "login_prompt"), (h.LEGAL, "legal_footer"), (h.TOC, "navigation"), (h.NAV, "navigation"),
    (h.FORM | h.BUTTON, "form_controls"), (h.COUNT, "view_count"),
)  # fmt: skip
_LARGE: Final = ((h.COMMENT, "comments"), (h.RELATED, "related_links"), (h.NAV, "navigation"), (h.COOKIE, "cookie_notice"))
_EDGES: Final = ((h.FOOTER, "legal_footer"), (h.HEADER, "navigation"))
_ELSEWHERE: Final = h.SIDEBAR | h.RELATED
_ANY: Final = reduce(or_, (mask for mask, _ in _NAMES + _EDGES))


def drop_name(segment: Segment, known: dict[int, str]) -> str:
    """Why the judge drops a block: what a list says it is, else the name that the nearest element around it has.

    `known`: the names of elements found so far on this page.
    """
    if segment.hits:
        reason = next(iter(segment.hits))
        return "navigation" if _is_menu(segment, reason) else reason
    element = segment.element
    bits = segment.hints & _ANY  # less those of its element: of inline elements around all of its text
    if element is not None:
        bits &= ~element.hints
    return (_first(bits) if bits else "") or _nearest(element, known) or _by_form(segment)


def _first(bits: int) -> str:
    return next((name for mask, name in _NAMES if bits & mask), "")


def _nearest(element: Element | None, known: dict[int, str]) -> str:
    """The name of the innermost element that has one, for itself and for those passed on the way up."""
    passed: list[int] = []
    name = ""
    while element is not None and element.hints & _ANY:
        found = known.get(element.node)
        if found is not None:
            name = found
            break
        passed.append(element.node)
        bits = element.own & _ANY
        if bits:
            if bits & h.TAGS and element.hints & _ELSEWHERE:  # the site's topics, not the page's
                bits = bits & ~h.TAGS | (h.RELATED if element.hints & h.RELATED else h.NAV)
            if bits & h.COUNT and element.words > COUNTER:
                bits &= ~h.COUNT
            table = _NAMES if element.words <= BOX else _LARGE if element.tag not in ("html", "body") else ()
            name = next((word for mask, word in table + _EDGES if bits & mask), "")
            if name:
                break
        element = element.parent
    for node in passed:
        known[node] = name
    return name


def _is_menu(segment: Segment, reason: str) -> bool:
    """Whether a bar of links, only some of which a list knows, is more a menu than what those are."""
    return (
        reason in ("legal_footer", "comments", "tags")
        and segment.links > 2
        and not segment.hints & h.FOOTER
        and segment.link_chars * 10 > len(segment.text) * 8
    )


def _by_form(segment: Segment) -> str:
    if segment.origin == "hidden":
        return "hidden_text"
    if segment.kind == "control":
        return "form_controls"
    linked = segment.link_chars * 10 > len(segment.text) * 8
    if linked and segment.words < TITLE + 2:
        return "navigation"
    element = segment.element
    if element is not None and _is_card(element):
        return "related_links"
    return BOILERPLATE


def _is_card(element: Element) -> bool:
    """Whether a small element named a card holds a linked title."""
    up: Element | None = element
    for _ in range(3):
        if up is None or up.words > BOX // 2:
            return False
        if up.own & h.CARD:
            return up.links >= TITLE
        up = up.parent
    return False
