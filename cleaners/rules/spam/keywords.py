"""The keyword at the heart of a splice: a brand told by its shape, a stem of the trade, or a part glued to a long run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from cleaners.rules.spam.brands import HINT, brand_likeness, numbers, stems
from cleaners.rules.spam.terms import UNSPACED, lists

TOKEN: Final = re.compile(r"\S+")
_DIGITS: Final = re.compile(r"(?<!\d)\d{2,4}(?!\d)")
FOREIGN: Final = re.compile(r"[/\\_@#=<>{}\[\]()|~^%$&+:]|www\.|\.(?:com|net|org|html?|php|js|py)\b")
_GLUED: Final = (
    "casino",
    "viagra",
    "cialis",
    "poker",
    "slot",
    "togel",
    "казино",
    "카지노",
    "bahis",
    "gacor",
    "maxwin",
    "jackpot",
)
_HONEST: Final = re.compile(r"[a-z]cialis[a-z]")  # specialist, socialisme, commercialise
LONG_TOKEN: Final = 24


class Core(NamedTuple):
    start: int  # in the block: from here …
    end: int  # … to here the keyword's core
    name: str
    likeness: float  # 0 … 1: how much the core by itself speaks of spam


@lru_cache(maxsize=1)
def modifiers() -> frozenset[str]:
    words = {word for phrase in lists()["calls"]["modifiers"] for word in phrase.split()}
    return frozenset(word.lower() for word in words if len(word) > 1)


@lru_cache(maxsize=1)
def _cores() -> re.Pattern[str]:
    return re.compile("|".join(sorted(lists()["calls"]["cores"], key=len, reverse=True)))


def _brand_at(lower: str, start: int, end: int) -> tuple[float, str]:
    """The likeness of the brand around digits at `start`…`end`, whatever is glued to it."""
    left = start
    while left > 0 and lower[left - 1].isalpha() and start - left < 8:
        left -= 1
    right = end
    while right < len(lower) and lower[right].isalpha() and right - end < 5:
        right += 1
    best, name = 0.0, ""
    for stem in stems():
        if lower.endswith(stem, left, start) or lower.startswith(stem, end, right):
            likeness = brand_likeness((stem if lower.endswith(stem, left, start) else "") + lower[start:end]) or 0.4
            if lower.startswith(stem, end, right):
                likeness = max(likeness, 0.8 if len(stem) > 2 else 0.4)
            shown = stem + lower[start:end] if lower.endswith(stem, left, start) else lower[start:end] + stem
            if (likeness, len(shown)) > (best, len(name)):
                best, name = likeness, shown
    if not best and lower[start:end] in numbers():
        return 0.4, lower[max(left, start - 6) : end]
    return best, name or lower[left:end]


def suspicious_words(words: set[str]) -> list[str]:
    """The words of a page that a splice may have left: brands by shape, glued keywords, runs too long for words."""
    out = [
        word
        for word in words
        if not word.isalpha() and HINT.search(word) and any(found_cores(word)) and not UNSPACED.search(word)
    ]
    every = " ".join(words)
    glued = [stem for stem in _GLUED if stem in every]
    if glued:
        out += [
            word
            for word in words
            if len(word) > 6 and any(stem in word for stem in glued) and word not in modifiers() and not _HONEST.search(word)
        ]
    if max(map(len, words), default=0) >= LONG_TOKEN:
        out += [word for word in words if len(word) >= LONG_TOKEN and word.isalpha() and not UNSPACED.search(word)]
    return out


def found_cores(lower: str) -> Iterator[Core]:
    for match in _DIGITS.finditer(lower):
        before = match.start() > 0 and lower[match.start() - 1].isalpha()
        after = match.end() < len(lower) and lower[match.end()].isalpha()
        if before or after:
            likeness, name = _brand_at(lower, match.start(), match.end())
            if likeness:
                yield Core(match.start(), match.end(), name, likeness)
    for match in _cores().finditer(lower):
        yield Core(match.start(), match.end(), match[0], 0.5)


def hidden_in_long_words(text: str, lower: str) -> Iterator[Core]:
    """Keyword parts at the end of a token too long to be a word: brands without a number."""
    tokens = list(TOKEN.finditer(text))
    for token, following in pairwise(tokens):
        glued = following[0].lower()
        if len(token[0]) < LONG_TOKEN or FOREIGN.search(token[0]) or "-" in token[0]:
            continue
        for part in modifiers():
            if len(part) > 2 and glued.startswith(part) and len(glued) > len(part):
                start = following.start()
                yield Core(start, start + len(part), part, 0.2)
                break


def may_hold(lower: str) -> bool:
    return (
        HINT.search(lower) is not None
        or any(stem in lower for stem in _GLUED)
        or any(len(word) >= LONG_TOKEN for word in lower.split())
    )


@lru_cache(maxsize=1)
def _part_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A keyword part where a text begins, and one, read backwards, where it ends; the longest there is."""
    parts = sorted((part for part in modifiers() | stems() if len(part) > 2), key=len, reverse=True)
    first = re.compile(f" ?({'|'.join(map(re.escape, parts))})")
    last = re.compile(f" ?({'|'.join(re.escape(part[::-1]) for part in parts)})")
    return first, last


def sides(before: str, after: str) -> tuple[int, int]:
    """The letters on either side of a keyword's core that are no keyword parts: what may be a squashed title."""
    first, last = _part_patterns()
    backwards = before[::-1]
    while found := last.match(backwards):
        backwards = backwards.lstrip()[len(found[1]) :].lstrip()
    while found := first.match(after):
        after = after.lstrip()[len(found[1]) :]
    return len(backwards), len(after)
