"""Which blocks are worth reading word by word: reading one costs as much as a glance at ten pages' words."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Final, NamedTuple

from cleaners.page import Segment
from cleaners.rules.spam.disguise import RUN
from cleaners.rules.spam.gate import PHRASE, STEM
from cleaners.rules.spam.letters import words_of
from cleaners.rules.spam.reader import Reader
from cleaners.rules.spam.spans import OFFERED, ORDINARY, SEVERAL
from cleaners.rules.spam.terms import ARABIC, GLUED, UNSPACED, offers

FEW: Final = 4  # blocks that are read first; the others only if there is spam in one of them
MANY: Final = 12  # … of plain text, which has no menus
_ENOUGH: Final = 4.5  # weight of the words of the trades in a block
_AMPLE: Final = 7.0  # … in a long one
_SHORT: Final = 180  # characters
_NAMED: Final = 4.5
_REACH: Final = 200  # characters: no sentence of spam has its words farther apart
_NEAR: Final = 90  # … and no half sentence what it offers
_SELLS: Final = 8.0  # weight of a phrase that sells by itself
_HIDDEN: Final = 3.0  # less is needed of what is hidden
_MEETING: Final = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
LONGEST: Final = 6_000  # characters of a block that is read word by word


class Sign(NamedTuple):
    """A word of the trades, a phrase that sells, or a name, where it stands."""

    place: int
    weight: float
    word: str
    category: str  # "" for a phrase that sells, and for a name


class Signs:
    """All of them on one page, by block."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.starts = [segment.start for segment in reader.page.segments]
        # rare letters that change their length: offsets would lie, every block is read
        self.placed = len(reader.lower) == len(reader.page.source_text)

    def _block(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1

    @cached_property
    def by_block(self) -> dict[int, list[Sign]]:
        """The signs of each block that has any; each word once a block."""
        sight, lower, segments = self.reader.sight, self.reader.lower, self.reader.page.segments
        out: dict[int, list[Sign]] = {}
        for word, weight in [*sight.weights.items(), *((name, _NAMED) for name in sorted(sight.names))]:
            category = sight.categories.get(word, "")
            at = lower.find(word)
            while at >= 0:
                index = self._block(at)
                past = at + len(word)
                if index < 0 or not _bounded(lower, at, past, word, weight):
                    at = lower.find(word, past)
                    continue
                out.setdefault(index, []).append(Sign(at, weight, word, category))
                at = lower.find(word, max(segments[index].stop, past))
        return out

    @cached_property
    def odd(self) -> set[int]:
        """Blocks with words in disguise, or glued together."""
        reader = self.reader
        out = {self._block(place) for place in reader.sight.disguised}
        for run in reader.sight.glued:
            at = reader.lower.find(run)
            while at >= 0:
                index = self._block(at)
                if index >= 0 and RUN.search(reader.page.segments[index].text):
                    out.add(index)
                at = reader.lower.find(run, at + len(run))
        return {index for index in out if index >= 0}

    def first(self) -> list[int]:
        """The few blocks in which spam would show."""
        if not self.placed:
            return self.all()
        segments = self.reader.page.segments
        language = self.reader.language
        plain = self.reader.page.kind == "text"
        ranked: list[tuple[float, int]] = []
        for index, signs in self.by_block.items():
            segment = segments[index]
            if len(segment.text) > LONGEST or (total := _densest(signs)) < _needed(segment, plain):
                continue
            if _offers(signs, segment.start, segment.text.lower(), language):
                ranked.append((-total, index))
        ranked.sort()
        return sorted({index for _, index in ranked[: MANY if plain else FEW]} | self.odd)

    def all(self) -> list[int]:
        """Every block that says what the page is about, or may be spam."""
        segments = self.reader.page.segments
        if not self.placed:
            return list(range(len(segments)))
        out = set(self.odd)
        for index, signs in self.by_block.items():
            total = sum(sign.weight for sign in signs)
            if segments[index].origin == "hidden" or total >= _least(segments[index]):
                out.add(index)
        return sorted(out)


def _bounded(lower: str, start: int, end: int, word: str, weight: float) -> bool:
    """Whether a word stands by itself; a phrase and a stem may have any ending, scripts without spaces no bounds."""
    if not word.isascii() and (GLUED.search(word) or ARABIC.search(word)):
        return True
    if start and lower[start - 1].isalnum():
        return False
    return weight in (PHRASE, STEM) or end >= len(lower) or not lower[end].isalnum()


def _offers(signs: list[Sign], start: int, lower: str, language: str) -> bool:
    """Whether a block may offer something, or name a trade in several words: `best_span` asks for more than that."""
    words: dict[str, float] = {}
    for sign in signs:
        if not sign.category or sign.weight >= _SELLS:
            return True
        if sign.category not in ORDINARY:
            words[sign.word[:5]] = max(words.get(sign.word[:5], 0.0), sign.weight)
    if len(words) >= 3 or (len(words) == 2 and min(words.values()) >= SEVERAL):
        return True
    near = " ".join(lower[max(0, place - _NEAR) : place + _NEAR] for place in (sign.place - start for sign in signs))
    if _MEETING.search(near) or (not near.isascii() and UNSPACED.search(near)):
        return True
    return offers(language).of(set(words_of(near))) >= OFFERED


def _least(segment: Segment, plain: bool = False) -> float:
    return _ENOUGH if plain or len(segment.text) <= _SHORT else _AMPLE


def _needed(segment: Segment, plain: bool) -> float:
    return _least(segment, plain) - (_HIDDEN if segment.origin == "hidden" else 0.0)


def _densest(signs: list[Sign]) -> float:
    """The weight of those signs that stand closest together."""
    if len(signs) == 1:
        return signs[0].weight
    signs.sort()
    best = total = 0.0
    first = 0
    for sign in signs:
        total += sign.weight
        while sign.place - signs[first].place > _REACH:
            total -= signs[first].weight
            first += 1
        best = max(best, total)
    return best
