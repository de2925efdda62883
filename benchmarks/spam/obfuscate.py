"""Ways in which spammers hide words from filters, each a function of a text and a source of chance."""

from __future__ import annotations

import random
from collections.abc import Callable

_ZERO = "\u200b\u200c\u2060\u00ad"
_TO_CYRILLIC = str.maketrans("aeopcxyiABEKMHOPCTX", "аеорсхуіАВЕКМНОРСТХ")
_TO_LATIN = str.maketrans("аеорсхуАВЕКМНОРСТХ", "aeopcxyABEKMHOPCTX")
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def zero_width(text: str, chance: random.Random) -> str:
    """Invisible characters inside words."""
    return " ".join(_dotted(word, chance) for word in text.split(" "))


def _dotted(word: str, chance: random.Random) -> str:
    if len(word) < 3:
        return word
    for _ in range(max(1, len(word) // 4)):
        at = chance.randrange(1, len(word))
        word = word[:at] + chance.choice(_ZERO) + word[at:]
    return word


def homoglyphs(text: str, chance: random.Random) -> str:
    """Letters of another alphabet that look the same: a part of them, as tools do."""
    table = _TO_LATIN if any("а" <= char <= "я" for char in text) else _TO_CYRILLIC
    return "".join(char.translate(table) if chance.random() < 0.6 else char for char in text)


def spaced(text: str, chance: random.Random) -> str:
    """L e t t e r s  with a space, dot or hyphen between them."""
    mark = chance.choice((" ", ".", "-", " "))
    return "  ".join(mark.join(word) if len(word) > 2 else word for word in text.split())


def full_width(text: str, chance: random.Random) -> str:
    """Latin letters and digits as wide as ideographs."""
    return text.translate(_WIDE)


def leet(text: str, chance: random.Random) -> str:
    """D1g1ts for l3tt3rs."""
    return "".join(char.translate(_LEET) if chance.random() < 0.5 else char for char in text)


WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "zero_width": zero_width,
    "homoglyphs": homoglyphs,
    "spaced": spaced,
    "full_width": full_width,
    "leet": leet,
}
LATIN = frozenset("en vi id tr es pt de fr pl it nl".split())
CYRILLIC = frozenset("ru uk bg".split())


def ways(language: str) -> list[str]:
    """The ways that make sense in the language's script."""
    if language in LATIN:
        return list(WAYS)
    if language in CYRILLIC:
        return ["zero_width", "homoglyphs", "spaced"]
    return ["zero_width", "spaced"] if language in ("zh", "ja", "ko") else ["zero_width"]
