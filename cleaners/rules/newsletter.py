"""Newsletter calls: "Subscribe to our newsletter"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Element, Mark, Page
from cleaners.rules.chosen import hinting
from cleaners.rules.common import is_topic, phrase_hits, phrase_mark, section, whole
from cleaners.stages import hints as h

STEMS = ("newsletter", "рассыл", "boletín", "subscri", "abonnement")
LONGEST = 60  # words
FORM_BOX = 60  # words of a box that is known by its form and one phrase
BOX_WORDS = 120  # a sign-up box with its small print


def newsletter(page: Page) -> Iterator[Mark]:
    """Calls to subscribe, and the small boxes they stand in."""
    topic = is_topic(page, STEMS)
    boxes: dict[int, bool] = {}
    if not topic:
        for segment in hinting(page, h.NEWSLETTER):
            box = _box(segment.element)
            if box is None:
                continue
            if box.node not in boxes:
                boxes[box.node] = box.words <= BOX_WORDS and not box.first <= page.lead < box.last
            if boxes[box.node]:
                yield whole(segment, "newsletter", 0.85, f"class “{box.classes[:60]}”")
    yield from _form_boxes(page)
    for label, hit in phrase_hits(page, "newsletter", longest=LONGEST, stems=STEMS):
        yield phrase_mark(label, "newsletter", hit)
        if topic or label.size > 12 or page.kind == "text":
            continue
        group = section(page, label)
        if sum(page.segments[i].words for i in group) <= BOX_WORDS and not label.hints & h.FOOTER:
            for i in group:
                segment = page.segments[i]
                if i != label.index and (segment.kind in ("control", "legend") or segment.hints & h.FORM):
                    if i < label.index and segment.hits and "newsletter" not in segment.hits:
                        continue  # a search field in the same column
                    yield whole(segment, "newsletter", 0.7, "with a newsletter call")


def _form_boxes(page: Page) -> Iterator[Mark]:
    """Small boxes with a form, one of whose blocks calls for the newsletter: the others say why one should."""
    seen: set[int] = set()
    for segment, hit in page.hits.get("newsletter", ()):
        up = segment.element
        while up is not None and up.words <= FORM_BOX and up.tag not in ("body", "main", "article"):
            members = page.segments[up.first : up.last]
            if up.first <= page.lead < up.last:
                break
            if len(members) > 1 and any(s.kind == "control" or s.hints & h.FORM for s in members):
                if up.node not in seen:
                    seen.add(up.node)
                    for member in members:
                        if member.index < segment.index and member.hits and "newsletter" not in member.hits:
                            continue
                        yield whole(member, "newsletter", 0.75, f"in a box with a form and “{hit.phrase}”")
                break
            up = up.parent


def _box(element: Element | None) -> Element | None:
    found = None
    while element is not None:
        if element.own & h.NEWSLETTER and element.tag not in ("html", "body", "main", "article"):
            if found is not None and element.words > BOX_WORDS:
                break
            found = element
        element = element.parent
    return found
