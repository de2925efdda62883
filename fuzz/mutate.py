"""Mutations that know what markup is made of: byte flips alone rarely get past the first tag."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from fuzz import snippets as s
from fuzz.target import HEADER, LARGEST

_TOKEN: Final = re.compile(r"<[^<>]*>|[^<>\s]+|\s+|[<>]")
_START: Final = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")

Tokens = list[str]
_Mutation = Callable[[Tokens, random.Random], Tokens]


def mutate(data: bytes, largest: int, seed: int) -> bytes:
    """Another page near the one in `data`."""
    rng = random.Random(seed)
    header = bytearray(data[:HEADER].ljust(HEADER, b"\0"))
    if rng.random() < 0.15:
        header[rng.randrange(HEADER)] = rng.randrange(256)
    tokens: Tokens = _TOKEN.findall(data[HEADER:].decode("utf-8", "surrogateescape"))
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        tokens = rng.choice(_MUTATIONS)(tokens, rng)
    page = "".join(tokens)
    if rng.random() < 0.03:
        codec = rng.choice(("cp1251", "gb18030", "shift_jis", "utf-16", "cp1252", "big5"))
        return bytes(header) + page.encode(codec, "ignore")[: min(largest, LARGEST) - HEADER]
    return bytes(header) + page.encode("utf-8", "surrogateescape")[: min(largest, LARGEST) - HEADER]


def _span(tokens: Tokens, rng: random.Random, longest: int = 40) -> tuple[int, int]:
    start = rng.randint(0, len(tokens))
    return start, min(len(tokens), start + rng.randint(0, longest))


def _piece(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(s.SENTENCES)
    if kind < 0.55:
        return rng.choice(s.LABELS)
    if kind < 0.7:
        return f"<{rng.choice(s.VOIDS)} {rng.choice(s.ATTRIBUTES)}>"
    return rng.choice(s.ODDITIES)


def _tag(rng: random.Random) -> tuple[str, str]:
    name = rng.choice(s.BLOCKS if rng.random() < 0.7 else s.INLINES)
    attributes = "".join(" " + rng.choice(s.ATTRIBUTES) for _ in range(rng.choice((0, 0, 1, 1, 2))))
    return f"<{name}{attributes}>", f"</{name}>"


def _insert(tokens: Tokens, rng: random.Random) -> Tokens:
    at = rng.randint(0, len(tokens))
    return [*tokens[:at], _piece(rng), *tokens[at:]]


def _insert_element(tokens: Tokens, rng: random.Random) -> Tokens:
    at = rng.randint(0, len(tokens))
    start, end = _tag(rng)
    return [*tokens[:at], start, _piece(rng), end, *tokens[at:]]


def _wrap(tokens: Tokens, rng: random.Random) -> Tokens:
    first, last = _span(tokens, rng, 200)
    start, end = _tag(rng)
    return [*tokens[:first], start, *tokens[first:last], end, *tokens[last:]]


def _delete(tokens: Tokens, rng: random.Random) -> Tokens:
    first, last = _span(tokens, rng)
    return tokens[:first] + tokens[last:]


def _unclose(tokens: Tokens, rng: random.Random) -> Tokens:
    ends = [place for place, token in enumerate(tokens) if token.startswith("</")]
    if ends:
        del tokens[rng.choice(ends)]
    return tokens


def _repeat(tokens: Tokens, rng: random.Random) -> Tokens:
    first, last = _span(tokens, rng)
    times = rng.choice((2, 3, 10, 50, 300)) if last - first < 12 else 2
    return tokens[:first] + tokens[first:last] * times + tokens[last:]


def _move(tokens: Tokens, rng: random.Random) -> Tokens:
    first, last = _span(tokens, rng)
    moved, rest = tokens[first:last], tokens[:first] + tokens[last:]
    at = rng.randint(0, len(rest))
    return rest[:at] + moved + rest[at:]


def _rename(tokens: Tokens, rng: random.Random) -> Tokens:
    tags = [place for place, token in enumerate(tokens) if _START.fullmatch(token)]
    if tags:
        tokens[rng.choice(tags)] = _tag(rng)[0]
    return tokens


def _garble(tokens: Tokens, rng: random.Random) -> Tokens:
    if tokens:
        place = rng.randrange(len(tokens))
        token = tokens[place]
        at = rng.randint(0, len(token))
        odd = chr(rng.choice((rng.randrange(1, 128), rng.randrange(128, 0x3000), 0xDC80 + rng.randrange(128), 0x1F600)))
        tokens[place] = token[:at] + odd + token[at + rng.randint(0, 2) :]
    return tokens


def _cut(tokens: Tokens, rng: random.Random) -> Tokens:
    return tokens[: rng.randint(0, len(tokens))]


def _lines(tokens: Tokens, rng: random.Random) -> Tokens:
    return [rng.choice(("\n", "\n\n", "\t", " ")) if token.isspace() and rng.random() < 0.3 else token for token in tokens]


_MUTATIONS: Final[tuple[_Mutation, ...]] = (
    _insert, _insert, _insert_element, _insert_element, _wrap, _wrap, _delete, _unclose, _repeat, _move, _rename, _garble,
    _cut, _lines,
)  # fmt: skip
