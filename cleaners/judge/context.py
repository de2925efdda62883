"""The second look at a block: what its section, its neighbours and the page's best container were scored."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Final

from cleaners.page import Element, Page

ODDS: Final = 8  # buckets of log-odds: below -3, … , above +3
CONTAINER_CUT: Final = 0.4  # a container gains by blocks scored above it and loses by those below
_LEVELS: Final = 4

# name, number of values: the groups in the order of the tuples that `context` gives
GROUPS: Final = (
    ("own", ODDS),
    ("inside", 4),
    ("level0", ODDS),
    ("level1", ODDS),
    ("level2", ODDS),
    ("level3", ODDS),
    ("near", ODDS),
    ("around9", ODDS),
    ("before3", ODDS),
    ("after3", ODDS),
    ("own_inside", 4 * ODDS),
    ("container_share", 18),
    ("page_share", 11),
    ("own_level1", ODDS * ODDS),
)


# probabilities at log-odds of -3 … 3
_STEPS: Final = tuple(1 / (1 + math.exp(-step)) for step in range(-3, 4))


odds = bisect_right  # odds(_STEPS, probability) is the bucket of a probability's log-odds


def context(page: Page, scores: list[float]) -> list[tuple[int, ...]]:
    """One tuple per segment, with one index per entry of GROUPS, from the first look's scores."""
    segments = page.segments
    count = len(segments)
    words_upto = [0.0] * (count + 1)
    kept_upto = [0.0] * (count + 1)
    for index, segment in enumerate(segments):
        words = segment.words or 1
        words_upto[index + 1] = words_upto[index] + words
        kept_upto[index + 1] = kept_upto[index] + words * scores[index]

    inside_first, inside_past = _best_container(page.elements, words_upto, kept_upto)
    run_first, run_past = _best_run(words_upto, kept_upto)
    total = max(1.0, words_upto[count])
    share = min(8, int(8 * (words_upto[inside_past] - words_upto[inside_first]) / total))
    page_share = min(10, int(10 * kept_upto[count] / total))
    whole = odds(_STEPS, kept_upto[count] / total)
    levels: dict[int, tuple[int, int, int, int]] = {}
    out: list[tuple[int, ...]] = []
    for index, segment in enumerate(segments):
        own = odds(_STEPS, scores[index])
        outside = 0 if inside_first <= index < inside_past else 1
        place = outside + (0 if run_first <= index < run_past else 2)
        element = segment.element
        if element is None:
            above = (whole, whole, whole, whole)
        else:
            known = levels.get(element.node)
            if known is None:
                known = levels[element.node] = _levels(element, words_upto, kept_upto, whole)
            above = known
        following = index + 1
        low = index - 1 if index else 0
        high = following + 1 if following < count else count
        near = odds(_STEPS, (kept_upto[high] - kept_upto[low]) / (words_upto[high] - words_upto[low]))
        low = index - 4 if index > 4 else 0
        high = index + 5 if index + 5 < count else count
        wide = odds(_STEPS, (kept_upto[high] - kept_upto[low]) / (words_upto[high] - words_upto[low]))
        before = after = 0
        if index:
            low = index - 3 if index > 3 else 0
            before = odds(_STEPS, (kept_upto[index] - kept_upto[low]) / (words_upto[index] - words_upto[low]))
        if following < count:
            high = index + 4 if index + 4 < count else count
            after = odds(_STEPS, (kept_upto[high] - kept_upto[following]) / (words_upto[high] - words_upto[following]))
        out.append(
            (
                own,
                place,
                *above,
                near,
                wide,
                before,
                after,
                own * 4 + place,
                share * 2 + outside,
                page_share,
                own * ODDS + above[1],
            )
        )
    return out


def _levels(element: Element, words: list[float], kept: list[float], whole: int) -> tuple[int, int, int, int]:
    """Mean score inside an element and the three above it, in buckets."""
    out = [whole, whole, whole, whole]
    count = len(words) - 1
    up: Element | None = element
    for level in range(_LEVELS):
        if up is None or up.first < 0:
            break
        first = up.first
        past = up.last if up.last > first else first + 1
        if past <= count:
            out[level] = odds(_STEPS, (kept[past] - kept[first]) / (words[past] - words[first]))
        up = up.parent
    return out[0], out[1], out[2], out[3]


def _best_container(elements: list[Element], words: list[float], kept: list[float]) -> tuple[int, int]:
    """Segment range of the element that holds most of what was scored high and least of the rest."""
    count = len(words) - 1
    best = 0.0
    span = (0, count)
    for element in elements:
        first, past = element.first, element.last
        if 0 <= first < past <= count:
            gain = kept[past] - kept[first] - CONTAINER_CUT * (words[past] - words[first])
            if gain >= best:
                best = gain
                span = (first, past)
    return span


def _best_run(words: list[float], kept: list[float]) -> tuple[int, int]:
    """The run of segments with the highest gain: a maximal sub-array."""
    best = 0.0
    low = 0.0
    low_at = 0
    span = (0, 0)
    for index in range(1, len(words)):
        gain = kept[index] - CONTAINER_CUT * words[index]
        if gain - low > best:
            best = gain - low
            span = (low_at, index)
        if gain <= low:
            low = gain
            low_at = index
    return span
