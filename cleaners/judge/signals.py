"""What the HTML judge looks at: a few small numbers per block, each an index into a table of weights."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from cleaners.page import Element, Page, Segment
from cleaners.stages import hints as h

KINDS: Final = (
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "pre", "quote", "caption",
    "control", "address", "legend", "summary",
)  # fmt: skip
_KIND: Final = {kind: index for index, kind in enumerate(KINDS)}
_SIZES: Final = (0, 0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4) + (5,) * 8 + (6,) * 15 + (7,) * 25  # by words, 60 and more: 8
SENTENCE_END: Final = (".", "!", "?", "…", "。", "！", "？", '."', ".”", ".)", "।", "؟", "۔", "»", "”")
PROSE_WORDS: Final = 12  # a block this long with few links reads as prose; menus stay below it
PROSE_LINKS: Final = 0.33

# name, number of values: the groups in the order of the tuples that `signals` gives
GROUPS: Final = (
    ("kind", len(KINDS)),
    ("size_links", 45),
    ("ending", 6),
    ("around", 9),
    ("parent", 36),
    ("above", 36),
    ("section", 36),
    ("place", 24),
    ("repeat", 3),
    ("origin", 5),
    ("list", 20),
    ("depth", 8),
    ("near_heading", 9),
    ("digits", 4),
)
_SHARES: Final = (0.05, 0.15, 0.35, 0.6, 0.9)  # of words in links: the bounds of six buckets
_MEANS: Final = (3, 6, 10, 18, 35)  # words per block
_DIGITS: Final = re.compile(r"\d").findall
_ORIGIN: Final = {"visible": 0, "hidden": 1, "noscript": 2, "json_ld": 3, "state": 4}


def size(words: int) -> int:
    """Bucket of a block's length: 0 for one word … 8 for sixty and more."""
    return _SIZES[words] if words < 61 else 8


def links(chars: int, length: int) -> int:
    """Bucket of link share: none, some, half, most, all."""
    if not chars:
        return 0
    share = chars / length
    return 1 if share < 0.2 else 2 if share < 0.5 else 3 if share < 0.9 else 4


def is_prose(segment: Segment) -> bool:
    """Long enough and not made of links."""
    return segment.words >= PROSE_WORDS and segment.link_chars < PROSE_LINKS * len(segment.text)


def _shape(element: Element | None) -> int:
    """Link share and words per block of an element, as one number below 36."""
    if element is None or element.words == 0:
        return 0
    count = max(1, element.last - element.first) if element.last > 0 else 1
    share = element.links / element.words
    return bisect_right(_SHARES, share) * 6 + bisect_right(_MEANS, element.words / count)


def lead_index(page: Page) -> int:
    """Index of the headline: the h1 that the title repeats, else the first h1, else a heading that the title repeats."""
    title = page.head.title.casefold()
    first = -1
    for segment in page.segments:
        if segment.kind == "h1" and segment.origin == "visible":
            text = segment.text.casefold()
            if text and text in title and segment.words > 2:
                return segment.index
            if first < 0 and segment.words > 1 and not segment.hints & h.VISUALLY_HIDDEN:
                first = segment.index
    if first < 0:
        for segment in page.segments:
            if segment.kind in ("h2", "h3") and segment.words > 2 and segment.text.casefold() in title:
                return segment.index
    return first


def signals(page: Page) -> list[tuple[int, ...]]:
    """One tuple per segment, with one index per entry of GROUPS."""
    segments = page.segments
    prose = [1 if is_prose(s) else 0 for s in segments]
    padded = [0, 0, *prose, 0, 0]
    seen: dict[str, int] = {}
    for segment in segments:
        seen[segment.text] = seen.get(segment.text, 0) + 1
    lead = page.lead
    total = max(1, sum(s.words for s in segments))
    before = 0
    out: list[tuple[int, ...]] = []
    shapes: dict[int, tuple[int, int, int]] = {}
    last_heading = -9
    for index, segment in enumerate(segments):
        text = segment.text
        words = segment.words
        bucket = size(words)
        link = links(segment.link_chars, len(text))
        last = text[-1]
        ending = 0
        if text.endswith(SENTENCE_END):
            ending = 2 if words > 6 else 1
        elif last == ":" or last == "：":
            ending = 3
        elif "," in text or "，" in text or "、" in text:
            ending = 4
        elif text[0].islower():
            ending = 5
        element = segment.element
        if element is None:
            shape = (0, 0, 0)
        else:
            found = shapes.get(element.node)
            if found is None:
                up = element.parent
                upper = up.parent if up is not None else None
                found = shapes[element.node] = (_shape(element), _shape(up), _shape(upper))
            shape = found
        spot = min(7, before * 8 // total)
        before += words
        place = spot if lead < 0 else 8 + spot if index < lead else 16 + min(7, (index - lead) // 12)
        repeats = seen[text]
        listed = 0
        if segment.kind in ("li", "td", "dd", "dt"):
            listed = 1 + bucket + (9 if link >= 3 else 0)
        if segment.kind[0] == "h" and len(segment.kind) == 2:
            last_heading = index
        digits = 0
        if words < 12:
            number = len(_DIGITS(text))
            digits = 0 if not number else 1 if number * 4 < len(text) else 2 if number * 2 < len(text) else 3
        out.append(
            (
                _KIND.get(segment.kind, 1),
                bucket * 5 + link,
                ending,
                (padded[index + 1] + padded[index + 3]) * 3 + padded[index] + padded[index + 4],
                shape[0],
                shape[1],
                shape[2],
                place,
                0 if repeats == 1 else 1 if repeats == 2 else 2,
                _ORIGIN[segment.origin],
                listed,
                min(7, segment.depth // 3),
                min(8, index - last_heading) if last_heading >= 0 else 8,
                digits,
            )
        )
    return out
