"""What counts as a word on this page: its own words, the frequent words of its language, and their letters."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import log
from typing import Final

from cleaners.rules.spam.terms import UNSPACED, WORD

_LISTED: Final = 4.0  # a frequent word counts as if the page had used it so often
_LETTERS: Final = 40  # distinct letters a script is taken to have
_UNKNOWN: Final = log(0.0005)  # a word seen nowhere
_MUCH: Final = 3.0  # a word so many times as long as usual surprises, by one nat for each letter more
LONGEST: Final = 24  # characters: longer runs are no words of a page


@lru_cache(maxsize=1)
def common() -> dict[str, frozenset[str]]:
    """Frequent words by language."""
    text = files("cleaners.data").joinpath("words", "common.toml").read_text(encoding="utf-8")
    return {language: frozenset(words.split()) for language, words in tomllib.loads(text).items()}


class Words:
    """A unigram model of one page with a letter model for words it has never seen."""

    def __init__(self, text: str, language: str = "") -> None:
        tokens = [match[0] for match in WORD.finditer(text.lower())]
        self.counts = Counter(t for t in tokens if len(t) <= LONGEST and not t.isdigit() and not UNSPACED.search(t))
        self.listed = _frequent(self.counts, language)
        self.total = sum(self.counts.values()) + _LISTED * len(self.listed) + 1.0
        lengths = sum(len(word) * count for word, count in self.counts.items())
        self.usual = max(2.0, lengths / max(1, sum(self.counts.values())))  # characters a word of the page has
        self.pairs = Counter(pairwise(tokens))
        self.tails: frozenset[str] | None = None  # made when a splice is looked for
        self._grams: dict[str, dict[str, int]] = {}

    def _learn(self) -> None:
        for word in self.counts.keys() | self.listed:
            padded = f"^^{word}$"
            for at in range(2, len(padded)):
                for context in (padded[at - 2 : at], padded[at - 1 : at]):
                    following = self._grams.setdefault(context, {})
                    following[padded[at]] = following.get(padded[at], 0) + 1

    def known(self, word: str) -> bool:
        """Whether the page uses the word elsewhere, or its language often does."""
        return self.counts[word] > 0 or word in self.listed

    @contextmanager
    def without(self, text: str) -> Iterator[None]:
        """The model as if the page did not hold `text`, so that nothing speaks for itself."""
        own = Counter(match[0] for match in WORD.finditer(text) if match[0] in self.counts)
        self.counts.subtract(own)
        try:
            yield
        finally:
            self.counts.update(own)

    def seen(self, word: str) -> int:
        """How often the page uses the word."""
        return self.counts[word]

    def cost(self, word: str) -> float:
        """Surprise at a word, in nats."""
        mass = self.counts[word] + (_LISTED if word in self.listed else 0.0)
        if mass:
            return -log(mass / self.total)
        return -_UNKNOWN + self.letters(word) + max(0.0, len(word) - _MUCH * self.usual)

    def letters(self, word: str) -> float:
        """Surprise at the letters of a word seen nowhere."""
        if not self._grams:
            self._learn()  # few pages come this far
        cost = 0.0
        padded = f"^^{word}$"
        for at in range(2, len(padded)):
            char = padded[at]
            one = self._share(padded[at - 1 : at], char, 1.0 / _LETTERS)
            cost -= log(self._share(padded[at - 2 : at], char, one))
        return cost

    def _share(self, context: str, char: str, behind: float) -> float:
        following = self._grams.get(context)
        if not following:
            return behind
        total = sum(following.values())
        kinds = len(following)
        return (following.get(char, 0) + kinds * behind) / (total + kinds)


def _frequent(counts: Counter[str], language: str) -> frozenset[str]:
    """The list of the language the page's words speak for; the declared one where they do not tell."""
    best, most = common().get(language, frozenset()), 0.0
    for name, listed in common().items():
        hits = sum(counts[word] for word in counts.keys() & listed)
        share = hits * (1.25 if name == language else 1.0)
        if share > most:
            best, most = listed, share
    return best
