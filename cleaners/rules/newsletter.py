"""Newsletter calls: "Subscribe to our newsletter"."""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.page import Element, Mark, Page
from cleaners.rules.common import is_topic, phrase_marks, section, size, whole
from cleaners.stages import hints as h

STEMS = ("newsletter", "рассыл", "boletín", "subscri", "abonnement")
LONGEST = 60  # words
BOX_WORDS = 120  # a sign-up box with its small print


def newsletter(page: Page) -> Iterator[Mark]:
    """Calls to subscribe, and the small boxes they stand in."""
    topic = is_topic(page, STEMS)
    boxes: dict[int, bool] = {}
    if not topic:
        for segment in page.segments:
            if segment.hints & h.NEWSLETTER:
                box = _box(segment.element)
                if box is None:
                    continue
                if box.node not in boxes:
                    boxes[box.node] = box.words <= BOX_WORDS and not box.first <= page.lead < box.last
                if boxes[box.node]:
                    yield whole(segment, "newsletter", 0.85, f"class “{box.classes[:60]}”")
    for mark in phrase_marks(page, "newsletter", longest=LONGEST, stems=STEMS):
        yield mark
        label = next(s for s, _ in page.hits["newsletter"] if s.start == mark.start)
        if topic or size(label) > 12 or page.kind == "text":
            continue
        group = section(page, label)
        if sum(page.segments[i].words for i in group) <= BOX_WORDS and not label.hints & h.FOOTER:
            for i in group:
                segment = page.segments[i]
                if i != label.index and (segment.kind in ("control", "legend") or segment.hints & h.FORM):
                    yield whole(segment, "newsletter", 0.7, "with a newsletter call")


def _box(element: Element | None) -> Element | None:
    found = None
    while element is not None:
        if element.own & h.NEWSLETTER and element.tag not in ("html", "body", "main", "article"):
            if found is not None and element.words > BOX_WORDS:
                break
            found = element
        element = element.parent
    return found
