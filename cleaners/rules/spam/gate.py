"""A quick look at a whole page, so that clean pages are not looked at twice.

Everything here is done by functions written in C over the page's bytes: its words against a set, its letters as classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from cleaners.rules.spam.brands import brand_likeness, numbers
from cleaners.rules.spam.keywords import core_stems, holds_part
from cleaners.rules.spam.letters import MOST, classes_of, folded, places, token_at, token_span
from cleaners.rules.spam.masked import SINGLES, masked
from cleaners.rules.spam.terms import clue_words, clues, glued_words, stem_heads

LONG: Final = 24  # letters: no word is as long, but for compounds
_GLUED_LEAST: Final = 20  # characters of words glued together
PHRASE: Final = 9.0  # weight of a phrase that sells
_GLUED: Final = 2.3  # of each letter of a word in a script without spaces
STEM: Final = 5.0  # of a word with any ending
_WORTH: Final = 10.0  # of one trade's words, all over the page
_NAME: Final = 0.6  # likeness
_RUNS: Final = {False: re.compile(rb"c+"), True: re.compile(rb"h[h ]*")}
_LETTERS: Final = b"ay"
_LONG_RUNS: Final = (b"a" * LONG, b"y" * LONG)
# where letters and two digits meet, or a digit stands between letters; begins with a digit, of which a page has few
_MEETING: Final = re.compile(rb"0(?:(?<=[ay]0)[0ay]|0{1,3}[ay])")
_ONE_DIGIT: Final = b"0a", b"0y"
_DIGITS: Final = re.compile(r"\d{2,4}")
_PART: Final = re.compile(r"[^\W_]+")


class Sight(NamedTuple):
    """What a page shows at a glance."""

    weights: dict[str, float]  # words of the trades, phrases that sell -> how telling each is
    categories: dict[str, str]  # of those words and phrases
    worth: bool  # sentences and lines may be spam
    shapes: frozenset[str]  # lower-case tokens in which letters and two digits meet
    runs: frozenset[str]  # lower-case tokens too long for a word
    cores: frozenset[str]  # lower-case tokens of the first sentences with a stem of the trade inside
    glued: tuple[str, ...]  # of all of them, those that may be several words of the trades
    disguised: tuple[int, ...]  # places of words that are read otherwise than they are written
    names: frozenset[str]  # words shaped like a brand
    tokens: list[bytes]  # the page's words in order, in UTF-8; small letters, but for those with accents


def glance(text: str, language: str, extra: frozenset[str], opening: str) -> Sight:
    """What on a page asks for a closer look.

    Args:
        extra: an operator's own words.
        opening: its first sentences, in lower case: splices stand there.
    """
    raw = text.encode("utf-8", "replace")
    ascii_only = len(raw) == len(text)
    words = folded(raw)
    table = clues(language)
    weights: dict[str, float] = {}
    categories: dict[str, str] = {}
    by_category: dict[str, float] = {}
    strong = False
    tokens = words.split()
    classes = classes_of(raw, ascii_only)
    apart = b"f" not in classes  # full-width signs are not told from letters: words beside them are not found
    found = clue_words(language).intersection(tokens)
    for word in found:
        clue = table.get(word)
        if clue is None:
            continue
        if clue.weight:
            name = word.decode().lower()
            weights[name] = clue.weight
            categories[name] = clue.category
            by_category[clue.category] = by_category.get(clue.category, 0.0) + clue.weight
        for phrase, others in clue.phrases:
            if (others <= found or not apart) and phrase in words:
                weights[phrase.decode()] = PHRASE
                strong = True
    for own in extra:
        if own.encode() in words:
            weights[own] = PHRASE
            strong = True
    if not ascii_only:
        sold = _glued(text, classes)
        weights.update(sold)
        strong = strong or bool(sold)
    if heads := stem_heads(language):
        for token in set(text.lower().split()):
            for stem in heads.get(token[:5], ()):
                if token.startswith(stem):
                    weights[stem] = STEM
                    by_category["stem"] = by_category.get("stem", 0.0) + STEM
    shapes, names, digits = _meetings(text, classes)
    long_runs = _LONG_RUNS if b"y" in classes else _LONG_RUNS[:1]
    runs = frozenset(token_at(text, place) for place in places(classes, long_runs))
    cores = frozenset(_holding(opening, core_stems(language)))
    syllables = language == "vi"  # its words are written apart
    glued = tuple(sorted(run for run in runs | cores if len(run) >= _GLUED_LEAST and (syllables or holds_part(run))))
    disguised = tuple(masked(text, raw, classes, digits, table))
    return Sight(
        weights,
        categories,
        strong or bool(names) or bool(disguised) or any(total >= _WORTH for total in by_category.values()),
        shapes,
        runs,
        cores,
        glued,
        disguised,
        names,
        tokens,
    )


def odd(text: str, language: str, extra: frozenset[str]) -> bool:
    """Whether a title or a description has anything that is worth a glance; most have nothing."""
    raw = text.encode("utf-8", "replace")
    classes = classes_of(raw, len(raw) == len(text))
    if _MEETING.search(classes) or SINGLES in classes or classes.translate(None, b"a0 "):
        return True
    if extra and any(own in text.lower() for own in extra):
        return True
    return not clues(language).keys().isdisjoint(folded(raw).split())


def _glued(text: str, classes: bytes) -> dict[str, float]:
    """Phrases that sell in scripts without spaces, and in Korean, which glues endings on."""
    out: dict[str, float] = {}
    for letters, korean in ((b"cc", False), (b"hh", True)):
        if letters[:1] in classes and letters in classes:
            runs = " ".join(text[m.start() : m.end()] for m in _RUNS[korean].finditer(classes))
            out.update((phrase, min(PHRASE, _GLUED * len(phrase))) for phrase in glued_words(korean) if phrase in runs)
    return out


def _holding(lower: str, stems: tuple[str, ...]) -> Iterator[str]:
    """Tokens with one of the stems inside."""
    for stem in stems:
        at = lower.find(stem)
        for _ in range(MOST):
            if at < 0:
                break
            yield token_at(lower, at)
            at = lower.find(stem, at + len(stem))


def _meetings(text: str, classes: bytes) -> tuple[frozenset[str], frozenset[str], list[int]]:
    """Tokens where letters and two digits meet, the names among them, and places of single digits between letters."""
    shapes: set[str] = set()
    singles: list[int] = []
    past = -1
    for meeting in islice(_MEETING.finditer(classes), 3 * MOST):
        place = meeting.start()
        if meeting[0] in _ONE_DIGIT and classes[place - 1] in _LETTERS:
            singles.append(place)
        elif place >= past:
            start, past = token_span(text, place)
            shapes.add(text[start:past].lower())
    lucky = numbers()
    names: set[str] = set()
    for token in shapes:
        for match in _DIGITS.finditer(token):
            if match[0] in lucky:
                names.update(word for word in _PART.findall(token) if len(word) < 20 and brand_likeness(word) >= _NAME)
    return frozenset(shapes), frozenset(names), singles[:MOST]
