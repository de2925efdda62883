"""What spam is made of: phrases by category and language, found in a block with dictionary look-ups."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
WORD: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0903\u093c-\u094f])+")
STRIP: Final = ".,;:!?()[]{}\"'“”„«»‘’…|/-–—*#"
_KEY: Final = 4
_STEM: Final = 5


class Term(NamedTuple):
    """One phrase of the lists."""

    words: tuple[str, ...]  # folded; "stem*" for any ending
    weight: str  # strong, weak, call, report
    category: str
    text: str


class Found(NamedTuple):
    """A term seen in a text."""

    start: int
    end: int
    weight: str
    category: str
    text: str


class Lexicon:
    """All terms, indexed by their most telling word."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.index: dict[str, list[tuple[int, Term]]] = {}
        self.exact: dict[str, list[Term]] = {}  # the rarest word of a phrase -> the phrases it may announce
        self.stems: dict[str, list[tuple[str, Term]]] = {}
        unspaced: dict[str, Term] = {}
        for term in terms:
            if UNSPACED.search(term.text):
                unspaced.setdefault(term.text.lower(), term)
                continue
            at = _anchor(term.words)
            anchor = term.words[at]
            self.index.setdefault(anchor.rstrip("*")[:_KEY], []).append((at, term))
            if term.weight in ("strong", "weak"):
                if anchor.endswith("*") and len(anchor) > _STEM:
                    self.stems.setdefault(anchor[:_STEM], []).append((anchor[:-1], term))
                else:
                    self.exact.setdefault(anchor.rstrip("*"), []).append(term)
        for entries in self.index.values():
            entries.sort(key=lambda entry: -len(entry[1].text))
        self.unspaced = unspaced
        self._unspaced = _alternatives(unspaced)
        self._look = _shortest([text for text, term in unspaced.items() if term.weight in ("strong", "weak")])

    def signs(self, lower: str, words: set[str]) -> list[str]:
        """What on a page announces terms: set operations on its words, and a search for scripts without spaces."""
        known = sorted(self.exact.keys() & words)
        out = [anchor for anchor in known if any(_all_there(term, words) for term in self.exact[anchor])]
        for key in sorted(self.stems.keys() & {word[:_STEM] for word in words}):
            for stem, term in self.stems[key]:
                if _all_there(term, words) and any(word.startswith(stem) for word in words):
                    out.append(stem)
        if not lower.isascii() and UNSPACED.search(lower):
            out += [phrase for phrase in self._look if phrase in lower]
        return out

    def sells(self, signs: Iterable[str]) -> bool:
        """Whether a sign announces a strong term."""
        for sign in signs:
            found = [*self.exact.get(sign, ()), *(term for stem, term in self.stems.get(sign[:_STEM], ()) if stem == sign)]
            if not found or any(term.weight == "strong" for term in found):
                return True
        return False

    def find(self, lower: str) -> list[Found]:
        """The terms in a lower-cased text; longer ones first claim their words."""
        spans = [match.span() for match in WORD.finditer(lower)]
        tokens = [lower[start:end] for start, end in spans]
        raw: list[Found] = []
        index = self.index
        for position, token in enumerate(tokens):
            for offset, term in index.get(token[:_KEY], ()):
                first = position - offset
                if first < 0 or first + len(term.words) > len(tokens):
                    continue
                if all(_same(word, tokens[first + i]) for i, word in enumerate(term.words)):
                    last = first + len(term.words) - 1
                    raw.append(Found(spans[first][0], spans[last][1], term.weight, term.category, term.text))
        if not lower.isascii():
            for match in self._unspaced.finditer(lower):
                term = self.unspaced[match[0]]
                raw.append(Found(match.start(), match.end(), term.weight, term.category, term.text))
        return _disjoint(raw)


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    """Words of spam phrases that stand in too many honest pages to make anyone look closer."""
    return frozenset(lists()["calls"]["ordinary"].split())


def _anchor(words: tuple[str, ...]) -> int:
    """Which word of a phrase is the rarest: the longest that is not common."""
    ordinary = _ordinary()
    return max(range(len(words)), key=lambda i: (words[i].rstrip("*") not in ordinary, len(words[i])))


def _same(word: str, token: str) -> bool:
    return token.startswith(word[:-1]) if word[-1] == "*" else token == word


_RANK: Final = {"strong": 0, "report": 1, "weak": 2, "call": 3}


def _disjoint(raw: list[Found]) -> list[Found]:
    raw.sort(key=lambda f: (_RANK[f.weight], f.start - f.end, f.start))
    out: list[Found] = []  # in the order of the text, so that only neighbours can overlap
    for found in raw:
        place = bisect(out, found.start, key=lambda f: f.start)
        free = not place or out[place - 1].end <= found.start
        if free and (place == len(out) or found.end <= out[place].start):
            out.insert(place, found)
    return out


def _all_there(term: Term, words: set[str]) -> bool:
    return all(word in words or word[-1] == "*" for word in term.words)


def _shortest(phrases: list[str]) -> tuple[str, ...]:
    """The phrases that hold no other: whoever looks for these misses none."""
    kept: list[str] = []
    for phrase in sorted(phrases, key=lambda p: (len(p), p)):
        if not any(shorter in phrase for shorter in kept):
            kept.append(phrase)
    return tuple(kept)


def _alternatives(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern over literal phrases; the engine skips by their first characters."""
    ordered = sorted(set(phrases), key=lambda p: (-len(p), p))
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")


def _words(phrase: str) -> tuple[str, ...]:
    marked = phrase.lower().replace("*", "\ue000")
    return tuple(
        word.replace("\ue000", "*")
        for word in re.findall(r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0903\u093c-\u094f]|\ue000)+", marked)
    )


@lru_cache(maxsize=1)
def lists() -> dict[str, Any]:
    """The spam data files, by name without prefix."""
    folder = files("cleaners.data").joinpath("words")
    return {
        name: tomllib.loads(folder.joinpath(f"spam_{name}.toml").read_text(encoding="utf-8"))
        for name in ("gambling", "pharma", "goods", "calls")
    }


def _terms() -> Iterator[Term]:
    data = lists()
    tables = {"gambling": data["gambling"], "pharma": data["pharma"], **data["goods"]}
    for category, languages in tables.items():
        for weights in languages.values():
            for weight in ("strong", "weak"):
                for phrase in weights.get(weight, ()):
                    yield Term(_words(phrase), weight, category, phrase)
    for table, weight in (("calls", "call"), ("report", "report")):
        for phrases in data["calls"][table].values():
            for phrase in phrases:
                yield Term(_words(phrase), weight, "", phrase)


@lru_cache(maxsize=8)
def lexicon(extra: tuple[str, ...] = (), allow: frozenset[str] = frozenset()) -> Lexicon:
    """The shipped terms with an operator's own, less those an operator allows."""
    allowed = {term.lower() for term in allow}
    terms = {(term.words, term.weight in ("call", "report")): term for term in _terms() if term.text.lower() not in allowed}
    for phrase in extra:
        terms[(_words(phrase), False)] = Term(_words(phrase), "strong", "own", phrase)
    return Lexicon(terms.values())
