"""Where to cut: the blocks that together promise the best F1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LOWEST_CUT: Final = 0.2  # a page with little in it still drops what is surely furniture
HIGHEST_CUT: Final = 0.6  # a page full of prose still keeps what is probably prose


def cut_and_confidence(scores: Sequence[float], words: Sequence[int]) -> tuple[float, float]:
    """The score below which blocks go, and the F1 expected of what stays.

    With block i right with probability s_i and w_i words long, keeping a set K gives an expected F1 of about
    2 Σ_K s w / (Σ_K w + Σ s w); the best K is a prefix of the blocks sorted by score.
    """
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    total = sum(s * w for s, w in zip(scores, words, strict=True))
    if total <= 0:
        return HIGHEST_CUT, 0.0
    best, cut = 0.0, HIGHEST_CUT
    right = size = 0.0
    for index in order:
        right += scores[index] * words[index]
        size += words[index]
        value = 2 * right / (size + total)
        if value > best:
            best, cut = value, scores[index]
    cut = min(HIGHEST_CUT, max(LOWEST_CUT, cut))
    right = sum(s * w for s, w in zip(scores, words, strict=True) if s >= cut)
    size = sum(w for s, w in zip(scores, words, strict=True) if s >= cut)
    return cut, 2 * right / (size + total)
