"""What spam is made of: phrases and words by trade and language, found in a text with dictionary look-ups."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from cleaners.rules.spam.vocabulary import vocabulary

# scripts whose words are not set apart, and Korean, whose words carry their endings
UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
ARABIC: Final = re.compile("[؀-ۿ]")
GLUED: Final = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
WORD: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0903\u093c-\u094f])+")
STRIP: Final = ".,;:!?()[]{}\"'“”„«»‘’…|/-–—*#"
_KEY: Final = 4
_ARTICLES: Final = tuple("ال وال بال لل و ب ل".split())
# Arabic writes “the”, “and”, “by” as one with the word behind them
_PREFIXED: Final = re.compile("(?:[وف]?(?:ال|بال|كال|لل)|[وفبل])(?=[؀-ۿ]{3})")
_RANK: Final = {"strong": 0, "topic": 1, "report": 2, "offer": 3}
_RARE: Final = 3.5  # Zipf value in the page's language
_ALIEN: Final = ("id", "vi", "zh", "th", "ja", "ko", "ru", "tr")  # whose spam is found on pages of any language


class Term(NamedTuple):
    """One phrase of the lists."""

    words: tuple[str, ...]  # folded; "stem*" for any ending
    weight: str  # strong, topic, offer, report
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
    """Terms of some languages, indexed by their longest word."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.index: dict[str, list[tuple[int, Term]]] = {}
        self.glued: dict[str, Term] = {}
        for term in terms:
            if GLUED.search(term.text):
                self.glued.setdefault(term.text.lower(), term)
                continue
            at = max(range(len(term.words)), key=lambda i: len(term.words[i]))
            self.index.setdefault(term.words[at].rstrip("*")[:_KEY], []).append((at, term))
        ordered = sorted(self.glued, key=lambda p: (-len(p), p))
        self._glued = re.compile("|".join(map(re.escape, ordered)) or r"(?!)")

    def find(self, lower: str) -> list[Found]:
        """The terms in a lower-cased text; the more telling and the longer first claim their words."""
        spans = [match.span() for match in WORD.finditer(lower)]
        tokens = [lower[start:end] for start, end in spans]
        raw: list[Found] = []
        index = self.index
        bare = [_bare(token) for token in tokens] if not lower.isascii() and ARABIC.search(lower) else tokens
        for position, token in enumerate(tokens):
            terms = index.get(token[:_KEY], ())
            if bare[position] != token:
                terms = (*terms, *index.get(bare[position][:_KEY], ()))
            for offset, term in terms:
                first = position - offset
                if first < 0 or first + len(term.words) > len(tokens):
                    continue
                if all(_same(word, tokens[first + i]) or _same(word, bare[first + i]) for i, word in enumerate(term.words)):
                    last = first + len(term.words) - 1
                    raw.append(Found(spans[first][0], spans[last][1], term.weight, term.category, term.text))
        if not lower.isascii():
            for match in self._glued.finditer(lower):
                term = self.glued[match[0]]
                raw.append(Found(match.start(), match.end(), term.weight, term.category, term.text))
        return _disjoint(raw)


def _bare(token: str) -> str:
    """An Arabic word without what is written as one with it."""
    prefix = _PREFIXED.match(token)
    return token[prefix.end() :] if prefix else token


def _same(word: str, token: str) -> bool:
    return token.startswith(word[:-1]) if word[-1] == "*" else token == word


def _disjoint(raw: list[Found]) -> list[Found]:
    raw.sort(key=lambda f: (_RANK[f.weight], f.start - f.end, f.start))
    out: list[Found] = []  # in the order of the text, so that only neighbours can overlap
    for found in raw:
        place = bisect(out, found.start, key=lambda f: f.start)
        free = not place or out[place - 1].end <= found.start
        if free and (place == len(out) or found.end <= out[place].start):
            out.insert(place, found)
    return out


def _words(phrase: str) -> tuple[str, ...]:
    marked = phrase.lower().replace("*", "\ue000").replace("_", " ")
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
        for name in ("gambling", "pharma", "goods", "calls", "offers")
    }


@lru_cache(maxsize=1)
def _by_language() -> dict[str, tuple[Term, ...]]:
    """Every shipped term, by language."""
    data = lists()
    out: dict[str, list[Term]] = {}

    def add(language: str, weight: str, category: str, phrases: Iterable[str]) -> None:
        own = out.setdefault(language, [])
        own += [Term(words, weight, category, text.replace("_", " ")) for text in phrases if (words := _words(text))]

    for category, languages in {"gambling": data["gambling"], "pharma": data["pharma"], **data["goods"]}.items():
        for language, weights in languages.items():
            add(language, "strong", category, weights.get("strong", ()))
            add(language, "topic", category, weights.get("weak", ()))
    for category, tables in data["offers"]["topic"].items():
        for language, words in tables.items():
            add(language, "topic", category, words.split())
    for language, words in data["offers"]["offer"].items():
        add(language, "offer", "", words.split())
    for language, phrases in data["calls"]["calls"].items():
        add(language, "offer", "", phrases)
    for language, phrases in data["calls"]["report"].items():
        add(language, "report", "", phrases)
    return {language: tuple(terms) for language, terms in out.items()}


@lru_cache(maxsize=64)
def lexicon(languages: frozenset[str], extra: tuple[str, ...] = (), allow: frozenset[str] = frozenset()) -> Lexicon:
    """The shipped terms of some languages and an operator's own, less those an operator allows; phrases that sell of all."""
    allowed = {term.lower() for term in allow}
    terms: dict[tuple[str, ...], Term] = {}
    for language, every in _by_language().items():
        for term in every:
            if (
                language in languages or (term.weight == "strong" and len(term.text) > 5)
            ) and term.text.lower() not in allowed:
                known = terms.get(term.words)
                if known is None or _RANK[term.weight] < _RANK[known.weight]:
                    terms[term.words] = term
    for phrase in extra:
        terms[_words(phrase)] = Term(_words(phrase), "strong", "own", phrase)
    return Lexicon(terms.values())


class Clue(NamedTuple):
    """What a word on a page announces."""

    weight: float  # as a word of a trade; 0 if it only stands in phrases
    category: str
    # that sell, and hold the word; with the words before the last one, which may have an ending
    phrases: tuple[tuple[bytes, frozenset[bytes]], ...]


@lru_cache(maxsize=64)
def clues(language: str) -> dict[bytes, Clue]:
    """Words worth a look on a page of that language, in UTF-8, also with a capital where bytes do not tell."""
    weights: dict[str, tuple[float, str]] = {}
    phrases: dict[str, list[str]] = {}
    own, english = vocabulary(language), vocabulary("en")

    def zipf(word: str) -> float:
        return max(own.zipf(word) if own else 0.0, english.zipf(word) if english else 0.0)

    for code, terms in _by_language().items():
        for term in terms:
            if term.weight not in ("strong", "topic") or GLUED.search(term.text):
                continue
            near = code in (language, "en")
            if len(term.words) == 1 and near:
                word = term.words[0].rstrip("*")
                weight = max(1.5, min(7.0, (6.5 - (zipf(word) or 2.5)) * 2.3))
                if weight > weights.get(word, (0.0, ""))[0]:
                    weights[word] = (weight, term.category)
            elif len(term.words) > 1 and (near or term.weight == "strong"):
                anchor = min((word.rstrip("*") for word in term.words), key=lambda w: (zipf(w), -len(w), w))
                if not near and code not in _ALIEN and zipf(anchor) > _RARE:
                    continue
                phrases.setdefault(anchor, []).append(term.text.lower().replace("*", ""))
    out: dict[bytes, Clue] = {}
    for word in weights.keys() | phrases.keys():
        weight, category = weights.get(word, (0.0, ""))
        clue = Clue(weight, category, tuple(_with_others(phrase.encode()) for phrase in phrases.get(word, ())))
        out[word.encode()] = clue
        if ARABIC.match(word):
            out.update({(prefix + word).encode(): clue for prefix in _ARTICLES})
        elif not word[0].isascii():
            out[(word[0].upper() + word[1:]).encode()] = clue
    return out


class Offers:
    """How much of an offer each word of a language may be part of: never less than `evidence` makes of it."""

    def __init__(self, language: str) -> None:
        own, english = vocabulary(language), vocabulary("en")
        self.words: dict[str, float] = {}
        self.stems: dict[str, float] = {}
        for code in {language, "en"}:
            for term in _by_language().get(code, ()):
                if term.weight != "offer" or GLUED.search(term.text):
                    continue
                rarest = min(
                    max(own.zipf(word) if own else 0.0, english.zipf(word) if english else 0.0) or 2.5 for word in term.words
                )
                weight = max(0.7, min(3.0, (6.5 - rarest) * 2.303 * (1.0 if len(term.words) == 1 else 1.3)))
                longest = max(term.words, key=len)
                table = self.stems if longest[-1] == "*" else self.words
                key = longest[:_KEY].rstrip("*") if longest[-1] == "*" else longest
                table[key] = max(table.get(key, 0.0), weight)

    def of(self, words: Iterable[str]) -> float:
        """The most that these words can offer."""
        own, stems = self.words, self.stems
        return sum(max(own.get(word, 0.0), stems.get(word[:_KEY], 0.0)) for word in words)


@lru_cache(maxsize=16)
def offers(language: str) -> Offers:
    """The offers of a page of that language."""
    return Offers(language)


@lru_cache(maxsize=64)
def clue_words(language: str) -> frozenset[bytes]:
    """The words of `clues`, and others of their phrases, as a set, which is quicker to compare with a page's."""
    table = clues(language)
    return frozenset(table).union(*(others for clue in table.values() for _, others in clue.phrases))


def _with_others(phrase: bytes) -> tuple[bytes, frozenset[bytes]]:
    return phrase, frozenset(phrase.split()[:-1])


@lru_cache(maxsize=16)
def stem_heads(language: str) -> dict[str, tuple[str, ...]]:
    """The words of a language's lists that take endings, by their first five letters; none for English, which has few."""
    out: dict[str, list[str]] = {}
    for term in _by_language().get(language, ()) if language != "en" else ():
        if term.weight == "topic" and len(term.words) == 1 and term.words[0][-1] == "*" and len(term.words[0]) > 5:
            out.setdefault(term.words[0][:5], []).append(term.words[0][:-1])
    return {head: tuple(stems) for head, stems in out.items()}


@lru_cache(maxsize=4)
def glued_words(korean: bool) -> tuple[str, ...]:
    """Phrases of scripts without spaces, the shortest that no other holds: whoever looks for these misses none."""
    kept: list[str] = []
    every = {
        term.text.lower()
        for terms in _by_language().values()
        for term in terms
        if term.weight in ("strong", "topic") and GLUED.search(term.text)
    }
    for phrase in sorted(every, key=lambda p: (len(p), p)):
        hangul = any("\uac00" <= char <= "\ud7af" for char in phrase)
        if hangul == korean and not any(shorter in phrase for shorter in kept):
            kept.append(phrase)
    return tuple(kept)


def extra_terms(extra: tuple[str, ...]) -> Iterator[str]:
    """The most telling word of each of an operator's terms."""
    for phrase in extra:
        words = _words(phrase)
        if words:
            yield phrase.lower() if GLUED.search(phrase) else max(words, key=len).rstrip("*")
