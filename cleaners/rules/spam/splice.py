"""Spam put into the middle of a word: where it begins and ends is where the halves join into the best word.

A splice is a keyword (“lucky88 best”), often glued to a squashed and cut-off title, with half a word on either side.
All cuts around a keyword are scored as wholes: how good is the word that the halves make, and how well does what lies
between read as a row of title words and keyword parts? The best cut has to beat the text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from cleaners.rules.spam.brands import HINT, brand_likeness, numbers, stems
from cleaners.rules.spam.terms import UNSPACED, lists
from cleaners.rules.spam.words import LONGEST, Words

_TOKEN: Final = re.compile(r"\S+")
_DIGITS: Final = re.compile(r"(?<!\d)\d{2,4}(?!\d)")
_FOREIGN: Final = re.compile(r"[/\\_@#=<>{}\[\]()|~^%$&+:]|www\.|\.(?:com|net|org|html?|php|js|py)\b")
_GLUED: Final = (
    "casino",
    "viagra",
    "cialis",
    "poker",
    "slot",
    "togel",
    "казино",
    "카지노",
    "bahis",
    "gacor",
    "maxwin",
    "jackpot",
)
_HALF: Final = 16  # characters: no half of a word is longer
_BETWEEN: Final = 3  # words of a keyword that follow or precede its core
_PART: Final = 3.0  # cost of a keyword part
_CHAR: Final = 3.1  # cost of a letter that belongs to nothing known
_CUT: Final = 4.0  # cost of a title word that was cut off
_PRIOR: Final = 6.0  # nobody expects a splice
_NAME: Final = 8  # letters: the unknown half of a brand's name is no longer
_LONG_SQUASH: Final = 14
LONG_TOKEN: Final = 24
_MISFIT: Final = 3.2  # nats a letter: such a word the page would not make
MOST: Final = 12  # keywords looked at per block


class Splice(NamedTuple):
    """A span to cut, and why."""

    start: int
    end: int
    confidence: float
    evidence: str


class _Core(NamedTuple):
    start: int  # in the block: from here …
    end: int  # … to here the keyword's core
    name: str
    likeness: float  # 0 … 1: how much the core by itself speaks of spam


@lru_cache(maxsize=1)
def _modifiers() -> frozenset[str]:
    words = {word for phrase in lists()["calls"]["modifiers"] for word in phrase.split()}
    return frozenset(word.lower() for word in words if len(word) > 1)


@lru_cache(maxsize=1)
def _cores() -> re.Pattern[str]:
    return re.compile("|".join(sorted(lists()["calls"]["cores"], key=len, reverse=True)))


def _brand_at(lower: str, start: int, end: int) -> tuple[float, str]:
    """The likeness of the brand around digits at `start`…`end`, whatever is glued to it."""
    left = start
    while left > 0 and lower[left - 1].isalpha() and start - left < 8:
        left -= 1
    right = end
    while right < len(lower) and lower[right].isalpha() and right - end < 5:
        right += 1
    best, name = 0.0, ""
    for stem in stems():
        if lower.endswith(stem, left, start) or lower.startswith(stem, end, right):
            likeness = brand_likeness((stem if lower.endswith(stem, left, start) else "") + lower[start:end]) or 0.4
            if lower.startswith(stem, end, right):
                likeness = max(likeness, 0.8 if len(stem) > 2 else 0.4)
            shown = stem + lower[start:end] if lower.endswith(stem, left, start) else lower[start:end] + stem
            if (likeness, len(shown)) > (best, len(name)):
                best, name = likeness, shown
    if not best and lower[start:end] in numbers():
        return 0.4, lower[max(left, start - 6) : end]
    return best, name or lower[left:end]


def suspicious_words(lower: str, words: set[str]) -> list[str]:
    """The words of a page that a splice may have left: brands by shape, glued keywords, runs too long for words."""
    out = [
        word
        for word in words
        if not word.isalpha() and HINT.search(word) and any(_found_cores(word)) and not UNSPACED.search(word)
    ]
    if any(stem in lower for stem in _GLUED):
        out += [
            word for word in words if len(word) > 6 and any(stem in word for stem in _GLUED) and word not in _modifiers()
        ]
    if max(map(len, words), default=0) >= LONG_TOKEN:
        out += [word for word in words if len(word) >= LONG_TOKEN and word.isalpha() and not UNSPACED.search(word)]
    return out


def _found_cores(lower: str) -> Iterator[_Core]:
    for match in _DIGITS.finditer(lower):
        before = match.start() > 0 and lower[match.start() - 1].isalpha()
        after = match.end() < len(lower) and lower[match.end()].isalpha()
        if before or after:
            likeness, name = _brand_at(lower, match.start(), match.end())
            if likeness:
                yield _Core(match.start(), match.end(), name, likeness)
    for match in _cores().finditer(lower):
        yield _Core(match.start(), match.end(), match[0], 0.5)


def hidden_in_long_words(text: str, lower: str) -> Iterator[_Core]:
    """Keyword parts at the end of a token too long to be a word: brands without a number."""
    tokens = list(_TOKEN.finditer(text))
    for token, following in pairwise(tokens):
        glued = following[0].lower()
        if len(token[0]) < LONG_TOKEN or _FOREIGN.search(token[0]) or "-" in token[0]:
            continue
        for part in _modifiers():
            if len(part) > 2 and glued.startswith(part) and len(glued) > len(part):
                start = following.start()
                yield _Core(start, start + len(part), part, 0.2)
                break


def splices(text: str, model: Callable[[], Words]) -> list[Splice]:
    """The splices in one block, in order and disjoint."""
    lower = text.lower()
    if len(lower) != len(text):
        return []  # rare letters that change their length: offsets would lie
    if not _may_hold(lower):
        return []
    cores = [*_found_cores(lower), *hidden_in_long_words(text, lower)][:MOST]
    open_cores = [(core, region) for core in cores if (region := _open_region(text, lower, core)) is not None]
    if not open_cores:
        return []
    words = model()
    found: list[Splice] = []
    for core, region in open_cores:
        with words.without(lower[region.start : region.end]):
            splice = _best_cut(text, lower, core, region, words)
        if splice is not None:
            found.append(splice)
    found.sort(key=lambda s: (-s.confidence, s.start - s.end))
    out: list[Splice] = []
    for splice in found:
        if all(splice.end <= other.start or splice.start >= other.end for other in out):
            out.append(splice)
    out.sort()
    return out


def _may_hold(lower: str) -> bool:
    return (
        HINT.search(lower) is not None
        or any(stem in lower for stem in _GLUED)
        or any(len(word) >= LONG_TOKEN for word in lower.split())
    )


class _Region(NamedTuple):
    """The tokens a splice may touch."""

    start: int  # of the token with the left half
    end: int  # of the last token that may hold the right half


def _region(text: str, lower: str, core: _Core) -> _Region:
    modifiers = _modifiers()
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
        whole = token in modifiers
        tail = any(len(part) > 2 and token.endswith(part) for part in modifiers)
        long = len(token) >= LONG_TOKEN and core.likeness <= 0.5
        own = lower[start : core.start]
        if own and own.strip() not in modifiers and not all(w in modifiers for w in own.split()):
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
        if not any(token.startswith(part) for part in modifiers):
            break
        end = after
    return _Region(start, end)


def _open_region(text: str, lower: str, core: _Core) -> _Region | None:
    """The tokens around a core, if half a word can stand at both of their ends."""
    region = _region(text, lower, core)
    span = text[region.start : region.end]
    if _FOREIGN.search(span) or UNSPACED.search(span) or region.end - region.start < 6:
        return None
    begin = region.start
    while begin < core.start and not text[begin].isalnum():
        begin += 1
    if begin >= core.start or not text[begin].isalpha():
        return None
    if core.end < len(text) and text[core.end].isalpha():
        return region
    modifiers = _modifiers()
    for token in _TOKEN.findall(lower, core.end, region.end):
        letters = _letters(token, 0, len(token))
        if letters not in modifiers and any(letters.startswith(part) for part in modifiers):
            return region
        if any(letters.startswith(part) and part != letters for part in modifiers):
            return region
    return None


def _best_cut(text: str, lower: str, core: _Core, region: _Region, words: Words) -> Splice | None:
    left = _leftward(lower, region.start, core, words)
    right = _rightward(lower, core, region.end, words)
    begin = region.start
    while begin < core.start and not text[begin].isalnum():
        begin += 1
    tokens = [match.span() for match in _TOKEN.finditer(text, region.start, region.end)]
    best: tuple[float, int, int, str] | None = None
    for cut in range(begin + 1, min(begin + _HALF, core.start) + 1):
        half = lower[begin:cut]
        if not half.isalpha():
            break
        for past in range(core.end, region.end):
            rest = _letters(lower, past, region.end)
            if not rest or len(rest) > _HALF or len(half) + len(rest) > LONGEST:
                continue
            if past not in right or cut not in left:
                continue
            joined = half + rest
            title_before, title_after = _sides(lower[cut : core.start], lower[core.end : past])
            if title_after and (title_before > _NAME or title_after < _NAME):
                continue  # one title is spliced in, before the keyword or after it, not both
            if max(title_before, title_after) < _LONG_SQUASH and not words.known(joined):
                continue  # with nothing squashed beside it, a keyword has only the word to speak for it
            if joined[1:] != text[begin + 1 : cut].lower() + text[past : past + len(rest)].lower():
                continue
            if text[past].isupper() and not half[-1].isupper() and text[past - 1].islower():
                continue
            cost = words.cost(joined) + left[cut] + right[past] + _reads_on(lower, past + len(rest), joined, words)
            if best is None or cost < best[0]:
                best = (cost, cut, past, joined)
    if best is None:
        return None
    cost, cut, past, joined = best
    last = next(i for i, (_, end) in enumerate(tokens) if past < end)
    return _judged(text, lower, core, words, tokens[: last + 1], cost, cut, past, joined)


def _judged(
    text: str,
    lower: str,
    core: _Core,
    words: Words,
    tokens: list[tuple[int, int]],
    cost: float,
    cut: int,
    past: int,
    joined: str,
) -> Splice | None:
    """The cut, if what speaks for it outweighs the text as it stands."""
    as_it_is = sum(words.cost(lower[start:end].strip(".,;:!?\"'“”«»…")) for start, end in tokens)
    # both readings may use the letter model: else a short page whose letters it knows by heart would look right as it is
    by_letters = words.cost(joined) + words.letters(lower[cut:past].replace(" ", ""))
    gain = as_it_is - min(cost, by_letters) - _PRIOR
    squash = max(_sides(lower[cut : core.start], lower[core.end : past]))
    squashed = (
        squash >= _LONG_SQUASH and _pieces(lower[cut : core.start], words) + _pieces(lower[core.end : past], words) >= 2
    )
    known = words.known(joined)
    seen = words.seen(joined)
    first = lower[tokens[0][0] : tokens[0][1]]
    final = lower[tokens[-1][0] : tokens[-1][1]].rstrip(".,;:!?\"'”»…")
    whole = len(tokens) > 1 and (words.known(final) or final in _modifiers())
    multiple = text[cut:past].strip().count(" ") >= 1
    if gain <= 0 or (whole and not squashed) or words.known(first.strip(".,;:!?")):
        return None
    if not squashed:
        if not known or len(joined) < 2:
            return None
        if core.likeness < 0.8 and not (multiple and core.likeness >= 0.4):
            return None
        if not multiple and len(joined) < 4 and seen < 2:
            return None
    else:
        misfit = not known and words.letters(joined) / (len(joined) + 1) > _MISFIT
        if misfit or (core.likeness < 0.4 and squash < 1.5 * _LONG_SQUASH):
            return None
    confidence = 0.7 + 0.1 * squashed + 0.1 * known + 0.05 * min(1, seen) + 0.04 * (core.likeness >= 0.8)
    where = f"seen {seen}×" if seen else "a frequent word" if known else "its letters fit"
    title = f", {squash} squashed letters" if squashed else ""
    shape = text[past : past + len(joined)].split()[0][:12]
    evidence = f"splice before '{shape}': keyword '{core.name}'{title}; halves join to '{joined}' ({where})"
    return Splice(cut, past, round(min(confidence, 0.99), 2), evidence)


def _sides(before: str, after: str) -> tuple[int, int]:
    """The letters on either side of a keyword's core that are no keyword parts: what may be a squashed title."""
    parts = [part for part in _modifiers() | stems() if len(part) > 2]
    while part := max((p for p in parts if before.endswith((p, p + " "))), key=len, default=""):
        before = before.rstrip()[: -len(part)].rstrip()
    while part := max((p for p in parts if after.startswith((p, " " + p))), key=len, default=""):
        after = after.lstrip()[len(part) :]
    return len(before), len(after)


def _letters(lower: str, at: int, end: int) -> str:
    stop = at
    while stop < end and lower[stop].isalpha():
        stop += 1
    return lower[at:stop]


def _reads_on(lower: str, at: int, joined: str, words: Words) -> float:
    """A bonus where the joined word goes on as it does elsewhere on the page."""
    following = re.compile(r"\s+(\w+)").match(lower, at)
    return -1.5 if following and words.pairs[(joined, following[1])] else 0.0


def _piece_cost(piece: str, words: Words) -> float:
    """Cost of a run of letters as one word of a squashed title or keyword; high where it is none."""
    if piece in _modifiers() or piece in stems():
        return _PART
    if len(piece) > 1 and words.known(piece):
        return words.cost(piece)
    return _CHAR * len(piece) + 1.0


def _leftward(lower: str, start: int, core: _Core, words: Words) -> dict[int, float]:
    """Cost of the text from each place up to the core, read as title words and keyword parts."""
    best: dict[int, float] = {core.start: 0.0}
    for at in range(core.start - 1, start, -1):
        cost = best.get(at + 1, 1e9) + _CHAR
        if lower[at] == " ":
            cost = best.get(at + 1, 1e9) + 0.5
        for stop in range(at + 2, min(at + 12, core.start) + 1):
            piece = lower[at:stop]
            if piece.isalpha() and (piece in _modifiers() or piece in stems() or words.known(piece)):
                cost = min(cost, best.get(stop, 1e9) + _piece_cost(piece, words))
        best[at] = cost
    # the first piece may be the end of a title word
    tails = _tails(words)
    return {
        at: min(
            [cost]
            + [
                best[stop] + _CUT
                for stop in range(at + 2, min(at + 10, core.start) + 1)
                if stop in best and lower[at:stop] in tails
            ]
        )
        for at, cost in best.items()
    }


def _rightward(lower: str, core: _Core, end: int, words: Words) -> dict[int, float]:
    """Cost of the text from the core up to each place: keyword parts, and perhaps a title glued to them."""
    best: dict[int, float] = {core.end: 0.0}
    modifiers = _modifiers()
    for at in range(core.end, end):
        here = best.get(at)
        if here is None:
            continue
        if lower[at] == " ":
            for part in modifiers:
                if lower.startswith(part, at + 1):
                    stop = at + 1 + len(part)
                    best[stop] = min(best.get(stop, 1e9), here + _PART)
            continue
        best[at + 1] = min(best.get(at + 1, 1e9), here + _CHAR)
        for stop in range(at + 2, min(at + 12, end) + 1):
            piece = lower[at:stop]
            if not piece.isalpha():
                break
            if piece in modifiers or piece in stems() or words.known(piece):
                best[stop] = min(best.get(stop, 1e9), here + _piece_cost(piece, words))
    return best


def _tails(words: Words) -> frozenset[str]:
    cached = words.tails
    if cached is None:
        cached = frozenset(word[at:] for word in words.counts for at in range(1, len(word) - 1))
        words.tails = cached
    return cached


def _pieces(text: str, words: Words) -> int:
    """How many words of the page a squashed run is made of, found greedily from the left."""
    count = 0
    at = 0
    while at < len(text):
        for stop in range(min(len(text), at + 12), at + 1, -1):
            if text[at:stop].isalpha() and words.known(text[at:stop]):
                count += 1
                at = stop
                break
        else:
            at += 1
    return count
