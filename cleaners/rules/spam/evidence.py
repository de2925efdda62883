"""What every word of a block says for and against spam, as a weight: evidence adds up, no single word decides."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Final, NamedTuple

from cleaners.rules.spam.brands import brand_likeness
from cleaners.rules.spam.keywords import telling
from cleaners.rules.spam.terms import GLUED, Found, Lexicon

_UNIT: Final = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[\u0e00-\u0eff\u1780-\u17ff]+|(?:[^\W_\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[\u0300-\u036f\u0900-\u0903\u093c-\u094f])+"
)
_QUOTES: Final = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’|「[^」]*」|『[^』]*』|\"[^\"]*\"|(?<!\w)'[^']+'(?!\w)")
_SYLLABLES: Final = re.compile("[\u0e00-\u0eff\u1780-\u17ff]")
_IDEOGRAPH: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_HANGUL: Final = re.compile("[\uac00-\ud7af]")
SPAM_SHARE: Final = 11.5  # zipf at which a word of the lists says nothing: spam has each once in 300 words or so
_PER_ZIPF: Final = 2.303
_TAGS: Final = frozenset("#@_/\\")  # before a tag, a name, a part of a path
_BRAND: Final = 6.0
_REPORT: Final = -5.0  # words of those who write about spam, not of those who send it
_DISGUISE: Final = 3.5


class Unit(NamedTuple):
    """A word or phrase of a block."""

    start: int
    end: int
    weight: float
    category: str  # of what is sold; "brand" for a name, "" for other words
    text: str


def units(
    lower: str,
    terms: Lexicon,
    zipf: Callable[[str], float],
    host: Callable[[str], int],
    disguised: frozenset[int] = frozenset(),
) -> list[Unit]:
    """The block's words in order, each with its weight.

    Args:
        zipf: frequency of a word in the page's language, 0 if it is not listed.
        host: how often the rest of the page uses a word.
        disguised: places of characters that stood there in disguise.
    """
    found = terms.find(lower)
    quotes = [match.span() for match in _QUOTES.finditer(lower)] if any(sign in lower for sign in "\"'“«„「『‘") else []
    out = [_listed(one, zipf, quotes) for one in found if not (one.start and lower[one.start - 1] in _TAGS)]
    starts = [one.start for one in found]
    for match in _UNIT.finditer(lower):
        start, end = match.span()
        at = bisect_left(starts, end)
        if at and found[at - 1].end > start:
            continue  # part of a term, or a term is part of it
        if start and lower[start - 1] in _TAGS:
            out.append(Unit(start, end, 0.0, "", match[0]))
            continue
        out.append(Unit(start, end, *_other(match[0], zipf, host)))
    if disguised:
        out = [_unmasked(unit, disguised) for unit in out]
    out.sort()
    return out


def _unmasked(unit: Unit, disguised: frozenset[int]) -> Unit:
    if not any(at in disguised for at in range(unit.start, unit.end)):
        return unit
    return unit._replace(weight=max(0.0, unit.weight) + _DISGUISE)


def _listed(one: Found, zipf: Callable[[str], float], quotes: list[tuple[int, int]]) -> Unit:
    quoted = any(start < one.start and one.end < end for start, end in quotes)
    if one.weight == "report":
        return Unit(one.start, one.end, _REPORT, "", one.text)
    if quoted:
        return Unit(one.start, one.end, -1.0, "", one.text)
    size = one.end - one.start
    if GLUED.search(one.text):
        full = 1.9 * size if _HANGUL.search(one.text) or _IDEOGRAPH.search(one.text) else 0.6 * size
        bounds = {"strong": (8.5, 10.5), "topic": (2.5, 6.0), "offer": (1.2, 3.5)}[one.weight]
    else:
        words = one.text.replace("*", " ").split()
        rarest = min((zipf(word) or 2.5 for word in words), default=2.5)
        full = (SPAM_SHARE - 5.0 - rarest) * _PER_ZIPF * (1.0 if len(words) == 1 else 1.3)
        bounds = {"strong": (8.5, 10.5), "topic": (1.5, 7.0), "offer": (0.7, 3.0)}[one.weight]
    weight = max(bounds[0], min(bounds[1], full))
    return Unit(one.start, one.end, weight, one.category or "offer", one.text)


def _other(word: str, zipf: Callable[[str], float], host: Callable[[str], int]) -> tuple[float, str, str]:
    if _IDEOGRAPH.match(word):
        return -0.4, "", word
    if _SYLLABLES.match(word):
        return -0.11 * len(word), "", word
    if _HANGUL.search(word):
        return -0.7, "", word
    if not word.isalpha():
        likeness = brand_likeness(word) if 3 <= len(word) <= 18 and not word.isdigit() else 0.0
        if likeness and not host(word):
            return _BRAND * likeness, "brand", word
        return (0.0 if word.isdigit() else -0.3), "", word
    frequency = zipf(word)
    if not frequency:
        if len(word) > 5 and not host(word) and any(stem in word for stem in telling()):
            return 3.0, "brand", word
        return (-0.2 if not host(word) else -1.5), "", word
    if frequency >= 5.7:
        return -0.4, "", word
    return (-1.9 if host(word) else -1.0), "", word
