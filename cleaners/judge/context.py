"""The second look at a block: what its section, its neighbours and the page's best container were scored."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from typing import Final, NamedTuple

from cleaners.page import Element, Page

ODDS: Final = 8  # buckets of log-odds: below -3, … , above +3
CONTAINER_CUT: Final = 0.4  # a container gains by blocks scored above it and loses by those below
LEVELS: Final = 4
ALL_LEVELS: Final[int] = ODDS**LEVELS
_SAME: Final[int] = sum(ODDS**level for level in range(LEVELS))  # times a bucket: that bucket on all levels

# name, number of values: the groups of weights
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
_FARTHEST: Final = 4  # blocks to each side that are looked at

odds = bisect_right  # odds(_STEPS, probability) is the bucket of a probability's log-odds


class Context(NamedTuple):
    """What is around the blocks: one entry per segment in each list, and two numbers for the page."""

    own: list[int]  # bucket of its own score, times 4, plus: 1 outside the best container, 2 outside the best run
    levels: list[int]  # mean score inside its element and the three above it, one octal digit each
    near: list[int]  # mean score of the block and its two neighbours
    wide: list[int]  # … and four to each side
    before: list[int]  # of the three before it, 0 at the beginning
    after: list[int]  # of the three behind it, 0 at the end
    share: int  # bucket of the container's share of the words
    page_share: int  # bucket of the mean score

    def rows(self) -> list[tuple[int, ...]]:
        """One tuple per segment, with one value per entry of GROUPS: what weights are fitted to."""
        out: list[tuple[int, ...]] = []
        for own, levels, *beside in zip(*self[:6], strict=True):
            score, place = divmod(own, 4)
            inner, level1, level2, level3 = levels >> 9, levels >> 6 & 7, levels >> 3 & 7, levels & 7
            share = self.share * 2 + place % 2
            out.append(
                (score, place, inner, level1, level2, level3, *beside, own, share, self.page_share, score * ODDS + level1)
            )
        return out


def context(page: Page, scores: Sequence[float], words: Sequence[int]) -> Context:
    """What the first look's scores say of each block's surroundings. `words`: of each segment."""
    count = len(scores)
    weights = [float(number or 1) for number in words]
    words_upto = list(accumulate(weights, initial=0.0))
    kept_upto = list(accumulate(map(mul, weights, scores), initial=0.0))
    total = max(1.0, words_upto[count])
    whole = odds(_STEPS, kept_upto[count] / total)

    first, past, known = _containers(page.elements, words_upto, kept_upto, whole)
    share = min(8, int(8 * (words_upto[past] - words_upto[first]) / total))
    run_first, run_past = _best_run(words_upto, kept_upto)
    outside = [1] * first + [0] * (past - first) + [1] * (count - past)
    apart = [2] * run_first + [0] * (run_past - run_first) + [2] * (count - run_past)
    own = [odds(_STEPS, p) * 4 + a + b for p, a, b in zip(scores, outside, apart, strict=True)]

    nodes = [segment.node for segment in page.segments]
    if not known.keys() >= set(nodes):
        for segment in page.segments:
            if segment.node not in known and segment.element is not None:
                known[segment.node] = _levels(segment.element, words_upto, kept_upto, whole)

    # sums up to a block, with the ends repeated: windows at the ends are narrower
    w = [*[0.0] * _FARTHEST, *words_upto, *[words_upto[count]] * _FARTHEST]
    k = [*[0.0] * _FARTHEST, *kept_upto, *[kept_upto[count]] * _FARTHEST]
    wide = _means(k[9:], k, w[9:], w, count)
    threes = _means(k[5:], k[2:], w[5:], w[2:], count + 2)  # of up to three blocks, by the last of them
    return Context(
        own,
        [known[node] for node in nodes],
        threes[1 : count + 1],
        wide,
        [0, *threes[: count - 1]],
        [*threes[3:], 0],
        share,
        min(10, int(10 * kept_upto[count] / total)),
    )


def _means(kept: list[float], kept_from: list[float], words: list[float], words_from: list[float], count: int) -> list[int]:
    """Buckets of `count` mean scores, from sums up to their ends and to their beginnings."""
    steps, bucket = _STEPS, odds
    return [bucket(steps, (k - j) / (w - v)) for k, j, w, v in zip(kept[:count], kept_from, words, words_from, strict=False)]


def _containers(
    elements: list[Element], words: list[float], kept: list[float], whole: int
) -> tuple[int, int, dict[int, int]]:
    """The range of the element that holds most of what was scored high and least of the rest; the levels of elements."""
    count = len(words) - 1
    best = 0.0
    best_first, best_past = 0, count
    levels = {-1: whole * _SAME}
    first_before = past_before = bucket = 0
    parent: Element | None = None
    above = whole * _SAME >> 3
    for element in elements:
        first = element.first
        past = element.last
        if first < past <= count:
            if first != first_before or past != past_before:  # else it holds just what the one before holds
                first_before = first
                past_before = past
                inside = kept[past] - kept[first]
                size = words[past] - words[first]
                gain = inside - CONTAINER_CUT * size
                if gain >= best:
                    best = gain
                    best_first = first
                    best_past = past
                bucket = odds(_STEPS, inside / size) << 9
            if element.parent is not parent:
                parent = element.parent
                above = levels.get(parent.node, -8) >> 3 if parent is not None else -1
            if above >= 0:
                levels[element.node] = bucket | above
    return best_first, best_past, levels


def _levels(element: Element, words: list[float], kept: list[float], whole: int) -> int:
    """The levels of an element whose range is not that of its blocks: empty, or past the page's end."""
    level = whole * _SAME
    count = len(words) - 1
    up: Element | None = element
    for shift in (9, 6, 3, 0):
        if up is None or up.first < 0:
            break
        first = up.first
        past = up.last if up.last > first else first + 1
        if past <= count:
            bucket = odds(_STEPS, (kept[past] - kept[first]) / (words[past] - words[first]))
            level += (bucket - whole) << shift
        up = up.parent
    return level


def _best_run(words: list[float], kept: list[float]) -> tuple[int, int]:
    """The run of segments with the highest gain: a maximal sub-array."""
    best = 0.0
    low = 0.0
    low_at = 0
    first = past = 0
    for index, gain in enumerate([k - CONTAINER_CUT * w for k, w in zip(kept, words, strict=True)]):
        if gain - low > best:
            best = gain - low
            first = low_at
            past = index
        if gain <= low:
            low = gain
            low_at = index
    return first, past
