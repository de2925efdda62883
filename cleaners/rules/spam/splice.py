"""Spam put into the middle of a word: where it begins and ends is where the halves join into the best word.

A splice is a keyword (“lucky88 best”), often glued to a squashed and cut-off title, with half a word on either side.
All cuts around a keyword are scored as wholes: how good is the word that the halves make, and how well does what lies
between read as a row of title words and keyword parts? The best cut has to beat the text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from cleaners.rules.spam.keywords import TOKEN, Core, found_cores, hidden_in_long_words, may_hold, modifiers, sides
from cleaners.rules.spam.readings import leftward, made_of_words, rightward
from cleaners.rules.spam.regions import Region, letters, open_region
from cleaners.rules.spam.words import LONGEST, Words

_HALF: Final = 16  # characters: no half of a word is longer
_PRIOR: Final = 6.0  # nobody expects a splice
_NAME: Final = 8  # letters: the unknown half of a brand's name is no longer
_LONG_SQUASH: Final = 14
_TITLED: Final = 0.5  # share of a squashed run that is words of the page; a compound has less
_MISFIT: Final = 3.2  # nats a letter: such a word the page would not make
MOST: Final = 12  # keywords looked at per block


class Splice(NamedTuple):
    """A span to cut, and why."""

    start: int
    end: int
    confidence: float
    evidence: str


def splices(text: str, model: Callable[[], Words]) -> list[Splice]:
    """The splices in one block, in order and disjoint."""
    lower = text.lower()
    if len(lower) != len(text):
        return []  # rare letters that change their length: offsets would lie
    if not may_hold(lower):
        return []
    cores = [*found_cores(lower), *hidden_in_long_words(text, lower)][:MOST]
    open_cores = [(core, region) for core in cores if (region := open_region(text, lower, core)) is not None]
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


def _best_cut(text: str, lower: str, core: Core, region: Region, words: Words) -> Splice | None:
    left = leftward(lower, region.start, core, words)
    right = rightward(lower, core, region.end, words)
    begin = region.start
    while begin < core.start and not text[begin].isalnum():
        begin += 1
    tokens = [match.span() for match in TOKEN.finditer(text, region.start, region.end)]
    best: tuple[float, int, int, str] | None = None
    for cut in range(begin + 1, min(begin + _HALF, core.start) + 1):
        half = lower[begin:cut]
        if not half.isalpha():
            break
        for past in range(core.end, region.end):
            rest = letters(lower, past, region.end)
            if not rest or len(rest) > _HALF or len(half) + len(rest) > LONGEST:
                continue
            if past not in right or cut not in left:
                continue
            joined = half + rest
            title_before, title_after = sides(lower[cut : core.start], lower[core.end : past])
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
    core: Core,
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
    squash = max(sides(lower[cut : core.start], lower[core.end : past]))
    before, after = lower[cut : core.start], lower[core.end : past]
    titled = made_of_words(max(before, after, key=len), words)
    multiple = text[cut:past].strip().count(" ") >= 1
    squashed = squash >= _LONG_SQUASH and titled >= (_TITLED if not multiple else _TITLED / 2)
    known = words.known(joined)
    seen = words.seen(joined)
    first = lower[tokens[0][0] : tokens[0][1]]
    final = lower[tokens[-1][0] : tokens[-1][1]].rstrip(".,;:!?\"'”»…")
    whole = len(tokens) > 1 and (words.known(final) or final in modifiers())
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
        # a long compound beside a number looks much the same, but its halves make no word and its parts are no title
        compound = not known and ((core.name.isalpha() and not multiple) or (core.likeness <= 0.4 and titled < _TITLED))
        if misfit or compound or (core.likeness < 0.4 and squash < 1.5 * _LONG_SQUASH):
            return None
    confidence = 0.7 + 0.1 * squashed + 0.1 * known + 0.05 * min(1, seen) + 0.04 * (core.likeness >= 0.8)
    where = f"seen {seen}×" if seen else "a frequent word" if known else "its letters fit"
    title = f", {squash} squashed letters" if squashed else ""
    shape = text[past : past + len(joined)].split()[0][:12]
    evidence = f"splice before '{shape}': keyword '{core.name}'{title}; halves join to '{joined}' ({where})"
    return Splice(cut, past, round(min(confidence, 0.99), 2), evidence)


def _reads_on(lower: str, at: int, joined: str, words: Words) -> float:
    """A bonus where the joined word goes on as it does elsewhere on the page."""
    following = re.compile(r"\s+(\w+)").match(lower, at)
    return -1.5 if following and words.pairs[(joined, following[1])] else 0.0
