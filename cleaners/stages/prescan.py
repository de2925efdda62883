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
    rb"<(?:[bcefinstuBCEFINSTU](?:[iI][gG]|[oO](?:[dD][eE]|[nN][tT]|[bB][rR])|[mM](?:[aA][lL][lL])?"
    rb"|[tT](?:[rR](?:[iI][kK][eE]|[oO][nN][gG]))?)?|[hH][tT][mM][lL]|[bB][oO][dD][yY])[ \t\n\f\r/][^>]*"
)
_PLAIN_TAG: Final = re.compile(rb'<\w+(?:\s+[\w-]+="[^"=<>]*")*\s*/?')
_TAG_START: Final = re.compile(rb"<[a-zA-Z]")
# An element of text alone closes at once: it adds to no depth and is opened again nowhere. Options wait for their <select>.
_CLOSED: Final = re.compile(
    rb"""<(?!option)([a-zA-Z][a-zA-Z0-9]*+)(?:[ \t\n]++[\w:-]++(?:="[^"<>]*+"|='[^'<>]*+')?+)*+[ \t\n]*+>"""
    rb"""[^<]*+</\1[ \t\n]*+>""",
    re.I,
)
_CLOSED_FORMATTING: Final = re.compile(
    rb"<(b(?:ig)?|code|em|font|i|nobr|s(?:mall|trike|trong)?|tt|u)[ \t\n\f\r/][^<>]*+>[^<]*+</\1[ \t\n]*+>", re.I
)
# A tag whose every value is quoted and follows its name, as generators write them: what is in quotes is no attribute.
_QUOTED_TAG: Final = re.compile(rb"""<[a-zA-Z][^\s/>"'<=]*+(?:\s++[^\s/>"'<=]++(?:=(?:"[^"]*+"|'[^']*+'))?+)*+\s*+/?""")
_NEVER_OPEN: Final = (b"<!", b"<img ", b"<br>")  # the most frequent tags that open nothing
_QUOTED: Final = re.compile(rb"""="[^"]*+"|='[^']*+'""")


class Bounds(Protocol):
    """The part of a profile's limits that speaks of markup."""

    @property
    def max_depth(self) -> int: ...  # open elements
    @property
    def max_tags(self) -> int: ...  # start tags


def safe_markup(markup: bytes, limits: Bounds) -> tuple[bytes, tuple[str, ...]]:
    """Markup in UTF-8 with the text of `markup` that parses in about a second at most, and notes on what was done to it."""
    if _is_light(markup, limits):
        return markup, ()
    thin = text = markup.decode()
    if markup.count(b"<") - markup.count(b"</") > limits.max_tags:
        thin = INLINE.sub("", text)
        if thin != text and _is_light(thin.encode(), limits):
            return thin.encode(), (PARSER_FALLBACK,)
    flat = Flattener(thin, limits.max_depth, limits.max_tags).run()
    if flat.over:
        return flat.markup.encode(), (PARSER_FALLBACK,)
    return (markup, ()) if thin == text else (thin.encode(), (PARSER_FALLBACK,))


def _is_light(markup: bytes, limits: Bounds) -> bool:
    """Whether counting alone shows that the page is within all bounds."""
    if len(markup) <= min(SMALL, 3 * limits.max_depth, 3 * limits.max_tags):
        return True
    tags = markup.count(b"<")
    if not _is_shallow(markup, tags, tags, limits):
        return False
    heavy, roots = _formatting(markup)
    if heavy * tags > MAX_REBUILT:
        heavy, roots = _formatting(_CLOSED_FORMATTING.sub(b"", markup))
    return heavy * tags <= MAX_REBUILT and roots <= FEW_ROOTS and not _has_crowded_tag(markup)


def _is_shallow(markup: bytes, opened: int, tags: int, limits: Bounds) -> bool:
    """Whether there are too few tags to be over a bound, or too few that do not close at once."""
    if max(opened, tags) <= min(limits.max_depth, limits.max_tags) and opened * tags <= MAX_WORK:
        return True
    opened -= markup.count(b"</")
    if opened > limits.max_tags:
        return False
    if opened > limits.max_depth or opened * tags > MAX_WORK:
        opened -= sum(map(markup.count, _NEVER_OPEN))
    most = min(limits.max_depth, MAX_WORK // tags)
    if opened <= most:
        return True
    # the first that close at once are enough to tell
    return any(closed >= opened - most for closed, _ in enumerate(_CLOSED.finditer(markup), 1))


def _formatting(markup: bytes) -> tuple[int, int]:
    """What building formatting again may cost per tag at most, and what roots with attributes weigh."""
    heavy = roots = 0
    for tag, times in Counter(_HEAVY.findall(markup)).items():
        if tag[1:5].lower() in (b"html", b"body"):
            roots += times * (1 + len(tag) // LONG_TAG * FEW_ROOTS)
        else:
            # of equal formatting three are opened again; what is not plain may only seem equal
            times = min(times, 3) if times > 3 and _PLAIN_TAG.fullmatch(tag) else times
            heavy += times * (1 + len(tag) // 16 + (len(tag) // 64) ** 2)
    return heavy, roots


def _has_crowded_tag(markup: bytes) -> bool:
    """Whether tags are so long that they may hold too many attributes.

    Only stretches without ">" are looked at, which costs microseconds. Tags that quote ">" inside values every few
    thousand characters escape it; for them there is the deadline of the supervised process.
    """
    at = 0
    long = min(LONG_TAG, CROWDED_PAGE // len(markup))
    last = len(markup) - long
    stretches: list[tuple[int, int]] = []
    while at < last:
        end = markup.rfind(b">", at, at + long)
        if end < 0:
            end = markup.find(b">", at)
            end = len(markup) if end < 0 else end
            first = markup.find(b"<", at, end)  # scripts rarely hold one, and patterns look at each byte
            opening = _TAG_START.search(markup, first, end) if first >= 0 else None
            if opening and end - opening.start() > long:
                stretches.append((opening.start(), end))
        at = end + 1
    # an attribute takes a character at least, so only long stretches are read
    if sum((end - start) ** 2 for start, end in stretches) <= MAX_ATTRIBUTES**2:
        return False
    crowding = 0
    for start, end in stretches:
        tag = markup[start:end]
        if _QUOTED_TAG.fullmatch(tag):
            tag = _QUOTED.sub(b"", tag)
        most = len(tag.split()) + tag.count(b"/") + (tag.count(b'"') + tag.count(b"'")) // 2
        crowding += most * most
        if crowding > MAX_ATTRIBUTES**2:
            return True
    return False
