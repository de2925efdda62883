"""The HTML judge: a sum of table weights per block, taken twice.

The first look adds one weight per signal and hint of the block. The second knows in addition how the first
scored the block's section, its neighbours and the page's best container. All weights stand in one JSON file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from importlib.resources import files
from operator import getitem
from typing import Any, Final

from cleaners.judge import context, signals
from cleaners.judge.decide import cut_and_confidence
from cleaners.page import Evidence, Page, Verdicts

HINT_BITS: Final = 40
_CACHE_LIMIT: Final = 20_000


class Table:
    """Weights of one look: a bias, one list per group, one weight per hint bit above and on the block."""

    def __init__(self, weights: Mapping[str, Any], groups: tuple[tuple[str, int], ...]) -> None:
        self.bias: float = weights["bias"]
        self.groups: list[list[float]] = [weights["groups"][name] for name, _ in groups]
        for (name, size), values in zip(groups, self.groups, strict=True):
            if len(values) != size:
                raise ValueError(f"group {name!r} has {len(values)} weights, not {size}")
        self._above: list[float] = weights["hints"]
        self._own: list[float] = weights["own_hints"]
        self._cache: dict[tuple[int, int], float] = {}

    def hints(self, above: int, own: int) -> float:
        """Summed weight of the hint bits around and on a block."""
        key = (above, own)
        value = self._cache.get(key)
        if value is None:
            value = self.bias + _sum(above, self._above) + _sum(own, self._own)
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            self._cache[key] = value
        return value


class TableJudge:
    """Judge for HTML. `weights` is the parsed JSON of `cleaners/data/weights/table.json`, or of a fold."""

    def __init__(self, weights: Mapping[str, Any] | None = None) -> None:
        if weights is None:
            path = files("cleaners.data").joinpath("weights", "table.json")
            weights = json.loads(path.read_text(encoding="utf-8"))
        assert weights is not None
        self.first = Table(weights["first"], signals.GROUPS)
        self.second = Table(weights["second"], signals.GROUPS + context.GROUPS)

    def scores(self, page: Page, evidence: Evidence) -> Verdicts:
        """Score every segment."""
        segments = page.segments
        if not segments:
            return Verdicts([], 0.5, 0.0, False)
        page.lead = signals.lead_index(page)
        rows = signals.signals(page)
        first = self.first.groups
        second = self.second.groups
        split = len(first)
        half = second[:split]
        looks: list[float] = []
        partial: list[float] = []
        for segment, row in zip(segments, rows, strict=True):
            own = segment.element.own if segment.element is not None else 0
            looks.append(_probability(self.first.hints(segment.hints, own) + sum(map(getitem, first, row))))
            partial.append(self.second.hints(segment.hints, own) + sum(map(getitem, half, row)))
        rest = second[split:]
        scores: list[float] = []
        for z, row in zip(partial, context.context(page, looks), strict=True):
            scores.append(_probability(z + sum(map(getitem, rest, row))))
        cut, confidence = cut_and_confidence(scores, [s.words for s in segments])
        return Verdicts(scores, cut, confidence, False)


def _sum(bits: int, weights: list[float]) -> float:
    total = 0.0
    while bits:
        lowest = bits & -bits
        total += weights[lowest.bit_length() - 1]
        bits ^= lowest
    return total


def _probability(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z)) if z > -30 else 0.0
