"""Text that no reader sees: cloaked by style tricks, or hidden labels and links.

Hidden prose is not dropped here, but for a single paragraph among others that are seen: of hidden paragraphs .28
(daniel-dev), .49 (wcxb-dev) and .87 (news-dev) of the words stand in the gold texts, for scripts show them later. The
judge weighs those with all else it sees.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Element, Mark, Page, Segment
from cleaners.rules.chosen import hinting, in_order, total
from cleaners.rules.common import HEADINGS, is_prose, whole
from cleaners.stages import hints as h

LABEL = 10  # words
MUCH = 0.4  # of a page's words
PROSE = 0.6  # of a hidden element's words
LONG = 100  # words of prose in it
TEXT, PAGE = 1, 2  # what is hidden
_DIALOGUES = h.FORM | h.MODAL | h.POPUP | h.COOKIE | h.LOGIN | h.NAV | h.FOOTER | h.COMMENT
_HIDING = h.HIDDEN | h.CLOAKED
LONGEST = 40  # words of a hidden paragraph among others; longer ones are an article's second page as often as not


def hidden_text(page: Page) -> Iterator[Mark]:
    """Whatever is cloaked, and what is hidden without being prose."""
    told: dict[int, int] = {}
    tops: dict[int, Element | None] = {}
    hidden = [segment for segment in page.segments if segment.origin == "hidden"]
    for segment in in_order([hinting(page, h.VISUALLY_HIDDEN), hidden]):
        if segment.origin != "hidden":
            if segment.size <= LABEL and segment.kind not in HEADINGS and (segment.hints & h.FORM or _inside(page, segment)):
                yield whole(segment, "hidden_text", 0.75, "a label for screen readers")
            continue
        hides = _what_is_hidden(page, _hider(segment.element, tops), told)
        if hides == PAGE:
            continue
        if segment.hints & h.CLOAKED:
            yield whole(segment, "hidden_text", 0.95, "cloaked: off-screen, zero size or colour on colour")
        elif _odd_one_out(page, segment):
            yield whole(segment, "hidden_text", 0.8, "hidden among paragraphs that are not")
        elif segment.words <= LONGEST and segment.hits and "form_controls" in segment.hits:
            yield whole(segment, "hidden_text", 0.8, "hidden, and the answer of a form")
        elif segment.kind == "control" or segment.hints & h.FORM or (hides != TEXT and not is_prose(segment)):
            yield whole(segment, "hidden_text", 0.85, "hidden, and not prose")


def _hider(element: Element | None, known: dict[int, Element | None]) -> Element | None:
    """The outermost element that hides this one. `known`: what was found so far, for hidden blocks stand together."""
    passed: list[Element] = []
    while element is not None and element.node not in known:
        passed.append(element)
        element = element.parent
    top = None if element is None else known[element.node]
    for inner in reversed(passed):
        if top is None and inner.own & _HIDING and inner.tag not in ("html", "body"):
            top = inner
        known[inner.node] = top
    return top


def _what_is_hidden(page: Page, top: Element | None, told: dict[int, int]) -> int:
    """Whether what hides the block hides the page itself, a long text, or neither: scripts will show the first two."""
    if top is None:
        return 0
    if top.node not in told:
        members = page.segments[top.first : top.last]
        prose = sum(s.words for s in members if is_prose(s) and not s.hits)
        much = not top.own & h.CLOAKED and top.words > MUCH * total(page) and not top.hints & _DIALOGUES
        if much or top.first <= page.lead < top.last:
            told[top.node] = PAGE
        else:
            told[top.node] = TEXT if prose > max(LONG, PROSE * top.words) else 0
    return told[top.node]


def _inside(page: Page, segment: Segment) -> bool:
    """Whether the rest of the block is there for all to see."""
    near = page.segments[max(0, segment.index - 1) : segment.index + 2]
    return any(other.element is segment.element and other is not segment for other in near)


def _odd_one_out(page: Page, segment: Segment) -> bool:
    """Whether the element above holds more that is seen than hidden: no script will show its text as a whole."""
    own = segment.element
    home = own.parent if own is not None else None
    if own is None or home is None or segment.words > LONGEST or not own.own & h.HIDDEN or home.tag in ("body", "html"):
        return False
    around = page.segments[home.first : home.last]
    seen = sum(other.words for other in around if other.origin == "visible" and is_prose(other))
    return seen > 3 * sum(other.words for other in around if other.origin == "hidden")
