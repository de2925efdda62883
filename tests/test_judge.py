"""The judge adds weights up in a hurry; here they are added one by one, as they were fitted."""

from __future__ import annotations

import json
import random
from math import exp
from pathlib import Path
from typing import Any

import pytest

from cleaners.judge import context, signals
from cleaners.judge.decide import HIGHEST_CUT, LOWEST_CUT, cut_and_confidence
from cleaners.judge.table import HINT_BITS, TableJudge
from cleaners.page import Evidence, Page
from cleaners.pipeline import _match_phrases
from cleaners.profile import Limits, Profile
from cleaners.stages.decode import decode
from cleaners.stages.prescan import safe_markup
from cleaners.stages.walk import walk

ROOT = Path(__file__).parent.parent
WEIGHTS: dict[str, Any] = json.loads((ROOT / "cleaners/data/weights/table.json").read_text(encoding="utf-8"))
PAGES = sorted((ROOT / "fixtures" / "pages").glob("*/page.html"))[::3]


def read(markup: bytes) -> Page:
    return Page("html", *walk(safe_markup(decode(markup, None, None).utf8(), Limits())[0]))


def total(page: Page, look: str, facts: list[tuple[int, ...]], groups: tuple[tuple[str, int], ...]) -> list[float]:
    weights = WEIGHTS[look]
    sums: list[float] = []
    for segment, row in zip(page.segments, facts, strict=True):
        own = segment.element.own if segment.element is not None else 0
        z = weights["bias"] + sum(
            weights["hints"][b] * (segment.hints >> b & 1) + weights["own_hints"][b] * (own >> b & 1)
            for b in range(HINT_BITS)
        )
        sums.append(z + sum(weights["groups"][name][value] for (name, _), value in zip(groups, row, strict=True)))
    return [1 / (1 + exp(-z)) for z in sums]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_scores_are_the_sums_of_the_fitted_weights(path: Path) -> None:
    page = read(path.read_bytes())
    judged = TableJudge().scores(page, Evidence())
    facts = signals.facts(page)
    first = total(page, "first", facts, signals.GROUPS)
    around = context.context(page, first, [segment.words for segment in page.segments]).rows()
    both = [(*own, *others) for own, others in zip(facts, around, strict=True)]
    assert judged.scores == pytest.approx(total(page, "second", both, signals.GROUPS + context.GROUPS), abs=1e-9)


@pytest.mark.parametrize("path", PAGES[::3], ids=lambda path: path.parent.name)
def test_folded_texts_tell_the_same_of_digits(path: Path) -> None:
    page = read(path.read_bytes())
    bare = signals.facts(page)
    _match_phrases(page, Profile())
    assert any(segment.fold for segment in page.segments)
    assert signals.facts(page) == bare


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_levels_are_those_of_each_element(path: Path) -> None:
    page = read(path.read_bytes())
    chance = random.Random(path.parent.name)
    scores = [chance.random() ** 2 for _ in page.segments]
    words = [segment.words for segment in page.segments]
    rows = context.context(page, scores, words).rows()
    whole = mean(scores, words)
    for segment, row in zip(page.segments, rows, strict=True):
        up = segment.element
        for level in range(context.LEVELS):
            expected = whole
            if up is not None and up.first >= 0:
                expected = mean(scores[up.first : up.last], words[up.first : up.last])
                up = up.parent
            assert row[2 + level] == context.odds(context._STEPS, expected)
        near = slice(max(0, segment.index - 1), segment.index + 2)
        assert row[6] == context.odds(context._STEPS, mean(scores[near], words[near]))


def mean(scores: list[float], words: list[int]) -> float:
    return sum(s * w for s, w in zip(scores, words, strict=True)) / sum(words)


def test_the_cut_promises_the_best_f1() -> None:
    chance = random.Random(4)
    for _ in range(500):
        count = chance.choice((1, 2, 5, 40))
        scores = [round(chance.random() ** chance.choice((0.3, 1, 4)), 2) + 0.001 for _ in range(count)]
        words = [chance.randint(1, 40) for _ in scores]
        cut, confidence = cut_and_confidence(scores, words)
        right = sum(s * w for s, w in zip(scores, words, strict=True))
        cuts = [at for at in (*scores, LOWEST_CUT, HIGHEST_CUT) if LOWEST_CUT <= at <= HIGHEST_CUT]
        best = max(promise(scores, words, right, at) for at in cuts)
        assert confidence == pytest.approx(promise(scores, words, right, cut)) == pytest.approx(best)
        assert LOWEST_CUT <= cut <= HIGHEST_CUT


def promise(scores: list[float], words: list[int], right: float, cut: float) -> float:
    kept = [(s, w) for s, w in zip(scores, words, strict=True) if s >= cut]
    return 2 * sum(s * w for s, w in kept) / (sum(w for _, w in kept) + right)


def test_weights_too_large_for_a_sum_are_refused() -> None:
    weights = json.loads(json.dumps(WEIGHTS))
    weights["first"]["bias"] = 800.0
    with pytest.raises(ValueError, match="too large"):
        TableJudge(weights)
