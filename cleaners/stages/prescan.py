"""Nothing hostile reaches a C parser, which no timer can interrupt: markup is weighed before it is parsed.

Counting is all an ordinary page pays. A page that counting does not clear is read tag by tag, and one that is over a
bound is parsed from a flatter rewrite with all its text, noted `parser_fallback`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, Protocol

from cleaners.stages.flatten import MAX_ATTRIBUTES, MAX_REBUILT, MAX_WORK, Flattener
from cleaners.stages.tokens import INLINE

PARSER_FALLBACK: Final = "parser_fallback"

SMALL: Final = 16_000  # characters: shorter than this nothing takes half a second
LONG_TAG: Final = 36_000  # characters that MAX_ATTRIBUTES attributes and more need
CROWDED_PAGE: Final = 2_600_000_000  # a page's length times its tags' length at which attributes take half a second
FEW_ROOTS: Final = 8

# Formatting that a browser opens again in every later block when it is not closed (without attributes at most three
# of a kind, a single link), and the roots, whose attributes add up. Written for speed, it lets in a few more names.
_HEAVY: Final = re.compile(
    r"<(?:[bcefinstuBCEFINSTU](?:[iI][gG]|[oO](?:[dD][eE]|[nN][tT]|[bB][rR])|[mM](?:[aA][lL][lL])?"
    r"|[tT](?:[rR](?:[iI][kK][eE]|[oO][nN][gG]))?)?|[hH][tT][mM][lL]|[bB][oO][dD][yY])[ \t\n\f\r/][^>]*"
)
_PLAIN_TAG: Final = re.compile(r'<\w+(?:\s+[\w-]+="[^"=<>]*")*\s*/?')
_TAG_START: Final = re.compile(r"<[a-zA-Z]")
_SEPARATOR: Final = re.compile(r"[\s/]+")


class Bounds(Protocol):
    """The part of a profile's limits that speaks of markup."""

    @property
    def max_depth(self) -> int: ...  # open elements
    @property
    def max_tags(self) -> int: ...  # start tags


def safe_markup(markup: str, limits: Bounds) -> tuple[str, tuple[str, ...]]:
    """Markup with the text of `markup` that parses in about a second at most, and notes on what was done to it."""
    if _is_light(markup, limits):
        return markup, ()
    thin = markup
    if markup.count("<") - markup.count("</") > limits.max_tags:
        thin = INLINE.sub("", markup)
        if thin != markup and _is_light(thin, limits):
            return thin, (PARSER_FALLBACK,)
    flat = Flattener(thin, limits.max_depth, limits.max_tags).run()
    if flat.over:
        return flat.markup, (PARSER_FALLBACK,)
    return thin, (PARSER_FALLBACK,) if thin != markup else ()


def _is_light(markup: str, limits: Bounds) -> bool:
    """Whether counting alone shows that the page is within all bounds."""
    if len(markup) <= min(SMALL, 3 * limits.max_depth, 3 * limits.max_tags):
        return True
    opened = tags = markup.count("<")
    if tags > limits.max_depth or tags > limits.max_tags or tags * tags > MAX_WORK:
        opened -= markup.count("</")
        if opened > limits.max_depth or opened > limits.max_tags or opened * tags > MAX_WORK:
            return False
    heavy = roots = 0
    for tag, times in Counter(_HEAVY.findall(markup)).items():
        if tag[1:5].lower() in ("html", "body"):
            roots += times * (1 + len(tag) // LONG_TAG * FEW_ROOTS)
        else:
            # of equal formatting three are opened again; what is not plain may only seem equal
            times = min(times, 3) if times > 3 and _PLAIN_TAG.fullmatch(tag) else times
            heavy += times * (1 + len(tag) // 16 + (len(tag) // 64) ** 2)
    return heavy * tags <= MAX_REBUILT and roots <= FEW_ROOTS and not _has_crowded_tag(markup)


def _has_crowded_tag(markup: str) -> bool:
    """Whether tags are so long that they may hold too many attributes.

    Only stretches without ">" are looked at, which costs microseconds. Tags that quote ">" inside values every few
    thousand characters escape it; for them there is the deadline of the supervised process.
    """
    at = 0
    long = min(LONG_TAG, CROWDED_PAGE // len(markup))
    last = len(markup) - long
    crowding = 0
    while at < last:
        end = markup.rfind(">", at, at + long)
        if end < 0:
            end = markup.find(">", at)
            end = len(markup) if end < 0 else end
            start = _TAG_START.search(markup, at, end)
            if start and end - start.start() > long:
                most = sum(1 for _ in _SEPARATOR.finditer(markup, start.start(), end))
                most += (markup.count('"', start.start(), end) + markup.count("'", start.start(), end)) // 2
                crowding += most * most
                if crowding > MAX_ATTRIBUTES**2:
                    return True
        at = end + 1
    return False
