"""Where to cut: the blocks that together promise the best F1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from operator import mul
from typing import Final

LOWEST_CUT: Final = 0.2  # a page with little in it still drops what is surely furniture
HIGHEST_CUT: Final = 0.6  # a page full of prose still keeps what is probably prose


def cut_and_confidence(scores: Sequence[float], words: Sequence[int]) -> tuple[float, float]:
    """The score below which blocks go, and the F1 expected of what stays.

    With block i right with probability s_i and w_i words long, keeping a set K gives an expected F1 of about
    2 Σ_K s w / (Σ_K w + Σ s w); the best K is a prefix of the blocks sorted by score. It grows as long as the next score is
    above half the F1 of those before it. That half is never above HIGHEST_CUT, so only scores between the bounds are sorted.
    """
    products = list(map(mul, scores, words))
    total = sum(products)
    if total <= 0:
        return HIGHEST_CUT, 0.0
    sure = [score > HIGHEST_CUT for score in scores]
    right, size = sum(compress(products, sure)), sum(compress(words, sure))
    best = 2 * right / (size + total)
    cut = HIGHEST_CUT
    between = [pair for pair in zip(scores, words, strict=True) if LOWEST_CUT <= pair[0] <= HIGHEST_CUT]
    for score, count in sorted(between, reverse=True):
        if score * 2 <= best:
            break
        right += score * count
        size += count
        best = 2 * right / (size + total)
        cut = score
    else:
        if max([score for score in scores if score < LOWEST_CUT], default=0.0) * 2 > best:
            cut = LOWEST_CUT
    kept = [score >= cut for score in scores]
    return cut, 2 * sum(compress(products, kept)) / (sum(compress(words, kept)) + total)
