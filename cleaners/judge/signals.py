"""What the HTML judge looks at: a few small numbers per block, each an index into a table of weights.

Several facts share a number, for every number costs a look-up per block. `COLUMNS` says which, `facts` takes them apart.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from typing import Final

from cleaners.page import Element, Page
from cleaners.stages import hints as h

KINDS: Final = (
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "pre", "quote", "caption",
    "control", "address", "legend", "summary",
)  # fmt: skip
_SIZES: Final = (0, 0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4) + (5,) * 8 + (6,) * 15 + (7,) * 25  # by words, 60 and more: 8
PROSE_WORDS: Final = 12  # a block this long with few links reads as prose; menus stay below it
PROSE_LINKS: Final = 0.33
_SHARES: Final = (1, 3, 7, 12, 18)  # twentieths of words in links: the bounds of six buckets
_MEANS: Final = (3, 6, 10, 18, 35)  # words per block: likewise
_DIGITS: Final = re.compile(r"\d").findall
_TEN: Final = b"0123456789"

# name, number of values: the groups of weights
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
Facts = dict[str, int]  # group -> value


def _block(number: int) -> Facts:
    kind, size_links = divmod(number, 45)
    size, links = divmod(size_links, 5)
    listed = 1 + size + (9 if links >= 3 else 0) if KINDS[kind] in ("li", "td", "dd", "dt") else 0
    return {"kind": kind, "size_links": size_links, "list": listed}


def _text(number: int) -> Facts:
    return {"ending": number // 60, "digits": number // 15 % 4, "repeat": number // 5 % 3, "origin": number % 5}


def _place(number: int) -> Facts:
    return {"place": number // 9, "near_heading": number % 9}


def _inside(number: int) -> Facts:
    return {"parent": number // 8, "depth": number % 8}


def _above(number: int) -> Facts:
    return {"above": number // 36, "section": number % 36}


def _around(number: int) -> Facts:
    return {"around": number}


# number of values, what they stand for: the numbers of a row, in order
COLUMNS: Final[tuple[tuple[int, Callable[[int], Facts]], ...]] = (
    (len(KINDS) * 45, _block),
    (6 * 4 * 3 * 5, _text),
    (24 * 9, _place),
    (36 * 8, _inside),
    (36 * 36, _above),
    (9, _around),
)
Row = tuple[int, int, int, int, int, int, int]

# the numbers are put together from these
_KIND: Final = {kind: index * 45 for index, kind in enumerate(KINDS)}
_SIZE: Final = tuple(size * 5 for size in _SIZES)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_COLON, _STOP, _STOP_BEFORE = 1, 2, 3  # the last needs a full stop before it
_LAST: Final = {
    **dict.fromkeys(":：", _COLON), **dict.fromkeys(".!?…。！？”।؟۔»", _STOP), **dict.fromkeys('")', _STOP_BEFORE)
}  # fmt: skip
_SHORT_END, _END, _COLON_END, _COMMA, _LOWER = (ending * 60 for ending in (1, 2, 3, 4, 5))
_ORIGIN: Final = {"visible": 0, "hidden": 1, "noscript": 2, "json_ld": 3, "state": 4}
_BEHIND: Final = tuple((16 + blocks // 12) * 9 for blocks in range(84))  # by blocks behind the headline
_FAR_BEHIND: Final = 23 * 9
_FAR: Final = 8  # blocks behind a heading
_MEAN: Final = tuple(bisect_right(_MEANS, words) for words in range(_MEANS[-1]))
_DEPTH: Final = tuple(depth // 3 for depth in range(24))
_SHARE: Final = tuple(bisect_right(_SHARES, twentieths) * 6 for twentieths in range(21))


def _shape(element: Element | None) -> int:
    """Link share and words per block of an element, as one number below 36."""
    if element is None:
        return 0
    words = element.words
    if not words:
        return 0
    blocks = element.last - element.first
    mean = words // blocks if blocks > 1 and element.last > 0 else words
    return _SHARE[element.links * 20 // words] + (_MEAN[mean] if mean < 35 else 5)


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


def _places(words: list[int], lead: int) -> list[int]:
    """Per block: before the headline and without one, which eighth of the words it begins in; else how far behind it is."""
    count = len(words)
    total = max(1, sum(words))
    ahead = words if lead < 0 else words[:lead]
    offset = 0 if lead < 0 else 8
    places = [(offset + min(7, before * 8 // total)) * 9 for before in accumulate(ahead[:-1], initial=0)] if ahead else []
    if lead >= 0:
        behind = count - lead
        places += _BEHIND[:behind]
        places += [_FAR_BEHIND] * (behind - len(_BEHIND))
    return places


def signals(page: Page, words: list[int]) -> tuple[list[Row], list[int]]:
    """Per segment, all numbers but the last with the hint bits above and on it; and the last number, known when all else is.

    `words`: of each segment.
    """
    segments = page.segments
    texts = [segment.text for segment in segments]
    again = {text: 5 if times == 2 else 10 for text, times in Counter(texts).items() if times > 1}
    inside = above = own = 0
    uppers: dict[int, int] = {}  # element -> its shape and that of the element above, for all blocks right inside
    latest: Element | None = None
    since = _FAR
    prose = [0, 0]
    rows: list[Row] = []
    # what is the same for all is in local names: this loop is most of the judge's time
    kinds, sizes, lasts, origins, means, depths = _KIND, _SIZE, _LAST, _ORIGIN, _MEAN, _DEPTH
    for segment, text, count, place in zip(segments, texts, words, _places(words, page.lead), strict=True):
        kind = segment.kind
        block = kinds.get(kind, 45) + (sizes[count] if count < 61 else 40)
        linked = segment.link_chars
        if linked:
            share = linked / len(text)
            block += 4 if share >= 0.9 else 3 if share >= 0.5 else 2 if share >= 0.2 else 1
        prose.append(1 if count >= PROSE_WORDS and (not linked or linked < PROSE_LINKS * len(text)) else 0)
        end = lasts.get(text[-1])
        if end == _STOP or (end == _STOP_BEFORE and text[-2:-1] == "."):
            look = _END if count > 6 else _SHORT_END
        elif end == _COLON:
            look = _COLON_END
        elif "," in text or (not text.isascii() and ("，" in text or "、" in text)):
            look = _COMMA
        else:
            look = _LOWER if text[0].islower() else 0
        # phrase lists see "#" for every number: a text that is folded already and has none has no digits
        if count < 12 and ("#" in (fold := segment.fold) or not fold):
            digits = len(text) - len(text.encode().translate(None, _TEN)) if text.isascii() else len(_DIGITS(text))
            if digits:
                look += 15 if digits * 4 < len(text) else 30 if digits * 2 < len(text) else 45
        if text in again:
            look += again[text]
        if segment.origin != "visible":
            look += origins[segment.origin]
        if kind in _HEADINGS:
            since = 0
        elif since < _FAR:
            since += 1
        element = segment.element
        if element is not latest:
            latest = element
            inside = above = own = 0
            if element is not None:
                own = element.own
                number = element.words
                if element.last - element.first == 1 and number < 35 and not element.links:
                    inside = means[number] * 8  # most elements with text are like this
                else:
                    inside = _shape(element) * 8
                inside += depths[element.depth] if element.depth < 24 else 7
                upper = element.parent
                if upper is not None:
                    above = uppers.get(upper.node, -1)
                    if above < 0:
                        above = uppers[upper.node] = _shape(upper) * 36 + _shape(upper.parent)
        rows.append((block, look, place + since, inside, above, segment.hints, own))
    prose += (0, 0)
    return rows, [(b + c) * 3 + a + d for a, b, c, d in zip(prose, prose[1:], prose[3:], prose[4:], strict=False)]


def facts(page: Page) -> list[tuple[int, ...]]:
    """One tuple per segment, with one value per entry of GROUPS: what weights are fitted to."""
    numbers, around = signals(page, [segment.words for segment in page.segments])
    out: list[tuple[int, ...]] = []
    for row, last in zip(numbers, around, strict=True):
        known: Facts = {}
        for (_, apart), number in zip(COLUMNS, (*row[: len(COLUMNS) - 1], last), strict=True):
            known |= apart(number)
        out.append(tuple(known[name] for name, _ in GROUPS))
    return out
