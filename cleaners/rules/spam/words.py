"""What counts as a word on this page: its own words and the frequent words of its language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import pairwise
from math import log
from typing import Final

from cleaners.rules.spam.terms import WORD
from cleaners.rules.spam.vocabulary import Vocabulary, vocabulary

LONGEST: Final = 26  # characters: longer runs are no words of a page
LETTER: Final = 2.2  # nats a letter of a word seen nowhere surprises by
SYLLABLE: Final = 1.9
HANGUL: Final = "\uac00"
UNKNOWN: Final = 3.5  # nats more for being such a word
_PER_ZIPF: Final = 2.303
_ENDING: Final = 3  # letters a form may differ by
_JOINED: Final = 1.2  # nats a letter more: whoever splices hits words that people use
_SHORT: Final = 12.0  # nats: few words of a few letters are in no list
_LONG: Final = 16  # letters: few words are longer
_LONGER: Final = 1.2  # nats for each letter more
_PART: Final = 4  # letters of the shortest part of a compound
_PARTICLES: Final = frozenset(
    (
        "은 는 이 가 을 를 에 의 도 로 과 와 만 다 고 며 서 지 들 들은 들이 "
        "들을 들의 에서 으로 까지 부터 에게 이다 였다 하다 한다 했다 하는 하고 해서 되다 된다 보다 처럼 에는 에도 이나"
    ).split()
)
_OTHER_SCRIPTS: Final = frozenset("ar he fa ur ko ru uk bg mk sr el hi mr ne bn ta te ka hy am".split())
_LINKS: Final = frozenset("s n e en es er".split())
_PREFIXES: Final = frozenset("و ف ب ل ك س ي ت ن ال وال فال بال لل كال وي وت وب ול ה ו ב ל מ ש כ וה".split())


def unknown(word: str) -> float:
    """Surprise at a word seen nowhere; a Korean syllable is as good as two letters."""
    return UNKNOWN + LETTER * len(word) * (SYLLABLE if word[-1:] >= HANGUL else 1.0)


class Words:
    """How much each word surprises on this page."""

    def __init__(self, tokens: list[str], language: str = "", titles: tuple[str, ...] = ()) -> None:
        self._tokens = tokens
        self.counts = Counter(tokens)
        self.lists: list[Vocabulary] = [own] if (own := vocabulary(language)) is not None else []
        self.english = vocabulary("en")
        self.short = language == "ko"  # whose words take endings after one or two letters
        self.compounding = language in ("de", "nl", "sv", "da", "no", "fi", "hu", "is", "et", "tr", "ko", "af")
        self.foreign_script = language in _OTHER_SCRIPTS
        self.prefixed = language in ("ar", "he", "fa")
        self.titles = tuple("".join(title.lower().split()) for title in titles if title)

    @cached_property
    def pairs(self) -> Counter[tuple[str, str]]:
        """How often one word follows another."""
        return Counter(pairwise(self._tokens))

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

    def zipf(self, word: str) -> float:
        """Frequency in the page's language; 0 where it is not listed."""
        return max((own.zipf(word) for own in self.lists), default=0.0)

    def known(self, word: str) -> bool:
        """Whether the page uses the word elsewhere, or its language often does."""
        return self.counts[word] > 0 or self.zipf(word) > 0

    def foreign(self, word: str) -> bool:
        """Whether the word is a frequent one of English, which is at home everywhere."""
        return self.english is not None and self.english.zipf(word) >= 4.0 and len(word) > 2

    def coverage(self, run: str) -> float:
        """Which share of a run's letters can belong to words that nobody writes by chance."""
        best = [0] * (len(run) + 1)
        for start in range(len(run)):
            best[start + 1] = max(best[start + 1], best[start])
            for stop in range(start + 2, min(len(run), start + 14) + 1):
                size = stop - start
                if best[start] + size > best[stop]:
                    piece = run[start:stop]
                    if self.counts[piece] > 0 or self.zipf(piece) >= (5.8 if size < 4 else 3.3):
                        best[stop] = best[start] + size
        return best[-1] / max(1, len(run))

    def derived(self, word: str) -> bool:
        """Whether the word is a form of a known one, or two of them written as one."""
        return self._related(word) < 1e9

    def compound(self, word: str) -> float:
        """Surprise at a word as a row of known ones, as German and Finnish make them; infinite if it is none."""
        best = [0.0] + [1e9] * len(word)
        for start in range(len(word)):
            if best[start] >= 1e9:
                continue
            for stop in range(start + 3, min(len(word), start + 20) + 1):
                piece = word[start:stop]
                frequency = self.zipf(piece)
                if frequency >= (4.5 if len(piece) == 3 else 2.0):
                    cost = best[start] + 0.7 * (9.0 - frequency) * _PER_ZIPF
                    for link in (0, 1, 2):
                        if stop + link <= len(word) and (not link or word[stop : stop + link] in _LINKS):
                            best[stop + link] = min(best[stop + link], cost + link)
        return best[-1]

    def as_it_is(self, word: str) -> float:
        """Surprise at a token that nothing was put into."""
        if self.known(word):
            return self.cost(word)
        cost = unknown(word) + max(0, len(word) - _LONG) * _LONGER
        return min(cost, self._related(word), self.compound(word))

    def _part(self, word: str) -> bool:
        return self.zipf(word) >= 2.5 or self.counts[word] > 0 or (word[-1] == "s" and self.zipf(word[:-1]) >= 2.5)

    def cost(self, word: str) -> float:
        """Surprise at a word, in nats."""
        best = unknown(word)
        count = self.counts[word]
        if count > 0:
            best = min(best, 8.0 - log(count))
        zipf = self.zipf(word)
        if zipf:
            best = min(best, (9.0 - zipf) * _PER_ZIPF)
        return best

    def joined(self, word: str) -> float:
        """Surprise at a word that two halves make."""
        if self.known(word):
            return self.cost(word)
        return min(self.cost(word) + _JOINED * len(word) + max(0.0, _SHORT - 1.2 * len(word)), self._related(word))

    def _related(self, word: str) -> float:
        """Surprise at a form of a known word, or at two written as one."""
        best = 1e9
        least = 1 if self.short else _PART
        for cut in range(len(word) - 1, max(least, len(word) - _ENDING) - 1, -1):
            if self.known(word[:cut]):
                ending = 3.0 * (len(word) - cut)
                if self.short and word[cut:] not in _PARTICLES:
                    ending *= 2
                best = min(best, self.cost(word[:cut]) + 1.5 + ending)
        if self.prefixed:
            for cut in range(1, 4):
                if len(word) - cut >= 2 and word[:cut] in _PREFIXES:
                    for rest in (word[cut:], word[cut:-1], word[cut:-2]):
                        if len(rest) >= 2 and self.known(rest):
                            best = min(best, self.cost(rest) + 3.0 + (len(word) - cut - len(rest)))
        for cut in range(_PART, len(word) - _PART + 1) if self.compounding else ():
            if self._part(word[:cut]) and self._part(word[cut:]):
                best = min(best, self.cost(word[:cut]) + self.cost(word[cut:]) + 3.0)
        return best
