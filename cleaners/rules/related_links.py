"""Related, recommended, most-read and "also read" blocks, inline ones included."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.chosen import hinting, total
from cleaners.rules.common import (
    CONFIDENCE,
    HEADINGS,
    heads_prose,
    is_prose,
    named,
    prose,
    quoted,
    section,
    shown,
    titled,
    whole,
)
from cleaners.rules.phrases import Hit
from cleaners.rules.tail import linked_sections
from cleaners.stages import hints as h

LABEL = 10  # words
INLINE = 40  # words of a read-also line
SHARE = 0.5  # of the page's words in a container named "related", at most
LINKED = 0.3  # link share of the section that a label opens, at least
TAIL_WORDS = 200  # and no more than these
TAIL = 0.35  # of a plain text's words that may follow a label at its end
TITLE_WORDS = 20
CARD = 60  # words of a teaser in the text
CARD_LEAST = 4  # … and of its linked title
CARD_LINKED = 0.4  # … and of all of it
_CARDS: Final = h.WIDGET | h.CARD | h.SIDEBAR
_ASIDE: Final = h.SIDEBAR | h.FOOTER | h.COMMENT | h.RELATED | h.NAV
_NOT_CARDS: Final = h.COMMENT | h.POST | h.PRODUCT | h.TOC
_CELLS: Final = frozenset({"td", "th", "dt", "dd"})
_ROOTS: Final = ("html", "body", "main")


def related_links(page: Page) -> Iterator[Mark]:
    """Containers named so, sections opened by a label, and single lines that point elsewhere."""
    if page.kind == "html":
        yield from _containers(page)
        yield from _cards(page)
        for segment in linked_sections(page):
            yield whole(segment, "related_links", 0.75, "below the text, a heading over links")
    for segment, hit in page.hits.get("related_links", ()):
        if quoted(segment) or segment.index == page.lead:
            continue
        if hit.how in ("starts", "contains"):
            if segment.size <= INLINE and _points_away(page, segment):
                yield whole(segment, "related_links", CONFIDENCE[hit.how], shown(hit))
            continue
        if segment.size > LABEL:
            continue
        if page.kind == "text" and hit.how != "labels":
            yield whole(segment, "related_links", 0.8, shown(hit))
        elif page.kind == "text":
            yield from _text_section(page, segment, shown(hit))
        else:
            yield from _html_section(page, segment, hit)


def _containers(page: Page) -> Iterator[Mark]:
    most = SHARE * (total(page) or 1)
    wanted: dict[int, bool] = {}
    for segment in hinting(page, h.RELATED):
        if segment.index != page.lead:
            top = named(segment.element, h.RELATED, _ROOTS)
            if top is None:
                continue
            if top.node not in wanted:
                if titled(page, top):
                    wanted[top.node] = False
                    continue
                share = top.links / max(1, top.words)
                holds = top.first <= page.lead < max(top.last, top.first + 1)
                wanted[top.node] = top.words <= most and share >= LINKED and not holds
            if wanted[top.node]:
                yield whole(segment, "related_links", 0.85, f"class “{top.classes[:60]}”")


def _cards(page: Page) -> Iterator[Mark]:
    """Cards between the paragraphs of an article whose title is a link: teasers without a label."""
    if page.page_kind not in ("article", "other"):
        return
    texts = [segment.index for segment in prose(page) if not segment.hints & _ASIDE]
    if not texts:
        return
    earliest = max(page.lead, texts[0])
    cards: dict[int, tuple[Segment, str]] = {}
    for element in page.elements:
        if not element.own & _CARDS or not CARD_LEAST <= element.words <= CARD or element.first <= earliest:
            continue
        if element.links < CARD_LEAST or element.links < CARD_LINKED * element.words or element.first > texts[-1]:
            continue
        members = page.segments[element.first : element.last]
        if element.hints & _NOT_CARDS or any(s.kind in _CELLS or s.kind == "pre" for s in members):
            continue
        for segment in members:
            cards[segment.index] = (segment, element.classes[:60] or element.tag)
    if cards and not _overview(page, texts, [segment for segment, _ in cards.values()]):
        for segment, name in cards.values():
            yield whole(segment, "related_links", 0.75, f"a linked card in the text, “{name}”")


def _overview(page: Page, texts: list[int], cards: list[Segment]) -> bool:
    """Whether cards are what the page is. An article has somewhere half as much prose under one element.

    Of the words in cards on wcxb-dev, daniel-dev and news-dev, .57 stand in gold texts where it has not, .11 elsewhere.
    """
    inside = {segment.index for segment in cards}
    homes: dict[int, int] = {}
    for index in texts:
        element = page.segments[index].element
        if index not in inside and element is not None:
            home = element.parent.node if element.parent is not None else element.node
            homes[home] = homes.get(home, 0) + page.segments[index].words
    return 2 * max(homes.values(), default=0) < sum(segment.words for segment in cards)


def _points_away(page: Page, segment: Segment) -> bool:
    """A read-also line is a link; in plain text it says so with a colon or stays a title."""
    if page.kind == "html":
        return segment.link_chars * 5 >= len(segment.text) * 2 or bool(segment.hints & (h.RELATED | h.WIDGET))
    head = segment.text[:30]
    return ":" in head or "：" in head or (segment.size <= TITLE_WORDS and not segment.text.endswith((".", "。")))


def _html_section(page: Page, label: Segment, hit: Hit) -> Iterator[Mark]:
    if (
        page.page_kind == "listing"
        and label.kind in HEADINGS
        and label.hints & h.MAIN
        and not label.hints & (h.SIDEBAR | h.FOOTER | h.RELATED)
    ):
        return
    if heads_prose(page, label) and not label.hints & h.RELATED:
        return
    if hit.how != "labels" or label.link_chars * 2 > len(label.text):
        # a link or button that says “read more” speaks for itself alone
        if label.link_chars or label.kind == "control" or label.size <= 3:
            yield whole(label, "related_links", 0.8, shown(hit))
        return
    group = section(page, label)
    members = [page.segments[i] for i in group]
    length = sum(len(s.text) for s in members[1:]) or 1
    linked = sum(s.link_chars for s in members[1:]) / length
    if len(members) > 1 and linked < LINKED and label.hits and "tags" in label.hits:
        members = [label]  # the list of topics is, at least
    elif len(members) > 1 and linked < LINKED and not label.hints & (h.RELATED | h.SIDEBAR | h.FOOTER):
        return
    for segment in members:
        yield whole(segment, "related_links", 0.9 if segment is label else 0.8, shown(hit))


def _text_section(page: Page, label: Segment, evidence: str) -> Iterator[Mark]:
    """In plain text: the label, the titles under it, and all to the end when little is left."""
    segments = page.segments
    words = total(page) or 1
    rest = segments[label.index + 1 :]
    if not rest and label.index == 0:
        return
    group: list[Segment] = [label]
    # from a block on that another rule knows, that rule has a better name
    tail = list(takewhile(lambda s: not (s.hits and s.hits.keys() - {"related_links"}), rest))
    if rest and sum(s.words for s in rest) <= min(TAIL_WORDS, TAIL * words) and label.index >= 2 and _teasers(tail, rest):
        group += tail
    else:
        for segment in rest:
            if segment.size > TITLE_WORDS or segment.text.endswith((".", "。", "!", ":", "…")) or segment.kind == "h2":
                break
            group.append(segment)
        if len(group) > 12 or (len(group) == 1 and rest and not is_prose(rest[0])):
            return
        if len(group) > 1 and not any(is_prose(s) for s in segments[group[-1].index + 1 :]):
            return
    for segment in group:
        yield whole(segment, "related_links", 0.85 if segment is label else 0.7, evidence)


def _teasers(tail: list[Segment], rest: list[Segment]) -> bool:
    """Whether a text's end is furniture: titles alone, or titles with one teaser each.

    A teaser counts with other boilerplate behind it, or as the last block, under a topic and a title.
    """
    known = len(tail) < len(rest)
    titles = run = 0
    for segment in tail:
        if not (is_prose(segment) and segment.text.endswith((".", "!", "?", "。", "…", "..."))):
            run = 0
            titles += 1
            continue
        run += 1
        if run > 1 or not (known or (segment is rest[-1] and titles > 1)):
            return False
    return known or titles < len(tail) or all(s.size <= TITLE_WORDS and not s.text.endswith((".", ":", "。")) for s in tail)
