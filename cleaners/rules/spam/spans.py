"""Spans of a block that are spam: from one boundary to another, scored as wholes, the best first."""

from __future__ import annotations

import re
from itertools import accumulate
from math import exp
from typing import Final, NamedTuple

from cleaners.rules.spam.evidence import Unit

_SENTENCE: Final = re.compile(r"(?:[.!?…।؟]+[\"”»’)]*(?=\s)|[。！？]+[」』”]?)\s*")
_SEPARATOR: Final = re.compile(r"\s+[-–—|·•»:/~]+\s+|\s*[|｜]\s*|(?<=\S):\s+|\s*[【】]\s*|\s*[–—]\s*")
_CAPITAL: Final = re.compile(r"(?<=[^\W_])\s+(?=[^\W\d_])")
_SOFT: Final = 2.5
_SPACE: Final = 4.5
_NOUN: Final = 4.5
_CLAUSE: Final = 1.5  # Thai sets its clauses apart with spaces
_SYLLABLES: Final = re.compile("[\u0e00-\u0eff\u1780-\u17ff]")
_TALK: Final = 8  # words of a sentence
_LINE: Final = 16  # words of a line
_STOPS: Final = tuple(".!?。！？…।")
ORDINARY: Final = frozenset({"", "offer", "loans", "counterfeit", "piracy", "crypto"})  # trades with honest menus
SEVERAL: Final = 4.0  # weight of each of two words that name a trade
_SELLING: Final = 8.0  # weight of a phrase that sells by itself
_BARE: Final = 3.0  # less for a single word of a trade: a theatre may be called Casino
OFFERED: Final = 2.9  # weight of what makes an offer of a mention
MOST: Final = 90  # boundaries of a block that are tried pairwise
LEAST: Final = 2.5  # of a category's own words: a span of offers alone sells nothing
MIDDLE: Final = 5.5  # score at which a span is as likely spam as not
_STEEP: Final = 3.0


class Span(NamedTuple):
    """A stretch of a block, and how much speaks for its being spam."""

    start: int
    end: int
    score: float
    categories: frozenset[str]
    seen: tuple[str, ...]

    @property
    def confidence(self) -> float:
        return 1.0 / (1.0 + exp(max(-30.0, min(30.0, (MIDDLE - self.score) / _STEEP))))


class Boundary(NamedTuple):
    """A place where a span may begin or end."""

    end: int  # a span before it stops here …
    start: int  # … and one after it begins here
    cost: float
    separator: bool


def boundaries(text: str, nouns: bool = False) -> list[Boundary]:
    """Both ends of a block, its sentences' ends, separators, and capitals inside a sentence.

    Args:
        nouns: the language writes all nouns with a capital.
    """
    found: dict[int, Boundary] = {}
    for match in _SEPARATOR.finditer(text):
        if match.start() > 0 or match.end() < len(text):
            found[match.end()] = Boundary(match.start(), match.end(), 0.0, True)
    for match in _SENTENCE.finditer(text):
        found.setdefault(match.end(), Boundary(match.end(), match.end(), 0.0, False))
    cased = text.lower() != text.upper()
    for match in _CAPITAL.finditer(text):
        at = match.end()
        if at in found:
            continue
        if cased and text[at].isupper() and not text[match.start() - 1].isupper():
            found[at] = Boundary(match.start(), at, _NOUN if nouns else _SOFT, False)
        elif not cased or (text[at].lower() == text[at].upper()):
            found[at] = Boundary(
                match.start(),
                at,
                _CLAUSE if _SYLLABLES.match(text[at]) or _SYLLABLES.match(text[match.start() - 1]) else _SPACE,
                False,
            )
    inner = [found[at] for at in sorted(found) if 0 < at < len(text)]
    if len(inner) > MOST:
        inner = [one for one in inner if not one.cost][:MOST]
    return [Boundary(0, 0, 0.0, False), *inner, Boundary(len(text), len(text), 0.0, False)]


def best_span(
    text: str,
    units: list[Unit],
    least: float,
    topics: frozenset[str],
    bonus: float = 0.0,
    edge: float = 0.0,
    nouns: bool = False,
    lead: bool = False,
    company: bool = False,
) -> Span | None:
    """The span with the highest score; None if none reaches `least` or has anything to sell.

    Args:
        bonus: what else speaks for spam in this block.
        edge: what speaks for it where a separator sets it off from one end of a title.
        nouns: the language writes all nouns with a capital.
        company: the block stands beside lines of spam.
        lead: the block is the lead: names are put before it, not behind.
    """
    edges = boundaries(text, nouns)
    sums = [0.0, *accumulate(unit.weight for unit in units)]
    begins = [_index(units, edge.start) for edge in edges]
    stops = [_index(units, edge.end) for edge in edges]
    best: tuple[float, int, int, float] | None = None
    for first in range(len(edges) - 1):
        for last in range(first + 1, len(edges)):
            if begins[first] >= stops[last]:
                continue
            score = sums[stops[last]] - sums[begins[first]] - edges[first].cost - edges[last].cost + bonus
            less = 0.0
            if first == 0 and last == len(edges) - 1:
                score += 2.0 if len(units) <= _LINE and text[-1:] not in _STOPS else 1.0
            elif edge and _set_off(edges, first, last, lead):
                inside = units[begins[first] : stops[last]]
                score += edge if _offers(inside, True) or _several(inside) else edge - _BARE
                less = edge / 2  # such a place speaks for spam, but not that it ends there
            rank = score - less
            if score >= least and (best is None or rank > best[0] + 1e-9):
                inside = units[begins[first] : stops[last]]
                whole = first == 0 and last == len(edges) - 1
                if not _sells(inside, topics):
                    continue
                talk = whole and len(units) > _TALK and text[-1:] in _STOPS
                if whole and not talk and not company and not _offers(inside, True) and not _several(inside):
                    continue
                if (
                    (talk or not whole)
                    and not (edge and _set_off(edges, first, last, lead))
                    and not _offers(inside, not edges[first].cost)
                ):
                    continue
                best = (rank, first, last, score)
    if best is None:
        return None
    _, first, last, score = best
    inside = units[begins[first] : stops[last]]
    start, end = edges[first].start, edges[last].end
    if edges[first].separator and last == len(edges) - 1:
        start = edges[first].end  # what stood between goes, too
    elif edges[last].separator and first == 0:
        end = edges[last].start
    categories = frozenset(
        unit.category for unit in inside if unit.category not in ("", "offer", "brand") and unit.weight > 0
    )
    seen = tuple(dict.fromkeys(unit.text for unit in sorted(inside, key=lambda u: -u.weight)[:5] if unit.weight > 0))
    return Span(start, end, score, categories or frozenset({"gambling"}), seen)


def _index(units: list[Unit], at: int) -> int:
    low, high = 0, len(units)
    while low < high:
        middle = (low + high) // 2
        if units[middle].start < at:
            low = middle + 1
        else:
            high = middle
    return low


def _sells(inside: list[Unit], topics: frozenset[str]) -> bool:
    """Whether one trade's own words, or a name, weigh enough, and the trade is not what the page is about."""
    own: dict[str, float] = {}
    for unit in inside:
        if unit.category and unit.category != "offer" and unit.weight > 0:
            own[unit.category] = own.get(unit.category, 0.0) + unit.weight
    if not own:
        return False
    brand = own.pop("brand", 0.0)
    if own:
        top = max(own, key=lambda name: (own[name], name))
        return top not in topics and own[top] + brand >= LEAST
    return brand >= LEAST and "gambling" not in topics


def _set_off(edges: list[Boundary], first: int, last: int, lead: bool) -> bool:
    """Whether a separator sets the span off from one end of the block."""
    return (first == 0 and edges[last].separator) or (not lead and last == len(edges) - 1 and edges[first].separator)


def ends(text: str) -> tuple[int, int]:
    """Where the first separator of a text begins and the last ends; both at its end if there is none."""
    cuts = [match.span() for match in _SEPARATOR.finditer(text) if match.start() > 0 and match.end() < len(text)]
    if text.startswith("【") and "】" in text:
        return text.index("】"), len(text)
    return (cuts[0][0], cuts[-1][1]) if cuts else (0, len(text))


def _offers(inside: list[Unit], closed: bool) -> bool:
    """Whether a span inside a block offers something, or names who does: a mention of a trade is none.

    Args:
        closed: the span begins a sentence.
    """
    offers = sum(unit.weight for unit in inside if unit.category in ("offer", "brand") and unit.weight > 0)
    return offers >= OFFERED or (closed and any(unit.weight >= _SELLING and unit.category for unit in inside))


def _several(inside: list[Unit]) -> bool:
    """Whether a line names a trade more than once, in different words: a label does so once."""
    words: dict[str, float] = {}
    for unit in inside:
        if unit.category not in ORDINARY and unit.weight > 0:
            words[unit.text[:5]] = max(words.get(unit.text[:5], 0.0), unit.weight)
    return len(words) >= 3 or (len(words) == 2 and min(words.values()) >= SEVERAL)
