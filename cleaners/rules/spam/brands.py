"""Names nobody has listed yet: brands of gambling sites told by their shape."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cleaners.rules.spam.terms import lists

# Two digits after a letter, or before three: what makes a page worth a look.
HINT: Final = re.compile(r"\d\d(?<=[^\W\d_]\d\d)\d{0,2}(?!\d)|\d{2,3}[^\W\d_]{3}")
_SHAPE: Final = re.compile(
    r"([^\W\d_]{1,14})(\d{2,3})|(\d{2,3})([^\W\d_]{2,10})|(\d?[^\W\d_]?\d?)(bet|win|club|slot|casino)(\d{0,3})"
)


@lru_cache(maxsize=1)
def stems() -> frozenset[str]:
    """What such names are built from."""
    return frozenset(lists()["calls"]["stems"])


@lru_cache(maxsize=1)
def numbers() -> frozenset[str]:
    """Digits that stand for luck in such names."""
    return frozenset(lists()["calls"]["numbers"])


def brand_likeness(token: str) -> float:
    """How much a lower-case token looks like the name of a gambling site, 0 … 1.

    >>> brand_likeness("lucky88"), brand_likeness("covid19"), brand_likeness("zyx88")
    (1.0, 0.0, 0.5)
    """
    match = _SHAPE.fullmatch(token)
    if match is None:
        return 0.0
    letters = match[1] or match[4] or match[6]
    digits = match[2] or match[3] or match[7]
    if match[6] and not (match[5] or digits):
        return 0.0
    built = any(len(stem) > 2 and stem in letters for stem in stems()) or letters in stems()
    lucky = digits in numbers()
    if built and lucky:
        return 1.0
    if built and len(letters) >= 3:
        return 0.6
    # a short run of consonants with a lucky number is such a name; a longer word may be anything
    return 0.5 if lucky and len(set(digits)) == 1 and len(letters) <= 3 else 0.0
