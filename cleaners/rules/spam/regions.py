"""The tokens that a splice around a keyword may touch."""

from __future__ import annotations

from typing import Final, NamedTuple

from cleaners.rules.spam.keywords import FOREIGN, LONG_TOKEN, TOKEN, Core, modifiers
from cleaners.rules.spam.terms import UNSPACED

_BETWEEN: Final = 3  # words of a keyword that follow or precede its core


class Region(NamedTuple):
    """The tokens a splice may touch."""

    start: int  # of the token with the left half
    end: int  # of the last token that may hold the right half


def _region(text: str, lower: str, core: Core) -> Region:
    parts = modifiers()
    start = core.start
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    for _ in range(_BETWEEN):
        # the keyword may have begun in an earlier token: “…gabest online casino…”
        if start < 2 or text[start - 1] != " ":
            break
        before = start - 1
        while before > 0 and not text[before - 1].isspace():
            before -= 1
        token = lower[before : start - 1]
        whole = token in parts
        tail = any(len(part) > 2 and token.endswith(part) for part in parts)
        long = len(token) >= LONG_TOKEN and core.likeness <= 0.5
        own = lower[start : core.start]
        if own and own.strip() not in parts and not all(w in parts for w in own.split()):
            break
        if not (whole or tail or long):
            break
        start = before
        if not whole:
            break
    end = core.end
    while end < len(text) and not text[end].isspace():
        end += 1
    for _ in range(_BETWEEN):
        if end + 1 >= len(text) or text[end] != " " or not text[end - 1].isalnum():
            break
        after = end + 1
        while after < len(text) and not text[after].isspace():
            after += 1
        token = lower[end + 1 : after]
        if not any(token.startswith(part) for part in parts):
            break
        end = after
    return Region(start, end)


def open_region(text: str, lower: str, core: Core) -> Region | None:
    """The tokens around a core, if half a word can stand at both of their ends."""
    region = _region(text, lower, core)
    span = text[region.start : region.end]
    if FOREIGN.search(span) or UNSPACED.search(span) or region.end - region.start < 6:
        return None
    begin = region.start
    while begin < core.start and not text[begin].isalnum():
        begin += 1
    if begin >= core.start or not text[begin].isalpha():
        return None
    if core.end < len(text) and text[core.end].isalpha():
        return region
    parts = modifiers()
    for token in TOKEN.findall(lower, core.end, region.end):
        run = letters(token, 0, len(token))
        if run not in parts and any(run.startswith(part) for part in parts):
            return region
        if any(run.startswith(part) and part != run for part in parts):
            return region
    return None


def letters(lower: str, at: int, end: int) -> str:
    stop = at
    while stop < end and lower[stop].isalpha():
        stop += 1
    return lower[at:stop]
