"""Spam put into the middle of a word: where it begins and ends is where the halves join into the best word.

A splice is a keyword (“lucky88 best”), often glued to a squashed and cut-off title, with half a word on either side.
All cuts of a window of tokens are scored as wholes: how good is the word that the halves make, and how well does what lies
between read as a row of title words and keyword parts? The best cut has to beat the text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from cleaners.rules.spam.keywords import (
    FOREIGN,
    HEX,
    LETTERED,
    TOKEN,
    latin,
    modifiers,
    shaped,
    telling,
    trade_words,
    word_parts,
    word_set,
)
from cleaners.rules.spam.readings import Readings
from cleaners.rules.spam.terms import UNSPACED
from cleaners.rules.spam.words import LONGEST, Words

_HALF: Final = 16  # characters: no half of a word is longer
_WIDEST: Final = 6  # tokens from the left half to the right one
_LONGEST: Final = 110  # characters of a window
_PRIOR: Final = 3.0  # nats: nobody expects a splice
_NEEDED: Final = (99.0, 4.0, 3.0, 0.0)  # nats, by how loudly a keyword speaks
_TINY: Final = 3.0  # nats: a word of two letters is seldom hit
_ORDINARY: Final = 3.5  # nats: an ordinary word inside a keyword
_STRANGE: Final = 2.0  # nats: a word nobody knows
_KNOWN: Final = 5.0  # nats: half a word with a keyword glued to it is no word but by accident
_OWN: Final = 4  # letters: shorter words come about by chance
_TITLE: Final = 14  # letters: a longer run of what is no word may be a squashed title
_COVERED: Final = 0.72  # of a squashed title's letters; names of chemicals and genes have less
_SQUASHED: Final = 19  # letters: longer still, where words are not written as one
MOST: Final = 40  # windows scored per page
LOOKS: Final = 4_000  # windows looked at per page
_INSIDE: Final = re.compile(r"[^\W\d_]\d{2,4}[^\W\d_]{1}")  # digits with letters on both sides
_NAMED: Final = re.compile(r"[^\W\d_]{3}\d{2,4}|\d{2,4}[^\W\d_]{3}")
# an alphabet glued to another; Latin letters with a Korean ending are common
_MIXED: Final = re.compile(r"[a-z][\u0370-\u1cff]|[\u0370-\u1cff\uac00-\ud7af][a-z]")
_FREQUENT: Final = 3.6  # Zipf value from which no token is taken for a word by accident
_BETWEEN: Final = frozenset({" ", "\u00a0", "-", "/", "% ", "+ ", " - ", ".", "'", "’", ":", ",", "?", "!", ";", "–", '"'})


class Splice(NamedTuple):
    """A span to cut, and why."""

    start: int
    end: int
    confidence: float
    evidence: str


class Scored(NamedTuple):
    """A splice and what it gains over the text as it stands, in nats."""

    gain: float
    splice: Splice


class Cut(NamedTuple):
    """A way to cut a window, with what speaks for it."""

    gain: float
    start: int
    end: int
    joined: str


def splices(
    text: str,
    model: Callable[[], Words],
    listed: Callable[[str], float],
    suspects: Callable[[str], bool],
    budget: list[int],
) -> list[Splice]:
    """The splices in one block, in order and disjoint.

    Args:
        model: the words of the page; asked for only if there is something to look at.
        listed: how frequent a lower-case word is in the page's language, 0 if it is not listed.
        suspects: whether a lower-case token is worth a look.
        budget: windows that may still be scored, and looked at.
    """
    lower = text.lower()
    if len(lower) != len(text):
        return []  # rare letters that change their length: offsets would lie
    spans = [match.span() for match in TOKEN.finditer(lower)]
    found: list[Splice] = []
    past = 0
    for first, (start, end) in enumerate(spans):
        if start < past or not suspects(lower[start:end]) or _foreign(lower, start, end):
            continue
        best: Scored | None = None
        for begin in range(first, max(-1, first - _WIDEST), -1):
            if spans[begin][0] < past or (begin < first and not _runs_on(lower, spans[begin][1], spans[begin + 1][0])):
                break
            for last in range(first, min(len(spans), begin + _WIDEST)):
                if last > first and not _runs_on(lower, spans[last - 1][1], spans[last][0]):
                    break
                here = _window(text, lower, spans[begin : last + 1], model, listed, budget)
                if here is not None and (best is None or here.gain > best.gain):
                    best = here
        if best is not None:
            found.append(best.splice)
            past = best.splice.end
    return found


def _foreign(lower: str, start: int, end: int) -> bool:
    """Whether a token is part of an address, a path, a tag or the like."""
    while start > 0 and not lower[start - 1].isspace():
        start -= 1
    while end < len(lower) and not lower[end].isspace():
        end += 1
    return FOREIGN.search(lower, start, end) is not None or UNSPACED.search(lower, start, end) is not None


def _runs_on(lower: str, end: int, start: int) -> bool:
    """Whether two tokens may belong to one keyword: only a space, a hyphen or the like between them."""
    return lower[end:start] in _BETWEEN


def _window(
    text: str,
    lower: str,
    tokens: list[tuple[int, int]],
    model: Callable[[], Words],
    listed: Callable[[str], float],
    budget: list[int],
) -> Scored | None:
    """The best cut of a window whose first token begins with the left half and whose last ends with the right one."""
    start, end = tokens[0][0], tokens[-1][1]
    window = lower[start:end]
    if text[start : tokens[0][1]].isupper() and tokens[0][1] - start > 6:
        return None  # a sequence, a code
    if not 6 <= len(window) <= _LONGEST or not LETTERED.match(window[0]) or not LETTERED.match(window[-1]):
        return None
    inner = [lower[s:e] for s, e in tokens[1:-1]]
    head, tail = lower[start : tokens[0][1]], lower[tokens[-1][0] : end]
    budget[1] -= 1
    if budget[1] < 0 or (len(tokens) == 1 and not _holds(window)):
        return None
    if (
        budget[0] <= 0
        or (len(tokens) > 1 and not _ends_fit(head, tail, listed, lambda word: listed(word) >= _FREQUENT))
        or not _hint(head, tail, inner, window)
    ):
        return None
    words = model()
    with words.without(window):
        if len(tokens) > 1 and not _ends_fit(
            head, tail, lambda word: _ordinary(word, words), lambda word: listed(word) >= _FREQUENT
        ):
            return None
        budget[0] -= 1
        plain = sum(_against(word, words) > 0 for word in inner)
        if plain > 2:
            return None  # a phrase of the host
        against = sum(_against(word, words) for word in inner) + _KNOWN * (
            len(tokens) > 1 and (words.known(head) + words.known(tail))
        )
        cut = _best_cut(text[start:end], window, words, lower[end : end + 40], tokens[-1][0] - start, tokens[0][1] - start)
        if cut is not None:
            cut = cut._replace(gain=cut.gain - against)
        splice = None if cut is None else _judged(text, start, window, len(tokens), cut, words)
    return None if cut is None or splice is None else Scored(cut.gain, splice)


def _holds(token: str) -> bool:
    """Whether a whole keyword may stand inside one token."""
    if len(token) >= _SQUASHED or _INSIDE.search(token):
        return True
    return any(0 < token.find(stem) < len(token) - len(stem) for stem in telling())


def _against(word: str, words: Words) -> float:
    """What a whole token inside a window says against its being part of a keyword, in nats."""
    if word in modifiers() or word in trade_words() or shaped(word) or word.isdigit():
        return 0.0
    if any(stem in word for stem in telling()):
        return 0.0
    return _ORDINARY if words.known(word) or words.derived(word) else _STRANGE


def _ends_fit(head: str, tail: str, ordinary: Callable[[str], object], frequent: Callable[[str], bool]) -> bool:
    """Whether both ends of a window are odd enough to hold half a word, or look like words by accident."""
    parts = word_parts()
    head_fits = not ordinary(head) or (head.endswith(parts) and head not in word_set() and not frequent(head))
    accident = tail.startswith(parts) and tail not in word_set() and tail.removesuffix("s") not in word_set()
    return head_fits and (not ordinary(tail) or (accident and not frequent(tail)))


def _ordinary(word: str, words: Words) -> bool:
    return words.known(word) or ((words.short or words.prefixed) and words.derived(word))


def _hint(head: str, tail: str, inner: list[str], window: str) -> bool:
    """Whether anything in a window speaks of a keyword at all."""
    if shaped(window) or any(stem in window for stem in telling()):
        return True
    parts, trade = modifiers(), trade_words()
    if any(word in trade or word in parts for word in inner):
        return True
    if any(tail.startswith(part) or head.endswith(part) for part in parts if len(part) > 2):
        return True
    if any(tail.startswith(word) or head.endswith(word) for word in trade if len(word) > 3):
        return True
    return max(len(head), len(tail)) >= 2 * _TITLE


def _best_cut(text: str, lower: str, words: Words, following: str, tail: int, head: int) -> Cut | None:
    size = len(lower)
    readings = Readings(lower, words)
    halves = [at for at in range(1, min(head, _HALF + 1)) if LETTERED.fullmatch(lower, 0, at)]
    rests = [at for at in range(max(tail + (tail > 0), size - _HALF, 1), size) if LETTERED.fullmatch(lower, at)]
    as_it_is = sum(_as_it_is(match[0], words) for match in TOKEN.finditer(text))
    best: Cut | None = None
    for at in halves:
        costs: list[float] | None = None
        for past in rests:
            if past - at < 4 or at + size - past > LONGEST:
                continue
            joined = lower[:at] + lower[past:]
            if not _cased(text, at, past) or latin(lower[at - 1]) != latin(lower[past]):
                continue
            price = words.joined(joined) + (_TINY if len(joined) < 3 else 0.0)
            if costs is None:
                costs = readings.costs(at)
            gain = as_it_is - price - costs[past] - _PRIOR
            next_word = re.match(r"\W+(\w+)", following)
            if next_word and words.pairs[(joined, next_word[1])] > 0:
                gain += 1.5
            if text[at].isupper() and text[at - 1].islower():
                gain += 1.0  # a title begins here
            if best is None or gain > best.gain:
                best = Cut(gain, at, past, joined)
    return best


def _as_it_is(word: str, words: Words) -> float:
    """Surprise at a token if nobody had put anything into it."""
    lower = word.lower()
    cost = words.as_it_is(lower)
    if _MIXED.search(lower):
        cost += 6.0
    if shaped(lower):
        cost += 8.0 if _INSIDE.search(lower) else 4.0
    humps = re.findall(r"[^\W\d_A-Z][^\W\d_A-Z]*|[A-Z]+[^\W\d_A-Z]*|\d+", word)
    if len(humps) > 1 and all(
        part.isdigit() or words.known(part.lower()) or words.english is None or words.english.zipf(part.lower())
        for part in humps
    ):
        cost = min(cost, 7.0 * len(humps))  # an identifier
    return cost


def _cased(text: str, at: int, past: int) -> bool:
    """Whether the halves are written as one word: no capital inside it, unless it is all capitals."""
    left, right = text[:at], text[past:]
    if left.isupper() and (len(left) > 1 or right.isupper()):
        return right.isupper()
    return left[1:] == left[1:].lower() and right == right.lower()


def _judged(text: str, start: int, window: str, count: int, cut: Cut, words: Words) -> Splice | None:
    """The cut as a splice, if there is a keyword in it and it is worth the words it makes."""
    middle = window[cut.start : cut.end]
    if cut.gain <= 0 or HEX.search(middle):
        return None
    keyword, points = _keyword(middle, words)
    if not keyword or cut.gain < _NEEDED[min(points, 3)]:
        return None
    known = words.known(cut.joined)
    if not known and (points < 2 or not words.derived(cut.joined)):
        return None
    if words.foreign_script and latin(cut.joined[0]) and not known:
        return None
    if points < 2 and len(cut.joined) < _OWN and not words.seen(cut.joined):
        return None
    if words.compounding and only_shape(keyword.split(", ")[0]) and "'" not in keyword.partition(", ")[2]:
        if not _INSIDE.search(window):
            return None  # a long word with a number behind it
    if only_shape(keyword) and not (known and _NAMED.search(middle) and count < 3):
        return None  # numbers stand beside many things
    if not shaped(middle) and all(words.compound(part) < 1e9 for part in (window.split()[0], window.split()[-1])):
        return None  # long words of their own, however they begin or end
    if len(cut.joined) < 3 and points < 2 and not words.seen(cut.joined):
        return None
    confidence = 0.72 + min(0.12, cut.gain / 100) + 0.05 * known + 0.04 * min(3, points)
    seen = words.seen(cut.joined)
    where = f"seen {seen}×" if seen > 0 else "a word of the language" if known else "its parts are words"
    shape = text[start + cut.end :].split()[0][:12]
    evidence = f"splice before '{shape}': {keyword}; halves join to '{cut.joined}' ({where})"
    return Splice(start + cut.start, start + cut.end, round(min(confidence, 0.99), 2), evidence)


def only_shape(keyword: str) -> bool:
    """Whether a number beside letters is all that speaks for a keyword."""
    return keyword.startswith("a name with a number") and "," not in keyword


def _keyword(middle: str, words: Words) -> tuple[str, int]:
    """What in the span speaks for spam, and how loudly."""
    points = 0
    seen: list[str] = []
    if shaped(middle):
        points += 2
        seen.append(f"a name with a number in '{middle[-24:]}'")
    tokens = middle.split()
    stem = max((stem for stem in telling() if stem in middle), key=lambda s: (len(s), s), default="")
    if stem:
        points += 2
        seen.append(f"'{stem}'")
    parts, trade = modifiers(), trade_words()
    beside = [word for word in tokens if word in parts or word in trade]
    ends = [
        part
        for part in parts
        if len(part) > 2 and len(tokens) > 1 and (tokens[-1].startswith(part) or tokens[0].endswith(part))
    ]
    if beside or ends:
        points += 1
        seen.append(f"'{(beside or ends)[0]}' of a search")
    run = max(tokens, key=len)
    titled = len(run) >= 10 and any(
        run[at : at + 9] in title for title in words.titles for at in (0, 1, 2, len(run) - 9, len(run) - 10, len(run) - 11)
    )
    if titled or (len(run) >= _TITLE and not words.known(run)):
        points += 2 if titled or (len(run) >= _SQUASHED and not words.compounding and words.coverage(run) >= _COVERED) else 1
        seen.append(f"{len(run)} letters without a space")
    return (", ".join(seen), points) if points and (len(seen) > 1 or points > 1 or beside or ends) else ("", 0)
