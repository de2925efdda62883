"""What betrays a keyword inside or beside a word: the shape of a name, words of the trades, words of a search."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cleaners.rules.spam.terms import UNSPACED, lists

LETTERS: Final = r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0962\u0963])"
TOKEN: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0962\u0963])+")
_PLAIN: Final = re.compile(r"[a-z0-9]+")
LETTERED: Final = re.compile(LETTERS + "+")
# a name with a number in it: letters beside two to four digits
SHAPE: Final = re.compile(r"[^\W\d_]\d{2,4}(?!\d)|(?<!\d)\d{2,4}[^\W\d_]{2}")
FOREIGN: Final = re.compile(
    r"[/\\_@#=<>{}\[\]~^$&*]|\w[(+]\w|www\.|\.(?:com|net|org|html?|php|js|py)\b|https?:"
    r"|\w\.\w{1,14}(?!\w)"  # a longer word behind a dot is a sentence without its space
)
HEX: Final = re.compile(r"(?=[a-f]*\d[0-9a-f]*\d)[0-9a-f]{7,}")


@lru_cache(maxsize=1)
def modifiers() -> frozenset[str]:
    """Words that stand beside a name in a search."""
    words = {word for phrase in lists()["calls"]["modifiers"] for word in phrase.split()}
    return frozenset(word.lower() for word in words if len(word) > 1)


@lru_cache(maxsize=1)
def trade_words() -> frozenset[str]:
    """Single words of the trades and of offers, in scripts with spaces."""
    data = lists()["offers"]
    tables = [*data["topic"].values(), data["offer"]]
    every = {word.rstrip("*") for table in tables for words in table.values() for word in words.lower().split()}
    return frozenset(word for word in every if len(word) > 2 and "_" not in word and not UNSPACED.search(word))


@lru_cache(maxsize=1)
def word_parts() -> tuple[str, ...]:
    """Modifiers and trade words long enough to be told inside a token."""
    return tuple(sorted(part for part in modifiers() | {word for word in trade_words() if len(word) > 3} if len(part) > 2))


def token_spans(lower: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the tokens of a stretch of a lower-case text stand."""
    return [match.span() for match in (_PLAIN if lower.isascii() else TOKEN).finditer(lower, start, end)]


@lru_cache(maxsize=1)
def part_ends() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The `word_parts` by their first three letters, and by their last."""
    heads: dict[str, list[str]] = {}
    tails: dict[str, list[str]] = {}
    for part in word_parts():
        heads.setdefault(part[:3], []).append(part)
        tails.setdefault(part[-3:], []).append(part)
    return (
        {head: tuple(parts) for head, parts in heads.items()},
        {tail: tuple(parts) for tail, parts in tails.items()},
    )


def begins_with_part(word: str) -> bool:
    """Whether a lower-case word begins with one of `word_parts`."""
    parts = part_ends()[0].get(word[:3])
    return parts is not None and word.startswith(parts)


def ends_with_part(word: str) -> bool:
    """Whether a lower-case word ends with one of `word_parts`."""
    parts = part_ends()[1].get(word[-3:])
    return parts is not None and word.endswith(parts)


@lru_cache(maxsize=1024)
def holds_part(run: str) -> bool:
    """Whether a lower-case run of letters holds a word of the trades, or a stem that tells of one."""
    heads = part_ends()[0]
    inside = (part for at in range(len(run) - 4) for part in heads.get(run[at : at + 3], ()) if run.startswith(part, at))
    return any(len(part) > 4 for part in inside) or any(stem in run for stem in telling())


@lru_cache(maxsize=1)
def telling() -> frozenset[str]:
    """Stems that few honest words hold: inside a token that is no word they speak for a keyword."""
    own = set(lists()["calls"]["cores"])
    gambling = {
        word.lower().rstrip("*").replace("_", " ")
        for words in lists()["offers"]["topic"]["gambling"].values()
        for word in words.split()
    }
    return frozenset(own | {word for word in gambling if len(word) > 4 and not UNSPACED.search(word)})


def shaped(token: str) -> bool:
    """Whether a lower-case token may hold a name with a number: not a hash, not an amount."""
    found = SHAPE.search(token)
    return found is not None and not HEX.search(token)


@lru_cache(maxsize=64)
def core_stems(language: str) -> tuple[str, ...]:
    """The stems that are looked for inside words on every page, and those of some languages."""
    own = {"vi": ("togel", "slot"), "id": ("togel", "slot", "maxwin"), "tr": ("bahis", "slot"), "ru": ("казино", "букмекер")}
    return ("casino", "poker", "viagra", "gacor", *own.get(language, ()))


def latin(char: str) -> bool:
    """Whether a letter is of the alphabet that names of sites are written in."""
    return char < "\u0370" or "\u1e00" <= char <= "\u1eff"


@lru_cache(maxsize=1)
def word_set() -> frozenset[str]:
    """Modifiers and words of the trades of all languages."""
    return modifiers() | trade_words()


@lru_cache(maxsize=1)
def core_words() -> tuple[str, ...]:
    """Stems that mean the same in most languages."""
    return ("casino", "viagra", "poker", "togel", "jackpot", "bahis", "казино", "бонус", "카지노")
