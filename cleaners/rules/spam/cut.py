"""Where a splice begins and ends: of all cuts of a window, the one whose halves join into the best word."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cleaners.rules.spam.keywords import LETTERED, TOKEN, latin, shaped
from cleaners.rules.spam.readings import LEAST, Readings
from cleaners.rules.spam.words import LONGEST, Words

INSIDE: Final = re.compile(r"[^\W\d_]\d{2,4}[^\W\d_]{1}")  # digits with letters on both sides
_HALF: Final = 16  # characters: no half of a word is longer
_PRIOR: Final = 3.0  # nats: nobody expects a splice
_TINY: Final = 3.0  # nats: a word of two letters is seldom hit
_FOLLOWED: Final = 1.5  # nats: the joined word stands before the next one elsewhere, too
_TITLED: Final = 1.0  # nats: a capital after a small letter, a title begins
_HUMP: Final = 7.0  # nats a part of an identifier costs
# an alphabet glued to another; Latin letters with a Korean ending are common
_MIXED: Final = re.compile(r"[a-z][\u0370-\u1cff]|[\u0370-\u1cff\uac00-\ud7af][a-z]")
_HUMPS: Final = re.compile(r"[^\W\d_A-Z][^\W\d_A-Z]*|[A-Z]+[^\W\d_A-Z]*|\d+")
_NEXT: Final = re.compile(r"\W+(\w+)")


class Cut(NamedTuple):
    """A way to cut a window, with what speaks for it."""

    gain: float
    start: int
    end: int
    joined: str


def best_cut(text: str, lower: str, words: Words, following: str, tail: int, head: int) -> Cut | None:
    """The cut of a window that gains most over the text as it stands; None if none gains anything.

    Args:
        following: what stands behind the window.
        tail: where its last token begins.
        head: where its first token ends.
    """
    size = len(lower)
    readings = Readings(lower, words)
    halves = [at for at in range(1, min(head, _HALF + 1)) if LETTERED.fullmatch(lower, 0, at)]
    rests = [at for at in range(max(tail + (tail > 0), size - _HALF, 1), size) if LETTERED.fullmatch(lower, at)]
    as_it_is = sum(_as_it_is(match[0], words) for match in TOKEN.finditer(text)) - _PRIOR
    next_word = _NEXT.match(following)
    best: Cut | None = None
    least = 0.0
    for at in halves:
        costs: list[float] | None = None
        titled = _TITLED if text[at].isupper() and text[at - 1].islower() else 0.0
        for past in rests:
            if past - at < 4 or at + size - past > LONGEST:
                continue
            joined = lower[:at] + lower[past:]
            if not _cased(text, at, past) or latin(lower[at - 1]) != latin(lower[past]):
                continue
            gain = as_it_is + titled - words.joined(joined) - (_TINY if len(joined) < 3 else 0.0)
            if gain + _FOLLOWED - LEAST <= least:
                continue  # however well what lies between reads
            if costs is None:
                costs = readings.costs(at)
            gain -= costs[past]
            if next_word and words.pairs[(joined, next_word[1])] > 0:
                gain += _FOLLOWED
            if gain > least:
                best = Cut(gain, at, past, joined)
                least = gain
    return best


def humps_of(word: str) -> list[str]:
    """The parts of an identifier, told by its capitals and digits."""
    return _HUMPS.findall(word)


def _as_it_is(word: str, words: Words) -> float:
    """Surprise at a token if nobody had put anything into it."""
    lower = word.lower()
    cost = words.as_it_is(lower)
    if _MIXED.search(lower):
        cost += 6.0
    if shaped(lower):
        cost += 8.0 if INSIDE.search(lower) else 4.0
    humps = humps_of(word)
    if len(humps) > 1 and all(
        part.isdigit() or words.known(part.lower()) or words.english is None or words.english.zipf(part.lower())
        for part in humps
    ):
        cost = min(cost, _HUMP * len(humps))  # an identifier
    return cost


def _cased(text: str, at: int, past: int) -> bool:
    """Whether the halves are written as one word: no capital inside it, unless it is all capitals."""
    left, right = text[:at], text[past:]
    if left.isupper() and (len(left) > 1 or right.isupper()):
        return right.isupper()
    return left[1:] == left[1:].lower() and right == right.lower()
