"""Tokens that a splice may have left, told so cheaply that a clean page does not feel it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.spam.decision import Decision
from cleaners.rules.spam.gate import LONG, Sight, places
from cleaners.rules.spam.keywords import FOREIGN, TOKEN, core_stems, modifiers, shaped, telling, trade_words, word_parts
from cleaners.rules.spam.reader import Reader
from cleaners.rules.spam.splice import LOOKS, MOST, splices
from cleaners.rules.spam.terms import STRIP, UNSPACED
from cleaners.rules.spam.vocabulary import vocabulary

OPENING: Final = 4  # blocks of prose that are read more closely: splices stand in first sentences
_OPENING_CHARS: Final = 700
_SHAPES: Final = (b"a00", b"00aa")
_OTHER_SHAPES: Final = (*_SHAPES, b"y00", b"00yy")
_AMOUNT: Final = re.compile(r"\W*[\d.,]+[^\W\d_]{0,3}\d?\W*$")  # “20th”, “16gb”, “4k60”
_RUNS: Final = (b"a" * LONG, b"y" * LONG)
_MOST: Final = 200


def suspects(page: Page, sight: Sight) -> frozenset[str]:
    """Lower-case tokens worth a look."""
    out: set[str] = set()
    text = page.source_text
    if sight.shaped:
        out |= {
            token
            for token in _tokens_at(text, sight.classes, _OTHER_SHAPES if b"y" in sight.classes else _SHAPES)
            if shaped(token) and not _AMOUNT.match(token)
        }
    if sight.glued:
        out |= set(_tokens_at(text, sight.classes, _RUNS))
        first, past = first_sentences(page)
        held = _holding(text[first:past].lower(), page.language)
        out |= {token for token in held if token.strip(STRIP) not in trade_words()}
    out |= _in_opening(page)
    out |= telling() & sight.weights.keys()
    fit = (token for token in out if not FOREIGN.search(token) and not UNSPACED.search(token))
    parts = {part for token in fit for part in TOKEN.findall(token) if len(part) > 3}
    own, english = vocabulary(page.language), vocabulary("en")
    known = {part for part in parts if (own and own.zipf(part)) or (english and english.zipf(part))}
    return frozenset(parts - known | known & telling())


def _tokens_at(text: str, classes: bytes, patterns: tuple[bytes, ...]) -> Iterator[str]:
    for place in places(classes, patterns):
        start = place
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        past = place + 1
        while past < len(text) and not text[past].isspace():
            past += 1
        yield text[start:past].lower()


def _holding(lower: str, language: str) -> Iterator[str]:
    """Tokens with a stem of the trade inside."""
    for stem in core_stems(language):
        name = stem.decode()
        at = lower.find(name)
        for _ in range(_MOST):
            if at < 0:
                break
            start, past = at, at + len(name)
            while start > 0 and not lower[start - 1].isspace():
                start -= 1
            while past < len(lower) and not lower[past].isspace():
                past += 1
            yield lower[start:past]
            at = lower.find(name, past)


@lru_cache(maxsize=1)
def _parts() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    parts = word_parts()
    return frozenset(part[:3] for part in parts), frozenset(part[-3:] for part in parts), parts


def _in_opening(page: Page) -> set[str]:
    """Tokens of the first sentences that begin or end with a keyword and are no words."""
    own, english = vocabulary(page.language), vocabulary("en")
    firsts, lasts, parts = _parts()
    out: set[str] = set()
    for segment in opening(page):
        for token in segment.text[:_OPENING_CHARS].lower().split():
            if len(token) < 4 or (
                token[:3] not in firsts and token[-3:] not in lasts and token.rstrip(STRIP)[-3:] not in lasts
            ):
                continue
            bare = token.strip(STRIP)
            if bare in modifiers() or bare in trade_words() or (own and own.zipf(bare)) or (english and english.zipf(bare)):
                continue
            if bare.startswith(parts) or bare.endswith(parts):
                out.add(token)
    return out


def opening(page: Page) -> Iterator[Segment]:
    """The first blocks of text."""
    found = 0
    for segment in page.segments[max(0, page.lead) :]:
        if segment.words < 3 or segment.origin != "visible" or segment.kind in ("pre", "control") or segment.links > 3:
            continue
        if page.kind == "html" and segment.words < 8 and segment.kind != "h1":
            continue
        yield segment
        found += 1
        if found == OPENING:
            return


def splice_marks(reader: Reader, odd: frozenset[str], decide: Decision, gone: Sequence[tuple[int, int]]) -> Iterator[Mark]:
    """Marks on the splices of a page, but for what is `gone` already."""
    page = reader.page
    budget = [MOST, LOOKS]
    for index in sorted(_holding_any(reader, odd)):
        segment = page.segments[index]
        if segment.kind == "pre" or segment.origin != "visible" or segment.words < 3:
            continue
        past = 0
        for found in splices(segment.text, lambda: reader.words, reader.zipf, odd.__contains__, budget):
            past = found.end
            start, end = segment.start + found.start, segment.start + found.end
            if any(first < end and start < last for first, last in gone):
                continue
            yield from decide.mark(start, end, found.confidence, found.evidence)
        disguise = None if past else reader.plain(segment.text)
        if disguise is None:
            continue
        suspicious = frozenset(_disguised_tokens(disguise.text, disguise.text.lower(), disguise.disguised))
        if suspicious:
            for found in splices(disguise.text, lambda: reader.words, reader.zipf, suspicious.__contains__, budget):
                start, end = segment.start + disguise.at[found.start], segment.start + disguise.at[found.end]
                if any(first < end and start < last for first, last in gone):
                    continue
                yield from decide.mark(start, end, found.confidence, f"in disguise: {found.evidence}")


def _holding_any(reader: Reader, odd: frozenset[str]) -> set[int]:
    """Blocks with one of the tokens, or with words in disguise."""
    page = reader.page
    starts = [segment.start for segment in page.segments]
    out = {bisect_right(starts, place) - 1 for place in reader.sight.disguised}
    if len(reader.lower) != len(page.source_text):
        return set(range(len(starts)))
    for word in odd:
        at = reader.lower.find(word)
        while at >= 0:
            index = bisect_right(starts, at) - 1
            out.add(index)
            at = reader.lower.find(word, max(at + 1, page.segments[index].stop) if index >= 0 else at + 1)
    return {index for index in out if index >= 0}


def _disguised_tokens(text: str, lower: str, places: frozenset[int]) -> Iterator[str]:
    for match in TOKEN.finditer(lower):
        if any(at in places for at in range(match.start(), match.end())):
            yield match[0]


def first_sentences(page: Page) -> tuple[int, int]:
    """From the headline to the end of the first blocks of text."""
    last = 0
    first = -1
    for segment in opening(page):
        first = segment.start if first < 0 else first
        last = min(segment.stop, segment.start + 2 * _OPENING_CHARS)
    return max(0, first), last
