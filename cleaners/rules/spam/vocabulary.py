"""Whether a word is one of its language, and how frequent: 38 languages in 4 MB, read a language at a time.

`training/words.py` makes the file, and says from what.
"""

from __future__ import annotations

import sys
from array import array
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from struct import iter_unpack
from typing import Final

MAGIC: Final = b"dehusk words"
VERSION: Final = 2
CLASSES: Final = 16  # steps of frequency, half a power of ten each
_HEAD: Final = len(MAGIC) + 2
_ENTRY: Final = 7
_LEAST: Final = 1.0  # Zipf value of step 0: one word in 10⁸


def step(zipf: float) -> int:
    """The step of a frequency on the Zipf scale, where 6 is a word in a thousand and 3 one in a million."""
    return max(0, min(CLASSES - 1, round((zipf - _LEAST) * 2)))


def places(word: str, seed: int, part: int) -> tuple[int, int, int, int]:
    """The three cells of a word, and its fingerprint of 16 bits."""
    bits = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=9, salt=bytes((seed,))).digest(), "little")
    return (
        (bits & 0x1FFFF) * part >> 17,
        part + ((bits >> 17 & 0x1FFFF) * part >> 17),
        2 * part + ((bits >> 34 & 0x1FFFF) * part >> 17),
        bits >> 51 & 0xFFFF,
    )


class Vocabulary:
    """The frequent words of one language."""

    def __init__(self, seed: int, cells: array[int], steps: bytes) -> None:
        self._seed = seed
        self._cells = cells
        self._steps = steps  # two a byte
        self._part = len(cells) // 3
        self._seen: dict[str, float] = {}

    def zipf(self, word: str) -> float:
        """Frequency of a lower-case word on the Zipf scale; 0 for one that is not listed.

        >>> vocabulary("en").zipf("because") > 5, vocabulary("en").zipf("lucky88")
        (True, 0.0)
        """
        known = self._seen.get(word)
        if known is not None:
            return known
        a, b, c, mark = places(word, self._seed, self._part)
        cells, steps = self._cells, self._steps
        found = 0.0
        if cells[a] ^ cells[b] ^ cells[c] == mark:
            mixed = (steps[a >> 1] >> (a & 1) * 4) ^ (steps[b >> 1] >> (b & 1) * 4) ^ (steps[c >> 1] >> (c & 1) * 4)
            found = (mixed & 15) / 2 + _LEAST
        if len(self._seen) > 20_000:
            self._seen.clear()
        self._seen[word] = found
        return found


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[int, int, int]]:
    with files("cleaners.data").joinpath("words", "spam_words.bin").open("rb") as file:
        head = file.read(_HEAD)
        if head[: len(MAGIC)] != MAGIC or head[len(MAGIC)] != VERSION:
            raise ValueError("spam_words.bin is not the file this release was made with")
        entries = file.read(_ENTRY * head[-1])
    out: dict[str, tuple[int, int, int]] = {}
    at = _HEAD + len(entries)
    for code, seed, count in iter_unpack("<2sBI", entries):
        out[code.decode()] = (at, seed, count)
        at += 2 * count + (count + 1) // 2
    return out


def languages() -> frozenset[str]:
    """ISO 639-1 codes of the languages there are words of."""
    return frozenset(_index())


@lru_cache(maxsize=8)
def vocabulary(language: str) -> Vocabulary | None:
    """The words of a language; None if it has no list."""
    place = _index().get(language)
    if place is None:
        return None
    at, seed, count = place
    with files("cleaners.data").joinpath("words", "spam_words.bin").open("rb") as file:
        file.seek(at)
        cells = array("H", file.read(2 * count))
        steps = file.read((count + 1) // 2)
    if sys.byteorder == "big":
        cells.byteswap()
    return Vocabulary(seed, cells, steps)
