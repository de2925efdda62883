"""Words in disguise, read as they are meant: a text without its invisible characters, look-alikes and gaps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from cleaners.rules.spam.keywords import trade_words
from cleaners.rules.spam.words import Words

INVISIBLE: Final = frozenset("\u200b\u200c\u200d\u2060\u00ad\ufeff")
_CYRILLIC: Final = "аеорсхуіАВЕКМНОРСТХ"
_LATIN: Final = "aeopcxyiABEKMHOPCTX"
_TO_LATIN: Final = dict(zip(_CYRILLIC, _LATIN, strict=True))
_TO_CYRILLIC: Final = dict(zip(_LATIN, _CYRILLIC, strict=True))
_LEET: Final = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
LEET: Final = str.maketrans(_LEET)
TO_LATIN: Final = str.maketrans(_TO_LATIN)
TO_CYRILLIC: Final = str.maketrans(_TO_CYRILLIC)
_GAPS: Final = re.compile(r"(?<!\S)[^\W_](?:[ .\-][^\W_]){2,}(?!\S)")
_READ: Final = 0.8  # share of a run's letters that must belong to words
RUN: Final = re.compile(r"(?<![^\W_])[^\W_]{20,300}(?![^\W_])")
_TOKEN: Final = re.compile(r"[^\s]+")


class Plain(NamedTuple):
    """A text without disguise, and where each of its characters stood."""

    text: str
    at: list[int]  # place of each character in the original, and the original's length
    disguised: frozenset[int]  # places in `text` that stood there in disguise


def plain(text: str, known: Callable[[str], bool]) -> Plain | None:
    """The text as it is meant; None if nothing is disguised.

    Args:
        known: whether a lower-case word is one of the language or of the lists.
    """
    chars: list[str] = []
    at: list[int] = []
    odd: set[int] = set()
    spaced = {place for match in _GAPS.finditer(text) for place in _gaps(match)}
    hidden = False
    for place, char in enumerate(text):
        if char in INVISIBLE:
            hidden = True
            if chars:
                odd.add(len(chars) - 1)
            continue
        if place in spaced:
            odd.add(len(chars) - 1)
            continue
        if "\uff01" <= char <= "\uff5e":
            odd.add(len(chars))
            char = chr(ord(char) - 0xFEE0)
        chars.append(char)
        at.append(place)
    at.append(len(text))
    joined = "".join(chars)
    for match in _TOKEN.finditer(joined):
        for offset, char in _unmixed(match[0], known):
            chars[match.start() + offset] = char
            odd.add(match.start() + offset)
    if not odd and not hidden:
        return None
    return Plain("".join(chars), at, frozenset(odd))


def _gaps(match: re.Match[str]) -> range:
    return range(match.start() + 1, match.end(), 2)


def _unmixed(token: str, known: Callable[[str], bool]) -> list[tuple[int, str]]:
    """Replacements that make a word of one alphabet of a token of two, or of letters and digits."""
    latin = sum("a" <= char <= "z" or "A" <= char <= "Z" for char in token)
    cyrillic = sum("Ѐ" <= char <= "ӿ" for char in token)
    if latin and cyrillic:
        for table in (_TO_LATIN, _TO_CYRILLIC):
            changes = [(i, table[char]) for i, char in enumerate(token) if char in table]
            new = _with(token, changes)
            if changes and _one_alphabet(new):
                return changes
        return []
    if (
        cyrillic
        and all(char in _TO_LATIN for char in token if char.isalpha())
        and len(token) > 3
        and not known(token.lower())
    ):
        changes = [(i, _TO_LATIN[char]) for i, char in enumerate(token) if char in _TO_LATIN]
        return changes if known(_with(token, changes).lower().strip(".,!?:;")) else []
    if latin > 1 and any(char in _LEET for char in token):
        changes = [(i, _LEET[char]) for i, char in enumerate(token) if char in _LEET]
        new = _with(token, changes).lower().strip(".,!?:;\"'")
        if len(new) > 3 and new.isalpha() and known(new):
            return changes
    return []


def _with(token: str, changes: list[tuple[int, str]]) -> str:
    chars = list(token)
    for i, char in changes:
        chars[i] = char
    return "".join(chars)


def _one_alphabet(token: str) -> bool:
    latin = any("a" <= char <= "z" or "A" <= char <= "Z" for char in token)
    return not (latin and any("Ѐ" <= char <= "ӿ" for char in token))


def spelled_out(text: str, words: Words) -> Plain | None:
    """The text with a space between the words of runs too long for one; None if there is no such run."""
    chars: list[str] = []
    at: list[int] = []
    past = 0
    for match in RUN.finditer(text):
        cuts = _cuts(match[0].lower(), words)
        if not cuts:
            continue
        for place in range(past, match.end()):
            if place - match.start() in cuts:
                chars.append(" ")
                at.append(place)
            chars.append(text[place])
            at.append(place)
        past = match.end()
    if not past:
        return None
    chars += text[past:]
    at += range(past, len(text) + 1)
    return Plain("".join(chars), at, frozenset())


def _cuts(run: str, words: Words) -> frozenset[int]:
    """Where a run falls apart into words that cost least; nowhere if too little of it does."""
    best: list[tuple[float, int, int]] = [
        (0.0, 0, 0),
        *([(1e9, 0, 0)] * len(run)),
    ]  # cost, where the piece begins, known letters
    trade = trade_words()
    for start in range(len(run)):
        cost, _, known = best[start]
        if cost + 6.0 < best[start + 1][0]:
            best[start + 1] = (cost + 6.0, start, known)
        for stop in range(start + 2, min(len(run), start + 16) + 1):
            piece = run[start:stop]
            price = 6.0 if piece in trade else words.cost(piece) if words.known(piece) or words.foreign(piece) else 0.0
            if price and cost + price < best[stop][0]:
                best[stop] = (cost + price, start, known + len(piece))
    if best[-1][2] < _READ * len(run):
        return frozenset()
    cuts: set[int] = set()
    place = len(run)
    while place > 0:
        place = best[place][1]
        cuts.add(place)
    return frozenset(cuts - {0})
