"""Advertisement labels and slots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cleaners.page import Element, Mark, Page, Segment
from cleaners.rules.chosen import hinting, in_order, linked
from cleaners.rules.common import hinted, phrase_hits, phrase_mark, whole
from cleaners.rules.phrases import EDGES, phrase_lists
from cleaners.stages import hints as h

LABEL = 30  # characters
BOX = 40  # words of a labelled advertisement
BLOCKS = 6
_NAMED: Final = frozenset({"related_links", "newsletter", "app_promo", "comments", "tags", "author_box"})
_LABELLED: Final = frozenset({"td", "th", "dd", "dt", "pre"})
_NETWORKS: Final = re.compile(r"taboola|outbrain|revcontent|zergnet|mgid(?:box)?", re.I)  # they sell "stories you may like"


def advertisement(page: Page) -> Iterator[Mark]:
    """Labels of ad slots, and short texts inside elements that are named as slots."""
    for segment, hit in phrase_hits(page, "advertisement", longest=12):
        yield phrase_mark(segment, "advertisement", hit)
        if hit.how in ("exact", "labels"):
            yield from _boxed(page, segment)
    labels = _labels()
    networks: dict[int, str] = {}
    for segment in in_order([linked(page), hinting(page, h.RELATED)]):
        if segment.links and segment.link_chars < (length := len(segment.text)):
            label = length - segment.link_chars - segment.text.count("\n")
            if 0 < label <= LABEL and segment.fold[:label].strip(EDGES) in labels:
                yield whole(segment, "advertisement", 0.85, "a label with a link behind it")
        if segment.hints & h.RELATED and (network := _network(segment.element, networks)):
            yield whole(segment, "advertisement", 0.85, f"class “{network}”")
    yield from hinted(page, "advertisement", h.AD, longest=11, confidence=0.7)


def _boxed(page: Page, label: Segment) -> Iterator[Mark]:
    """What stands under a label in a small element that links somewhere."""
    up = label.element
    box: Element | None = None
    while up is not None and up.first == label.index and up.words <= BOX and up.tag not in ("body", "main"):
        box, up = up, up.parent
        if box.last > label.index + 1:  # the smallest that holds more than the label
            break
    if box is None or not box.links or not label.index < box.last - 1 <= label.index + BLOCKS:
        return
    members = page.segments[label.index + 1 : box.last]
    if box.first <= page.lead < box.last or any(s.kind in _LABELLED or (s.hits and s.hits.keys() & _NAMED) for s in members):
        return
    for segment in members:
        yield whole(segment, "advertisement", 0.8, "in a box with a label for advertisements")


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    languages = phrase_lists().get("advertisement", {}).values()
    return frozenset(phrase for keys in languages for how in ("exact", "labels") for phrase in keys.get(how, ()))


def _network(element: Element | None, known: dict[int, str]) -> str:
    """The network that an element is named after, or the nearest above it that is. `known`: what was found so far."""
    passed: list[int] = []
    name = ""
    while element is not None:
        if element.node in known:
            name = known[element.node]
            break
        passed.append(element.node)
        if element.own & h.RELATED and (found := _NETWORKS.search(element.classes)):
            name = found[0]
            break
        element = element.parent
    known.update(dict.fromkeys(passed, name))
    return name
