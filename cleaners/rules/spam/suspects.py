"""Tokens that a splice may have left, told so cheaply that a clean page does not feel it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import HEADINGS
from cleaners.rules.spam.decision import Decision
from cleaners.rules.spam.gate import Sight
from cleaners.rules.spam.keywords import (
    FOREIGN,
    TOKEN,
    begins_with_part,
    ends_with_part,
    shaped,
    telling,
    trade_words,
    word_set,
)
from cleaners.rules.spam.reader import Reader
from cleaners.rules.spam.splice import LOOKS, MOST, splices
from cleaners.rules.spam.terms import STRIP, UNSPACED
from cleaners.rules.spam.vocabulary import vocabulary

OPENING: Final = 4  # blocks of prose that are read more closely: splices stand in first sentences
_OPENING_CHARS: Final = 700
_AMOUNT: Final = re.compile(r"\W*[\d.,]+[^\W\d_]{0,3}\d?\W*$")  # “20th”, “16gb”, “4k60”
# three letters beside digits that are no year: half a word and a name have as many, most types and parts have not
_NAMED: Final = re.compile(r"[^\W\d_]{3}(?!(?:19|20)\d\d(?!\d))\d{2,4}(?!\d)|(?<!\d)\d{2,4}[^\W\d_]{3}")
_SENTENCE: Final = 6  # words
_REMEMBERED: Final = 30_000  # ordinary tokens of a language


class Opening:
    """The first blocks of text: splices stand there."""

    def __init__(self, page: Page) -> None:
        self.segments = tuple(_first(page))
        self.lower = "\n".join(segment.text[:_OPENING_CHARS] for segment in self.segments).lower()


def suspects(page: Page, sight: Sight, opening: Opening) -> frozenset[str]:
    """Lower-case tokens worth a look."""
    out = {token for token in sight.shapes if shaped(token) and _NAMED.search(token) and not _AMOUNT.match(token)}
    out |= sight.runs
    out |= {token for token in sight.cores if token.strip(STRIP) not in trade_words()}
    out |= _beside_keywords(opening.lower, page.language)
    out |= {word for word in sight.weights if word in telling()}
    if not out:
        return frozenset()
    fit = (token for token in out if not FOREIGN.search(token) and not UNSPACED.search(token))
    parts = {part for token in fit for part in TOKEN.findall(token) if len(part) > 3}
    own, english = vocabulary(page.language), vocabulary("en")
    known = {part for part in parts if (own and own.zipf(part)) or (english and english.zipf(part))}
    return frozenset(parts - known | known & telling())


@lru_cache(maxsize=64)
def _ordinary(language: str) -> set[str]:
    """Tokens that were looked at and are no suspects: most of a page's stand on others, too."""
    return set()


def _beside_keywords(lower: str, language: str) -> set[str]:
    """Tokens of the first sentences that begin or end with a keyword and are no words."""
    ordinary = _ordinary(language)
    fresh = set(lower.split()) - ordinary
    out = {token for token in fresh if len(token) > 3 and _keyword_glued(token.strip(STRIP), language)}
    if len(ordinary) > _REMEMBERED:
        ordinary.clear()
    ordinary |= fresh - out
    return out


def _keyword_glued(word: str, language: str) -> bool:
    if not (begins_with_part(word) or ends_with_part(word)) or word in word_set():
        return False
    own, english = vocabulary(language), vocabulary("en")
    return not ((own and own.zipf(word)) or (english and english.zipf(word)))


def _first(page: Page) -> Iterator[Segment]:
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
        if segment.kind == "pre" or segment.origin != "visible" or segment.words < 3 or _label(page, segment):
            continue
        past = 0
        for found in splices(segment.text, lambda: reader.words, reader.zipf, odd, budget):
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
            for found in splices(disguise.text, lambda: reader.words, reader.zipf, suspicious, budget):
                start, end = segment.start + disguise.at[found.start], segment.start + disguise.at[found.end]
                if any(first < end and start < last for first, last in gone):
                    continue
                yield from decide.mark(start, end, found.confidence, f"in disguise: {found.evidence}")


def _label(page: Page, segment: Segment) -> bool:
    """Whether a block is a label, or made of links: splices stand in sentences and in titles."""
    if page.kind == "text" or segment.kind in HEADINGS:
        return False
    return segment.size < _SENTENCE or segment.link_chars * 3 > len(segment.text)


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
