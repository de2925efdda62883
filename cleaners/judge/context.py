"""The second look at a block: what its section, its neighbours and the page's best container were scored."""

from __future__ import annotations

import math
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


def odds(probability: float) -> int:
    """Bucket of a probability's log-odds."""
    value = math.log((probability + 1e-4) / (1.0001 - probability)) + 4.0
    return 0 if value < 1.0 else 7 if value >= 7.0 else int(value)


def context(page: Page, scores: list[float]) -> list[tuple[int, ...]]:
    """One tuple per segment, with one index per entry of GROUPS, from the first look's scores."""
    segments = page.segments
    count = len(segments)
    words_upto = [0.0] * (count + 1)
    kept_upto = [0.0] * (count + 1)
    for index, segment in enumerate(segments):
        words = segment.words
        words_upto[index + 1] = words_upto[index] + words
        kept_upto[index + 1] = kept_upto[index] + words * scores[index]

    def mean(first: int, past: int) -> float:
        words = words_upto[past] - words_upto[first]
        return (kept_upto[past] - kept_upto[first]) / words if words > 0 else 0.0

    inside_first, inside_past = _best_container(page.elements, words_upto, kept_upto)
    run_first, run_past = _best_run(words_upto, kept_upto)
    total = max(1.0, words_upto[count])
    share = min(8, int(8 * (words_upto[inside_past] - words_upto[inside_first]) / total))
    page_share = min(10, int(10 * kept_upto[count] / total))
    whole = odds(mean(0, count))
    levels: dict[int, tuple[int, ...]] = {}
    out: list[tuple[int, ...]] = []
    for index, segment in enumerate(segments):
        own = odds(scores[index])
        outside = 0 if inside_first <= index < inside_past else 1
        place = outside + (0 if run_first <= index < run_past else 2)
        element = segment.element
        above = levels.get(element.node) if element is not None else (whole,) * _LEVELS
        if above is None:
            above = levels[segment.node] = _levels(element, count, mean, whole)
        out.append(
            (
                own,
                place,
                *above,
                odds(mean(index - 1 if index else 0, min(count, index + 2))),
                odds(mean(index - 4 if index > 4 else 0, min(count, index + 5))),
                odds(mean(index - 3 if index > 3 else 0, index)),
                odds(mean(index + 1, min(count, index + 4))) if index + 1 < count else 0,
                own * 4 + place,
                share * 2 + outside,
                page_share,
                own * ODDS + above[1],
            )
        )
    return out


def _levels(element: Element | None, count: int, mean: object, whole: int) -> tuple[int, ...]:
    out: list[int] = []
    up = element
    while len(out) < _LEVELS:
        if up is not None and up.first >= 0:
            past = min(count, max(up.last, up.first + 1))
            out.append(odds(mean(up.first, past)))  # type: ignore[operator]
            up = up.parent
        else:
            out.append(whole)
    return tuple(out)


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
