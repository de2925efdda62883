"""Letters as bytes: classes and small letters of a whole page at once, and the words around a place."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Final

MOST: Final = 200  # places of a page that are looked at


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
    return bytes(out)


def _folding(signs: str) -> bytes:
    out = bytearray(range(256))
    for code in range(65, 91):
        out[code] = code + 32
    for sign in signs:
        out[ord(sign)] = 32
    return bytes(out)


_CLASSES: Final = _classes()
_CONTINUING: Final = bytes(range(0x80, 0xC0))
_FOLDING: Final = _folding(string.punctuation.replace("-", ""))
_APART: Final = _folding(string.punctuation)
# general punctuation, signs of Latin 1, ideographic and full-width signs
_SIGNS: Final = re.compile(rb"\xe2[\x80-\xaf].|\xc2[\xa0-\xbf]|\xe3\x80[\x80-\x95]|\xef\xbc[\x81-\x8f\x9a-\xa0]", re.DOTALL)


def classes_of(raw: bytes, ascii_only: bool) -> bytes:
    """A class for each character: `a` a letter, `y` a Cyrillic one, `c` one of a script without spaces, `h` a Korean
    one, `f` full width, `0` a digit, a space for all others.
    """
    return raw.translate(_CLASSES, b"" if ascii_only else _CONTINUING)


def folded(raw: bytes) -> bytes:
    """UTF-8 with small letters, signs of ASCII but the hyphen left out; letters with accents as they are."""
    return raw.translate(_FOLDING)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case: as `WORD` finds them but for rare signs, in a fifth of the time."""
    raw = text.encode("utf-8", "replace").translate(_APART)
    if not text.isascii():
        raw = _SIGNS.sub(b" ", raw)
    return raw.decode("utf-8", "replace").lower().split()


def places(classes: bytes, patterns: tuple[bytes, ...]) -> Iterator[int]:
    """Where one of the patterns stands; no more than a page of text has."""
    for pattern in patterns:
        at = classes.find(pattern)
        for _ in range(MOST):
            if at < 0:
                break
            yield at
            at = classes.find(pattern, at + len(pattern))


def token_span(text: str, place: int) -> tuple[int, int]:
    """Where the run without white space begins and ends in which a place lies."""
    start = place
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    past = place + 1
    while past < len(text) and not text[past].isspace():
        past += 1
    return start, past


def token_at(text: str, place: int) -> str:
    """The lower-case run without white space in which a place lies."""
    start, past = token_span(text, place)
    return text[start:past].lower()


def around(text: str, place: int) -> str:
    """The letters and digits around a place."""
    start = place
    while start > 0 and text[start - 1].isalnum() and place - start < 40:
        start -= 1
    past = place
    while past < len(text) and text[past].isalnum() and past - place < 40:
        past += 1
    return text[start:past]
