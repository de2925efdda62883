"""Makes `data/words/spam_words.bin`, by which the spam rule tells whether two halves join to a word.

    python -m training.words

Frequent words of some forty languages, from the `wordfreq` package, each with its frequency in sixteen steps, packed into
one static function a language: three looks at an array give a fingerprint and the step. A word that is not in the list
passes for one in 65,536 times. The lists are under CC BY-SA 4.0, and so is the file made of them.
"""

from __future__ import annotations

import argparse
import re
import struct
from collections.abc import Iterable
from math import log10
from pathlib import Path

from cleaners.rules.spam.vocabulary import MAGIC, VERSION, places, step

OUT = Path(__file__).parent.parent / "cleaners" / "data" / "words" / "spam_words.bin"
WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093c-\u094f'’])+")
# where words take many forms, more of them are needed; Norwegian counts as one language
SIZES = {
    **dict.fromkeys("de ru pl fi en".split(), 60_000),
    **dict.fromkeys("cs uk ar".split(), 55_000),
    **dict.fromkeys("fr es pt it".split(), 50_000),
}
OTHERS = 36_000
LANGUAGES = "ar bg ca cs da de el en es fa fi fil fr he hi hu id is it ko lt lv mk ms nb nl pl pt".split()
LANGUAGES += "ro ru sh sk sl sv tr uk ur vi".split()
RENAMED = {"nb": "no", "fil": "tl", "sh": "sr"}


def main() -> None:
    from wordfreq import get_frequency_dict

    parser = argparse.ArgumentParser(prog="python -m training.words", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE")
    options = parser.parse_args()
    tables: list[tuple[str, int, bytes, int]] = []
    for language in LANGUAGES:
        words = {
            word: step(log10(share) + 9)
            for word, share in sorted(get_frequency_dict(language, "best").items(), key=lambda item: (-item[1], item[0]))
            if WORD.fullmatch(word) and len(word) <= 30
        }
        kept = dict(list(words.items())[: SIZES.get(language, OTHERS)])
        seed, cells = pack(kept)
        tables.append((RENAMED.get(language, language), seed, cells, len(kept)))
        print(f"{language}: {len(kept)} words, {len(cells)} bytes")
    tables.sort()
    options.out.write_bytes(file_of(tables))
    print(f"{options.out}: {options.out.stat().st_size} bytes")


def file_of(tables: Iterable[tuple[str, int, bytes, int]]) -> bytes:
    """Header, an entry a language (code, seed, number of cells), then the cells."""
    rows = list(tables)
    head = [MAGIC, struct.pack("<BB", VERSION, len(rows))]
    head += [struct.pack("<2sBI", code.encode(), seed, len(cells) * 2 // 5) for code, seed, cells, _ in rows]
    return b"".join([*head, *(cells for _, _, cells, _ in rows)])


def pack(words: dict[str, int]) -> tuple[int, bytes]:
    """The cells whose sum (exclusive or) at a word's three places is its fingerprint and step."""
    part = int(len(words) * 1.23 / 3) + 11
    for seed in range(256):
        order = _peeled([places(word, seed, part) for word in words])
        if order is None:
            continue
        steps = list(words.values())
        cells = [0] * (3 * part)
        halves = [0] * (3 * part)
        for index, cell, where in reversed(order):
            a, b, c, print_ = where
            for table, value in ((cells, print_), (halves, steps[index])):
                table[cell] = 0
                table[cell] = table[a] ^ table[b] ^ table[c] ^ value
        halves.append(0)
        packed = bytes(halves[i] | halves[i + 1] << 4 for i in range(0, 3 * part, 2))
        return seed, struct.pack(f"<{len(cells)}H", *cells) + packed
    raise ValueError("no seed fits: make the table larger")


def _peeled(keys: list[tuple[int, int, int, int]]) -> list[tuple[int, int, tuple[int, int, int, int]]] | None:
    """An order in which every word has a cell that no later word needs; None if there is none."""
    count: dict[int, int] = {}
    mixed: dict[int, int] = {}
    for index, key in enumerate(keys):
        for cell in key[:3]:
            count[cell] = count.get(cell, 0) + 1
            mixed[cell] = mixed.get(cell, 0) ^ index
    ready = [cell for cell, n in count.items() if n == 1]
    order: list[tuple[int, int, tuple[int, int, int, int]]] = []
    while ready:
        cell = ready.pop()
        if count[cell] != 1:
            continue
        index = mixed[cell]
        order.append((index, cell, keys[index]))
        for other in keys[index][:3]:
            count[other] -= 1
            mixed[other] ^= index
            if count[other] == 1:
                ready.append(other)
    return order if len(order) == len(keys) else None


if __name__ == "__main__":
    main()
