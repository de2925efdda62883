"""Words of the lists that stand on a page in disguise: found without reading the page word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from cleaners.rules.spam.disguise import INVISIBLE, LEET, TO_CYRILLIC, TO_LATIN
from cleaners.rules.spam.keywords import core_words, word_set
from cleaners.rules.spam.letters import MOST, around, places
from cleaners.rules.spam.terms import Clue, glued_words

_ZERO_WIDTH: Final = tuple((char, char.encode()) for char in sorted(INVISIBLE))
# every byte that no invisible character holds: without them, few bytes of a page are left to search
_NO_TRACE: Final = bytes(sorted(set(range(256)) - set("".join(sorted(INVISIBLE)).encode())))
_INSIDE: Final = re.compile(r"\S+(?: \S+)?")
_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
SINGLES: Final = b"a a a a"  # letters with gaps, or with dots, between them; the same for other scripts


def masked(text: str, raw: bytes, classes: bytes, digits: list[int], table: dict[bytes, Clue]) -> Iterator[int]:
    """Places of words that mean one of the lists once they are read as they look.

    Args:
        digits: places of single digits between letters.
    """
    if len(digits) > 1:
        yield from _leet(text, digits, table)
    yield from _gaps(text, classes, table)
    if len(raw) > len(text):
        yield from _invisible(text, raw, table)
        yield from _foreign_letters(text, classes, table)


def _leet(text: str, digits: Iterable[int], table: dict[bytes, Clue]) -> Iterator[int]:
    for place in digits:
        word = around(text, place).lower()
        if len(word) < 20 and _listed(word.translate(LEET), table):
            yield place


def _gaps(text: str, classes: bytes, table: dict[bytes, Clue]) -> Iterator[int]:
    for script in (b"a", b"y", b"c", b"h"):
        if script != b"a" and script not in classes:
            continue
        singles = SINGLES.replace(b"a", script)
        at = classes.find(singles)
        for _ in range(MOST):
            if at < 0:
                break
            past = at + len(singles)
            # words at both ends are none of them: “data a b c” has three single letters only
            if classes[at - 1 : at] == script or classes[past : past + 1] == script:
                at = classes.find(singles, at + 2)
                continue
            if _listed(_closed(text[at : at + 60].strip()).lower(), table, True):
                yield at
            at = classes.find(singles, past)


def _invisible(text: str, raw: bytes, table: dict[bytes, Clue]) -> Iterator[int]:
    traces = raw.translate(None, _NO_TRACE)
    for char, trace in _ZERO_WIDTH:
        at = text.find(char) if trace in traces else -1
        for _ in range(MOST):
            if at < 0:
                break
            if 0 < at < len(text) - 1 and text[at - 1].isalnum():
                near = _INSIDE.match(text, max(at - 20, text.rfind(" ", 0, at) + 1), at + 30)
                if near and near.end() > at and _listed(near[0].translate(_INVISIBLE).lower(), table, True):
                    yield at
            at = text.find(char, at + 1)


def _foreign_letters(text: str, classes: bytes, table: dict[bytes, Clue]) -> Iterator[int]:
    if b"f" in classes and b"ffff" in classes:
        for place in places(classes, (b"ffff",)):
            if _listed(text[place : place + 60].translate(_NARROW).lower(), table, True):
                yield place
    if b"y" in classes:
        for place in places(classes, (b"ay", b"ya")):
            word = around(text, place)
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
