"""How well the text beside a keyword reads as a row of title words and keyword parts, from every place at once."""

from __future__ import annotations

from typing import Final

from cleaners.rules.spam.brands import stems
from cleaners.rules.spam.keywords import Core, modifiers
from cleaners.rules.spam.words import Words

_PART: Final = 3.0  # cost of a keyword part
_CHAR: Final = 3.1  # cost of a letter that belongs to nothing known
_CUT: Final = 4.0  # cost of a title word that was cut off


def _piece_cost(piece: str, words: Words) -> float:
    """Cost of a run of letters as one word of a squashed title or keyword; high where it is none."""
    if piece in modifiers() or piece in stems():
        return _PART
    if len(piece) > 1 and words.known(piece):
        return words.cost(piece)
    return _CHAR * len(piece) + 1.0


def leftward(lower: str, start: int, core: Core, words: Words) -> dict[int, float]:
    """Cost of the text from each place up to the core, read as title words and keyword parts."""
    best: dict[int, float] = {core.start: 0.0}
    for at in range(core.start - 1, start, -1):
        cost = best.get(at + 1, 1e9) + _CHAR
        if lower[at] == " ":
            cost = best.get(at + 1, 1e9) + 0.5
        for stop in range(at + 2, min(at + 12, core.start) + 1):
            piece = lower[at:stop]
            if piece.isalpha() and (piece in modifiers() or piece in stems() or words.known(piece)):
                cost = min(cost, best.get(stop, 1e9) + _piece_cost(piece, words))
        best[at] = cost
    # the first piece may be the end of a title word
    tails = _tails(words)
    return {
        at: min(
            [cost]
            + [
                best[stop] + _CUT
                for stop in range(at + 2, min(at + 10, core.start) + 1)
                if stop in best and lower[at:stop] in tails
            ]
        )
        for at, cost in best.items()
    }


def rightward(lower: str, core: Core, end: int, words: Words) -> dict[int, float]:
    """Cost of the text from the core up to each place: keyword parts, and perhaps a title glued to them."""
    best: dict[int, float] = {core.end: 0.0}
    parts = modifiers()
    for at in range(core.end, end):
        here = best.get(at)
        if here is None:
            continue
        if lower[at] == " ":
            for part in parts:
                if lower.startswith(part, at + 1):
                    stop = at + 1 + len(part)
                    best[stop] = min(best.get(stop, 1e9), here + _PART)
            continue
        best[at + 1] = min(best.get(at + 1, 1e9), here + _CHAR)
        for stop in range(at + 2, min(at + 12, end) + 1):
            piece = lower[at:stop]
            if not piece.isalpha():
                break
            if piece in parts or piece in stems() or words.known(piece):
                best[stop] = min(best.get(stop, 1e9), here + _piece_cost(piece, words))
    return best


def _tails(words: Words) -> frozenset[str]:
    cached = words.tails
    if cached is None:
        cached = frozenset(word[at:] for word in words.counts for at in range(1, len(word) - 1))
        words.tails = cached
    return cached


def made_of_words(text: str, words: Words) -> float:
    """Which share of a squashed run's letters belongs to words of the page, found greedily from the left."""
    covered = 0
    at = 0
    while at < len(text):
        for stop in range(min(len(text), at + 12), at + 1, -1):
            if text[at:stop].isalpha() and words.known(text[at:stop]):
                covered += stop - at
                at = stop
                break
        else:
            at += 1
    return covered / max(1, len(text))
