"""Names nobody has listed yet: brands of gambling sites told by their shape."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cleaners.rules.spam.terms import lists
from cleaners.rules.spam.vocabulary import vocabulary

_WORD: Final = 3.0  # Zipf value from which letters are a word, not a name

_COMMON: Final = frozenset("123 222 333 365 555 567 666 747 999".split())
_SHAPE: Final = re.compile(
    r"([^\W\d_]{1,14})(\d{2,4})|(\d{2,3})([^\W\d_]{2,12})|(\d?[^\W\d_]?\d?)(bet|win|club|slot|casino)(\d{0,3})"
    r"|([^\W\d_]{2,10})(\d{1,4})[^\W\d_]{1,4}|(\d)([^\W\d_]{3,8})"
)


@lru_cache(maxsize=1)
def stems() -> frozenset[str]:
    """What such names are built from."""
    return frozenset(lists()["calls"]["stems"])


@lru_cache(maxsize=1)
def numbers() -> frozenset[str]:
    """Digits that stand for luck in such names."""
    return frozenset(lists()["calls"]["numbers"])


@lru_cache(maxsize=4096)
def brand_likeness(token: str) -> float:
    """How much a lower-case token looks like the name of a gambling site, 0 … 1.

    >>> brand_likeness("lucky88"), brand_likeness("covid19"), brand_likeness("zyx88")
    (1.0, 0.0, 0.6)
    """
    match = _SHAPE.fullmatch(token)
    if match is None:
        return 0.0
    letters = match[1] or match[4] or match[6] or match[8] or match[11]
    digits = match[2] or match[3] or match[7] or match[9] or match[10]
    if match[6] and not (match[5] or digits):
        return 0.0
    built = any(len(stem) > 2 and stem in letters for stem in stems()) or letters in stems()
    lucky = digits in numbers()
    if built and lucky:
        return 1.0
    if built and len(letters) >= 3:
        return 0.6
    if not lucky or len(letters) < 2 or letters in ("th", "nd", "st", "rd"):
        return 0.0
    english = vocabulary("en")
    if english is not None and english.zipf(letters) >= _WORD:
        # a word with a number may be anything, but for the numbers that nothing else has
        return 0.4 if len(digits) == 3 and len(letters) >= 3 and digits not in _COMMON else 0.0
    # letters that are no word, with a lucky number, are such a name
    return 0.6 if len(set(digits)) == 1 or len(letters) >= 4 else 0.4
