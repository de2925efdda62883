"""How well a run of text reads as what spammers splice in: words of a title without spaces, a name, words of a search."""

from __future__ import annotations

from typing import Final

from cleaners.rules.spam.brands import stems
from cleaners.rules.spam.keywords import LETTERED, latin, modifiers, trade_words
from cleaners.rules.spam.words import HANGUL, Words

_LETTER: Final = 3.2  # cost of a letter that belongs to nothing known
_SYLLABLE: Final = 4.2  # cost of a Korean one
_NAME: Final = 2.5  # a name nobody knows
_NAME_LETTER: Final = 2.6
_NAME_MOST: Final = 12
_KEYWORD: Final = 2.5
_TRADE: Final = 3.5
_DIGITS: Final = 3.0
_SPACE: Final = 0.5
_SIGN: Final = 2.5
_TITLE: Final = 5.0  # cost of a stretch of the page's own title
_TITLE_LEAST: Final = 6
_ORDINARY: Final = 1.5  # more than the word would cost where it stands by itself
_LONGEST: Final = 14
LEAST: Final = 2.0  # no stretch of four characters reads for less


class Readings:
    """Costs of every stretch of one window, each piece priced once."""

    def __init__(self, lower: str, words: Words) -> None:
        self.lower = lower
        self.words = words
        bare = "".join(lower.split())
        self.titles = [title for title in words.titles if bare not in title]  # a title may be what was spliced into
        self._pieces: list[list[tuple[int, float]]] | None = None

    def costs(self, start: int) -> list[float]:
        """The cheapest reading from `start` up to each place of the window."""
        pieces = self._pieces if self._pieces is not None else self._priced()
        size = len(self.lower)
        best = [1e9] * (size + 1)
        best[start] = 0.0
        for at in range(start, size):
            here = best[at]
            for stop, cost in pieces[at]:
                if here + cost < best[stop]:
                    best[stop] = here + cost
        return best

    def _priced(self) -> list[list[tuple[int, float]]]:
        lower = self.lower
        self._pieces = [self._at(lower, at) for at in range(len(lower))]
        return self._pieces

    def _at(self, lower: str, at: int) -> list[tuple[int, float]]:
        char = lower[at]
        if char.isspace():
            return [(at + 1, _SPACE)]
        if char.isdigit():
            stop = at
            while stop < len(lower) and lower[stop].isdigit():
                stop += 1
            return [(end, _DIGITS) for end in range(at + 1, stop + 1)]
        if not LETTERED.match(char):
            return [(at + 1, _SIGN)]
        letter = _SYLLABLE if char >= HANGUL else _LETTER
        out = [(at + 1, letter)]
        parts, trade, own = modifiers(), trade_words(), stems()
        for stop in range(at + 2, min(len(lower), at + _LONGEST) + 1):
            piece = lower[at:stop]
            if not LETTERED.match(piece[-1]):
                break
            cost = letter * len(piece)
            if piece in parts or (len(piece) > 2 and piece in own):
                cost = min(cost, _KEYWORD)
            elif piece in trade:
                cost = min(cost, _TRADE)
            cost = min(cost, self.words.cost(piece) + _ORDINARY)
            if cost < letter * len(piece):
                out.append((stop, cost))
        stop = at + 1 if char < HANGUL else len(lower) + 9
        while stop < len(lower) and LETTERED.match(lower[stop]) and latin(lower[stop]) == latin(char):
            stop += 1
        out += [
            (end, _NAME + _NAME_LETTER * (end - at))
            for end in range(at + 5, min(stop, at + _NAME_MOST) + 1)
            if stop <= len(lower)
        ]
        for title in self.titles:
            stop = at
            while stop < len(lower) and lower[at : stop + 1] in title:
                stop += 1
            out += [(end, _TITLE) for end in range(max(at + _TITLE_LEAST, stop - 3), stop + 1)]
        return out
