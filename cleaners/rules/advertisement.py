"""Advertisement labels and slots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cleaners.page import Element, Mark, Page
from cleaners.rules.common import hinted, phrase_marks, whole
from cleaners.rules.phrases import EDGES, phrase_lists
from cleaners.stages import hints as h

LABEL = 30  # characters
_NETWORKS: Final = re.compile(r"taboola|outbrain|revcontent|zergnet|mgid(?:box)?", re.I)  # they sell "stories you may like"


def advertisement(page: Page) -> Iterator[Mark]:
    """Labels of ad slots, and short texts inside elements that are named as slots."""
    yield from phrase_marks(page, "advertisement", longest=12)
    for segment in page.segments:
        label = len(segment.text) - segment.link_chars - segment.text.count("\n")
        if 0 < label <= LABEL and segment.links and segment.fold[:label].strip(EDGES) in _labels():
            yield whole(segment, "advertisement", 0.85, "a label with a link behind it")
        if segment.hints & h.RELATED and (network := _network(segment.element)):
            yield whole(segment, "advertisement", 0.85, f"class “{network}”")
    yield from hinted(page, "advertisement", h.AD, longest=11, confidence=0.7)


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    languages = phrase_lists().get("advertisement", {}).values()
    return frozenset(phrase for keys in languages for how in ("exact", "labels") for phrase in keys.get(how, ()))


def _network(element: Element | None) -> str:
    while element is not None:
        if element.own & h.RELATED and (found := _NETWORKS.search(element.classes)):
            return found[0]
        element = element.parent
    return ""
