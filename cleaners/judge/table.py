"""The HTML judge: a sum of table weights per block, taken twice.

The first look adds one weight per signal and hint of the block. The second knows in addition how the first
scored the block's section, its neighbours and the page's best container. All weights stand in one JSON file.

Weights have four decimals and are summed as whole ten-thousandths: such sums are exact in any order, on any machine. So the
weights of facts that share a number are added beforehand, and a block costs one look-up a number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from math import exp
from typing import Any, Final

from cleaners.judge.context import ALL_LEVELS, LEVELS, ODDS, Context, context
from cleaners.judge.context import GROUPS as CONTEXT
from cleaners.judge.decide import cut_and_confidence
from cleaners.judge.signals import COLUMNS, lead_index, signals
from cleaners.judge.signals import GROUPS as SIGNALS
from cleaners.page import Evidence, Page, Verdicts

HINT_BITS: Final = 40
_UNIT: Final = 10_000.0
_CACHE_LIMIT: Final = 20_000
_LARGEST: Final = 700.0  # `exp` takes no more


class Table:
    """Weights of one look: a bias, one list per group, one weight per hint bit above and on the block."""

    def __init__(self, weights: Mapping[str, Any], groups: tuple[tuple[str, int], ...]) -> None:
        for name, size in groups:
            if len(weights["groups"][name]) != size:
                raise ValueError(f"group {name!r} has {len(weights['groups'][name])} weights, not {size}")
        self.groups: dict[str, list[float]] = {name: _whole(weights["groups"][name]) for name, _ in groups}
        self.above = _whole(weights["hints"])
        self.own = _whole(weights["own_hints"])
        self.bias = _whole([weights["bias"]])[0]
        largest = sum(max(map(abs, values)) for values in self.groups.values())
        if largest + sum(map(abs, (self.bias, *self.above, *self.own))) > _LARGEST * _UNIT:
            raise ValueError("The weights are too large.")
        # per number of a row of signals, the sums of the weights of what it stands for
        self.columns = [
            [sum(self.groups[name][value] for name, value in apart(number).items()) for number in range(size)]
            for size, apart in COLUMNS
        ]


class TableJudge:
    """Judge for HTML. `weights` is the parsed JSON of `cleaners/data/weights/table.json`, or of a fold."""

    def __init__(self, weights: Mapping[str, Any] | None = None) -> None:
        if weights is None:
            path = files("cleaners.data").joinpath("weights", "table.json")
            weights = json.loads(path.read_text(encoding="utf-8"))
        assert weights is not None
        self.first = Table(weights["first"], SIGNALS)
        self.second = Table(weights["second"], SIGNALS + CONTEXT)
        own = self.second.groups
        digits = [(n >> 9, n >> 6 & 7, n >> 3 & 7, n & 7) for n in range(ALL_LEVELS)]
        by_level = [own[f"level{level}"] for level in range(LEVELS)]
        self._levels = [sum(values[at] for values, at in zip(by_level, four, strict=True)) for four in digits]
        self._above_bytes = list(zip(_by_bytes(self.first.above), _by_bytes(self.second.above), strict=True))
        self._own_bytes = list(zip(_by_bytes(self.first.own), _by_bytes(self.second.own), strict=True))
        self._above: dict[int, tuple[float, float]] = {}
        self._own: dict[int, tuple[float, float]] = {}

    def scores(self, page: Page, evidence: Evidence) -> Verdicts:
        """Score every segment."""
        segments = page.segments
        if not segments:
            return Verdicts([], 0.5, 0.0, False)
        page.lead = lead_index(page)
        words = [segment.words for segment in segments]
        rows, around = signals(page, words)
        a, b, c, d, e, f = self.first.columns
        p, q, r, s, t, u = self.second.columns
        known_above, known_own = self._above, self._own
        unit = -_UNIT
        looks: list[float] = []
        half: list[float] = []
        for (block, text, place, inside, above, bits, own), near in zip(rows, around, strict=True):
            first, second = known_above.get(bits) or self._hints(bits)
            z = first + a[block] + b[text] + c[place] + d[inside] + e[above] + f[near]
            z2 = second + p[block] + q[text] + r[place] + s[inside] + t[above] + u[near]
            if own:
                first, second = known_own.get(own) or self._own_hints(own)
                z += first
                z2 += second
            looks.append(1.0 / (1.0 + exp(z / unit)))
            half.append(z2)
        scores = [1.0 / (1.0 + exp(z / unit)) for z in self._second(half, context(page, looks, words))]
        cut, confidence = cut_and_confidence(scores, words)
        return Verdicts(scores, cut, confidence, False)

    def _hints(self, above: int) -> tuple[float, float]:
        """For both looks, the bias and the summed weight of hint bits around a block. Remembered: their sets are few."""
        first, second = _sums(above, self._above_bytes)
        return _remember(self._above, above, self.first.bias + first, self.second.bias + second)

    def _own_hints(self, own: int) -> tuple[float, float]:
        """For both looks, the summed weight of hint bits of a block's own element."""
        return _remember(self._own, own, *_sums(own, self._own_bytes))

    def _second(self, half: list[float], around: Context) -> list[float]:
        """The second look's sums. `half`: what the signals and hints contribute."""
        weights = self.second.groups
        page_share = weights["page_share"][around.page_share]
        share = weights["container_share"][around.share * 2 : around.share * 2 + 2]
        own = [
            weights["own"][at >> 2] + weights["inside"][at & 3] + weight + share[at & 1] + page_share
            for at, weight in enumerate(weights["own_inside"])
        ]
        deep, both = self._levels, weights["own_level1"]
        a, b, c, d = (weights[name] for name in ("near", "around9", "before3", "after3"))
        return [
            z + own[at] + deep[up] + both[(at >> 2) * ODDS + (up >> 6 & 7)] + a[near] + b[wide] + c[before] + d[after]
            for z, at, up, near, wide, before, after in zip(half, *around[:6], strict=True)
        ]


def _whole(weights: Sequence[float]) -> list[float]:
    """Weights in whole ten-thousandths."""
    return [float(round(weight * _UNIT)) for weight in weights]


def _remember(known: dict[int, tuple[float, float]], bits: int, first: float, second: float) -> tuple[float, float]:
    if len(known) >= _CACHE_LIMIT:
        known.clear()
    known[bits] = first, second
    return first, second


def _by_bytes(weights: list[float]) -> list[list[float]]:
    """For each byte of a set of hint bits and each of its values: the summed weights of its bits."""
    tables: list[list[float]] = []
    for first in range(0, HINT_BITS, 8):
        sums = [0.0]
        for weight in weights[first : first + 8]:
            sums += [total + weight for total in sums]
        tables.append(sums)
    return tables


def _sums(bits: int, tables: list[tuple[list[float], list[float]]]) -> tuple[float, float]:
    """For both looks, the summed weights of hint bits."""
    first = second = 0.0
    for one, two in tables:
        if not bits:
            break
        byte = bits & 255
        first += one[byte]
        second += two[byte]
        bits >>= 8
    return first, second
