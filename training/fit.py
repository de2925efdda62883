"""Two logistic regressions over the judge's tables, the second told what the first makes of a block's surroundings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression

from cleaners.judge import context, signals
from cleaners.judge.table import HINT_BITS
from cleaners.page import Page
from training.labels import labels
from training.verdicts import Judged

STRENGTH = 0.3  # inverse regularisation; the only value tried on the present signals


@dataclass(slots=True)
class Example:
    """One page, ready to be learned from."""

    page: Page
    site: str
    rows: list[tuple[int, ...]]
    target: np.ndarray[Any, Any]  # share of trigrams in the gold, -1 unknown
    weight: np.ndarray[Any, Any]


def example(page: Page, gold: str, site: str) -> Example:
    """A page with its labels. Longer blocks weigh more, by the root of their words; every page weighs about the same."""
    page.lead = signals.lead_index(page)
    return Example(page, site, signals.facts(page), np.array(labels(page.segments, gold)), _by_length(page))


def judged_example(one: Judged) -> Example:
    """A page of which reviewers judged some blocks. Each weighs as in a page with gold text, times what it stands for."""
    one.page.lead = signals.lead_index(one.page)
    weight = _by_length(one.page) * np.array(one.weights)
    return Example(one.page, one.site, signals.facts(one.page), np.array(one.labels), weight)


def _by_length(page: Page) -> np.ndarray[Any, Any]:
    root = np.sqrt(np.array([segment.words for segment in page.segments], dtype=float))
    weight: np.ndarray[Any, Any] = root / max(1.0, float(root.sum())) * len(root) ** 0.5
    return weight


def fit(examples: list[Example]) -> dict[str, Any]:
    """Weights for both looks, as the judge's JSON file holds them."""
    usable = [e for e in examples if len(e.target)]
    plain = [_first_matrix(e) for e in usable]
    inner = [int(hashlib.md5((e.site + "/").encode()).hexdigest(), 16) % 2 for e in usable]
    looks: list[Any] = [None] * len(usable)
    # the second look learns from scores that the first gave to sites it had not seen
    for side in (0, 1):
        model = _logistic(usable, plain, [i for i, half in enumerate(inner) if half != side])
        for i in (i for i, half in enumerate(inner) if half == side):
            looks[i] = model.predict_proba(plain[i])[:, 1]
    everything = list(range(len(usable)))
    first = _logistic(usable, plain, everything)
    both = [
        sparse.hstack([m, _one_hot(_context(e.page, list(s)), context.GROUPS)]).tocsr()
        for m, e, s in zip(plain, usable, looks, strict=True)
    ]
    second = _logistic(usable, both, everything)
    return {"first": _weights(first, signals.GROUPS, ()), "second": _weights(second, signals.GROUPS, context.GROUPS)}


def _context(page: Page, scores: list[float]) -> list[tuple[int, ...]]:
    return context.context(page, scores, [segment.words for segment in page.segments]).rows()


def _logistic(examples: list[Example], matrices: list[Any], chosen: list[int]) -> LogisticRegression:
    x = sparse.vstack([matrices[i] for i in chosen]).tocsr()
    y = np.concatenate([examples[i].target for i in chosen])
    w = np.concatenate([examples[i].weight for i in chosen])
    known = y >= 0
    model = LogisticRegression(C=STRENGTH, max_iter=400)
    model.fit(x[known], (y[known] >= 0.5).astype(int), sample_weight=w[known])
    return model


def _one_hot(rows: list[tuple[int, ...]], groups: tuple[tuple[str, int], ...]) -> Any:
    offsets = np.cumsum([0] + [size for _, size in groups])
    table = np.array(rows) + offsets[:-1]
    count = len(rows)
    return sparse.csr_matrix(
        (np.ones(table.size), (np.repeat(np.arange(count), len(groups)), table.ravel())), shape=(count, offsets[-1])
    )


def _first_matrix(one: Example) -> Any:
    at: list[int] = []
    bit: list[int] = []
    for index, segment in enumerate(one.page.segments):
        own = segment.element.own if segment.element is not None else 0
        for b in range(HINT_BITS):
            if segment.hints >> b & 1:
                at.append(index)
                bit.append(b)
            if own >> b & 1:
                at.append(index)
                bit.append(HINT_BITS + b)
    hints = sparse.csr_matrix((np.ones(len(at)), (at, bit)), shape=(len(one.rows), 2 * HINT_BITS))
    return sparse.hstack([_one_hot(one.rows, signals.GROUPS), hints]).tocsr()


def _weights(
    model: LogisticRegression, groups: tuple[tuple[str, int], ...], later: tuple[tuple[str, int], ...]
) -> dict[str, Any]:
    values = [round(float(v), 4) for v in model.coef_[0]]
    out: dict[str, Any] = {"bias": round(float(model.intercept_[0]), 4), "groups": {}}
    at = 0
    for name, size in groups:
        out["groups"][name] = values[at : at + size]
        at += size
    out["hints"] = values[at : at + HINT_BITS]
    out["own_hints"] = values[at + HINT_BITS : at + 2 * HINT_BITS]
    at += 2 * HINT_BITS
    for name, size in later:
        out["groups"][name] = values[at : at + size]
        at += size
    return out
