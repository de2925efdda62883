"""A look at a whole page that costs a third of a millisecond, so that clean pages are not looked at twice.

Everything here is done by functions written in C over the page's bytes: its words against a set, and its letters as
classes, one byte a character: `a` a letter, `y` a Cyrillic one, `c` one of a script without spaces, `h` a Korean one,
`f` full width, `0` a digit, `.` a dot or hyphen.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Final, NamedTuple

from cleaners.rules.spam.brands import brand_likeness, numbers
from cleaners.rules.spam.disguise import INVISIBLE, LEET, TO_CYRILLIC, TO_LATIN
from cleaners.rules.spam.keywords import core_stems, core_words, word_set
from cleaners.rules.spam.terms import Clue, clue_words, clues, glued_words, stem_heads

LONG: Final = 24  # letters: no word is as long, but for compounds
ZERO_WIDTH: Final = "".join(sorted(INVISIBLE))


def _classes() -> bytes:
    out = bytearray(b" " * 256)
    for code in range(256):
        if 48 <= code < 58:
            out[code] = ord("0")
        elif (code < 128 and chr(code).isalpha()) or 0xC3 <= code <= 0xCF or 0xD2 <= code <= 0xDF or code == 0xE1:
            out[code] = ord("a")
        elif 0xEA <= code <= 0xED:
            out[code] = ord("h")
        elif code in (0xD0, 0xD1):
            out[code] = ord("y")
        elif code == 0xE0 or 0xE3 <= code <= 0xE9:
            out[code] = ord("c")
        elif code == 0xEF:
            out[code] = ord("f")
        elif chr(code) in ".-":
            out[code] = ord(".")
    return bytes(out)


def _folding() -> bytes:
    out = bytearray(range(256))
    for code in range(65, 91):
        out[code] = code + 32
    for sign in string.punctuation.replace("-", ""):
        out[ord(sign)] = 32
    return bytes(out)


_CLASSES: Final = _classes()
_CONTINUING: Final = bytes(range(0x80, 0xC0))
_FOLDING: Final = _folding()
# every byte that no invisible character holds: without them, few bytes of a page are left to search
_NO_TRACE: Final = bytes(sorted(set(range(256)) - set("".join(sorted(INVISIBLE)).encode())))
_INSIDE: Final = re.compile(r"\S+(?: \S+)?")
_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FIRST: Final = 3_000  # characters
_PHRASE: Final = 9.0  # weight of a phrase that sells
_GLUED: Final = 2.3  # of each letter of a word in a script without spaces
_STEM: Final = 5.0  # of a word with any ending
_WORTH: Final = 10.0  # of one trade's words, all over the page
_NAME: Final = 0.6  # likeness
_MOST: Final = 200
_RUNS: Final = {False: re.compile(rb"c+"), True: re.compile(rb"h[h ]*")}
_GAPS: Final = ("a a a a a", "a.a.a.a")  # single letters with gaps; the same for other scripts


class Sight(NamedTuple):
    """What a page shows at a glance."""

    weights: dict[str, float]  # words of the trades, phrases that sell -> how telling each is
    categories: dict[str, str]  # of those words and phrases
    worth: bool  # sentences and lines may be spam
    classes: bytes  # a class for each character
    shaped: bool  # letters beside two digits
    glued: bool  # a run too long for a word, or a stem of the trade
    disguised: tuple[int, ...]  # places of words that are read otherwise than they are written
    names: frozenset[str]  # tokens shaped like a brand


def glance(text: str, language: str, extra: frozenset[str], first: tuple[int, int] = (0, _FIRST)) -> Sight:
    """What on a page asks for a closer look.

    Args:
        extra: an operator's own words.
        first: where the first sentences are: splices stand there.
    """
    raw = text.encode("utf-8", "replace")
    folded = raw.translate(_FOLDING)
    table = clues(language)
    weights: dict[str, float] = {}
    categories: dict[str, str] = {}
    by_category: dict[str, float] = {}
    strong = False
    for word in clue_words(language).intersection(folded.split()):
        clue = table[word]
        if clue.weight:
            name = word.decode().lower()
            weights[name] = clue.weight
            categories[name] = clue.category
            by_category[clue.category] = by_category.get(clue.category, 0.0) + clue.weight
        for phrase in clue.phrases:
            if phrase in folded:
                weights[phrase.decode()] = _PHRASE
                strong = True
    for own in extra:
        if own.encode() in folded:
            weights[own] = _PHRASE
            strong = True
    classes = raw.translate(_CLASSES, _CONTINUING)
    for letters, korean in ((b"cc", False), (b"hh", True)):
        if letters[:1] in classes and letters in classes:
            runs = " ".join(text[m.start() : m.end()] for m in _RUNS[korean].finditer(classes))
            found = [phrase for phrase in glued_words(korean) if phrase in runs]
            weights.update({phrase: min(_PHRASE, _GLUED * len(phrase)) for phrase in found})
            strong = strong or bool(found)
    if heads := stem_heads(language):
        for token in set(text.lower().split()):
            for stem in heads.get(token[:5], ()):
                if token.startswith(stem):
                    weights[stem] = _STEM
                    by_category["stem"] = by_category.get("stem", 0.0) + _STEM
    shaped = b"a00" in classes or b"00aa" in classes or (b"y" in classes and (b"y00" in classes or b"00yy" in classes))
    names = frozenset(_names(text, classes)) if shaped else frozenset[str]()
    opening = text[slice(*first)].lower().encode("utf-8", "replace")
    glued = (
        b"a" * LONG in classes
        or (b"y" in classes and b"y" * LONG in classes)
        or any(stem in opening for stem in core_stems(language))
    )
    disguised = tuple(_disguised(text, classes, table))
    worth = strong or bool(names) or bool(disguised) or any(total >= _WORTH for total in by_category.values())
    return Sight(weights, categories, worth, classes, shaped, glued, disguised, names)


def folded_words(text: str) -> list[str]:
    """The words of a text in lower case, signs of ASCII left out."""
    return text.encode("utf-8", "replace").translate(_FOLDING).decode("utf-8", "replace").lower().split()


def _names(text: str, classes: bytes) -> Iterator[str]:
    """Words that look like a brand, where letters and digits meet."""
    lucky = numbers()
    for place in places(classes, (b"a00", b"00a", *((b"y00", b"00y") if b"y" in classes else ()))):
        start = place + 1 if classes[place] != 48 else place
        digits = text[start : start + 4]
        if not digits[:3].isdigit():
            digits = digits[:2]
        elif not digits.isdigit():
            digits = digits[:3]
        if digits in lucky:
            word = _around(text, place).lower()
            if len(word) < 20 and brand_likeness(word) >= _NAME:
                yield word


def places(classes: bytes, patterns: tuple[bytes, ...]) -> Iterator[int]:
    """Where one of the patterns stands; no more than a page of text has."""
    for pattern in patterns:
        at = classes.find(pattern)
        for _ in range(_MOST):
            if at < 0:
                break
            yield at
            at = classes.find(pattern, at + len(pattern))


def _around(text: str, place: int) -> str:
    """The letters and digits around a place."""
    start = place
    while start > 0 and text[start - 1].isalnum() and place - start < 40:
        start -= 1
    past = place
    while past < len(text) and text[past].isalnum() and past - place < 40:
        past += 1
    return text[start:past]


def _disguised(text: str, classes: bytes, table: dict[bytes, Clue]) -> Iterator[int]:
    """Places of words that mean one of the lists once they are read as they look."""
    if classes.count(b"a0a") > 1:
        for place in places(classes, (b"a0a",)):
            word = _around(text, place).lower()
            if len(word) < 20 and _listed(word.translate(LEET), table):
                yield place
    for script in (b"a", b"y", b"c", b"h"):
        if script != b"a" and script not in classes:
            continue
        for place in places(classes, tuple(gaps.encode().replace(b"a", script) for gaps in _GAPS)):
            if _listed(_closed(text[place : place + 60].strip()).lower(), table, True):
                yield place
    if text.isascii():
        return
    traces = text.encode("utf-8", "replace").translate(None, _NO_TRACE)
    for char in ZERO_WIDTH:
        at = text.find(char) if char.encode() in traces else -1
        for _ in range(_MOST):
            if at < 0:
                break
            if 0 < at < len(text) - 1 and text[at - 1].isalnum():
                near = _INSIDE.match(text, max(at - 20, text.rfind(" ", 0, at) + 1), at + 30)
                if near and near.end() > at and _listed(near[0].translate(_INVISIBLE).lower(), table, True):
                    yield at
            at = text.find(char, at + 1)
    if b"ffff" in classes:
        for place in places(classes, (b"ffff",)):
            if _listed(text[place : place + 60].translate(_NARROW).lower(), table, True):
                yield place
    if b"y" in classes:
        for place in places(classes, (b"ay", b"ya")):
            word = _around(text, place)
            if _listed(word.translate(TO_LATIN).lower(), table) or _listed(word.translate(TO_CYRILLIC).lower(), table):
                yield place


def _closed(run: str) -> str:
    """A run of single letters without what stands between them, words set apart by more than that."""
    return "".join(part[::2] + " " for part in run.split("  "))


def _listed(word: str, table: dict[bytes, Clue], inside: bool = False) -> bool:
    if word.encode("utf-8", "replace") in table or word.strip(".,!?") in word_set():
        return True
    if not inside:
        return any(word.startswith(head) or word.endswith(head) for head in core_words())
    parts = word.split()
    if any(part.encode("utf-8", "replace") in table or part in word_set() for part in parts):
        return True
    if any(stem in word for stem in core_words()):
        return True
    closed = word.replace(" ", "")
    return not closed.isascii() and any(phrase in closed for korean in (False, True) for phrase in glued_words(korean))
