"""Cookie and consent notices: "By continuing you accept our use of cookies"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Element, Mark, Page, Segment
from cleaners.rules.chosen import hinting, total
from cleaners.rules.common import CONFIDENCE, HEADINGS, cites, is_topic, named, quoted, shown, whole
from cleaners.stages import hints as h

STEMS = (
    "cookie", "gdpr", "rgpd", "dsgvo", "consent", "куки", "файлы cookie", "çerez", "ciastecz", "クッキー", "쿠키",
    "コンセント", "einwilligung", "consentement", "privacy", "datenschutz",
)  # fmt: skip
_WORDS = (
    "cookie",
    "куки",
    "çerez",
    "ciastecz",
    "クッキー",
    "쿠키",
    "gdpr",
    "consent",
    "einwilligung",
    "คุกกี้",
    "كوكيز",
    "עוגיות",
)
LONGEST = 120  # words: consent dialogues explain themselves at length
CONTAINER_SHARE = 0.5  # a consent container with more of the page's words than this is the page's own text
_CONTROLS = 6  # words
NOTICE = 8  # words
BOX = 80  # words of a notice with its buttons
_CELLS: Final = frozenset({"td", "th", "dt", "dd"})
ABOVE = 6  # blocks within which a heading speaks for a block
_ROOTS: Final = ("html", "body", "main", "article")


def cookie_notice(page: Page) -> Iterator[Mark]:
    """Containers of consent platforms, blocks in their wording, and what stands beside those at the page's ends."""
    most = CONTAINER_SHARE * (total(page) or 1)
    seen: set[int] = set()
    consent: dict[int, bool] = {}
    for segment in hinting(page, h.COOKIE):
        top = named(segment.element, h.COOKIE, _ROOTS)
        if top is not None:
            if top.node not in consent:
                consent[top.node] = top.words <= most and not _holds(top, page.lead)
            if not consent[top.node]:
                continue
        elif segment.size > _CONTROLS:
            continue
        seen.add(segment.index)
        yield whole(segment, "cookie_notice", 0.9, f"class “{(top.classes if top else segment.classes)[:60]}”")
    topic = is_topic(page, STEMS)
    for segment, hit in page.hits.get("cookie_notice", ()):
        if segment.size > LONGEST or segment.index in seen or quoted(segment):
            continue
        if topic and (hit.how != "exact" or segment.kind in HEADINGS):
            continue
        if cites(segment, hit.phrase) or (hit.how != "exact" and _under_topic(page, segment)):
            continue
        seen.add(segment.index)
        yield whole(segment, "cookie_notice", CONFIDENCE[hit.how], shown(hit))
    if seen and not topic:
        yield from _beside(page, seen)
        yield from _boxes(page, seen)


def _beside(page: Page, seen: set[int]) -> Iterator[Mark]:
    """Blocks next to a notice that speak of the same thing."""
    for index in sorted(seen):
        for step in (1, -1):
            at = index + step
            while 0 <= at < len(page.segments) and at not in seen:
                segment = page.segments[at]
                if segment.size > LONGEST or not _speaks(segment) or segment.index == page.lead:
                    break
                seen = seen | {at}
                yield whole(segment, "cookie_notice", 0.7, "beside a cookie notice")
                at += step


def _boxes(page: Page, seen: set[int]) -> Iterator[Mark]:
    """The buttons, headings and categories in the small box of a notice that no class names."""
    done: set[int] = set()
    for index in sorted(seen):
        notice = page.segments[index]
        if notice.hints & h.FOOTER or (notice.links and notice.size < NOTICE):  # a link speaks for itself alone
            continue
        box: Element | None = None
        up = notice.element
        while up is not None and up.words <= BOX and up.tag not in _ROOTS and up.tag != "main" and not _holds(up, page.lead):
            box, up = up, up.parent
        if box is None or box.node in done:
            continue
        done.add(box.node)
        members = page.segments[box.first : box.last]
        # under a heading that asks, above a button that answers, stands why
        longest = LONGEST if notice.kind in HEADINGS and any(s.kind == "control" for s in members) else _CONTROLS
        for segment in members:
            if segment.index not in seen and segment.size <= longest and segment.kind not in _CELLS:
                yield whole(segment, "cookie_notice", 0.7, "in the box of a cookie notice")


def _under_topic(page: Page, segment: Segment) -> bool:
    """Whether the heading above speaks of cookies in words that no notice uses: a recipe, a chapter."""
    for other in reversed(page.segments[max(0, segment.index - ABOVE) : segment.index]):
        if other.kind in HEADINGS:
            return _speaks(other) and not (other.hits and "cookie_notice" in other.hits)
    return False


def _speaks(segment: Segment) -> bool:
    text = segment.text.casefold()
    return any(word in text for word in _WORDS)


def _holds(element: Element, index: int) -> bool:
    return element.first <= index < element.last
