"""Spam put into the middle of a word: where it begins and ends is where the halves join into the best word.

A splice is a keyword (“lucky88 best”), often glued to a squashed and cut-off title, with half a word on either side.
All cuts of a window of tokens are scored as wholes: how good is the word that the halves make, and how well does what lies
between read as a row of title words and keyword parts? The best cut has to beat the text as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from cleaners.rules.spam.cut import INSIDE, best_cut, humps_of
from cleaners.rules.spam.keywords import (
    FOREIGN,
    LETTERED,
    begins_with_part,
    ends_with_part,
    modifiers,
    shaped,
    telling,
    token_spans,
    trade_words,
    word_set,
)
from cleaners.rules.spam.proof import SQUASHED, TITLE, Splice, judged
from cleaners.rules.spam.terms import UNSPACED
from cleaners.rules.spam.words import Words

_WIDEST: Final = 6  # tokens from the left half to the right one
_LONGEST: Final = 110  # characters of a window
_NEAR: Final = 110  # characters before and behind a suspect that may belong to its window
_ORDINARY: Final = 3.5  # nats: an ordinary word inside a keyword
_STRANGE: Final = 2.0  # nats: a word nobody knows
_FORM: Final = 8.0  # nats: halves of which only a form is known
_KNOWN: Final = 5.0  # nats: half a word with a keyword glued to it is no word but by accident
MOST: Final = 40  # windows scored per page
LOOKS: Final = 4_000  # windows looked at per page
_FREQUENT: Final = 3.6  # Zipf value from which no token is taken for a word by accident
_BETWEEN: Final = frozenset(" |\u00a0|-|/|% |+ | - |.|'|’|:|,|?|!|;|–|\"|«|»|“|”|„|(|)".split("|"))


class Scored(NamedTuple):
    """A splice and what it gains over the text as it stands, in nats."""

    gain: float
    splice: Splice


def splices(
    text: str,
    model: Callable[[], Words],
    listed: Callable[[str], float],
    suspects: frozenset[str],
    budget: list[int],
) -> list[Splice]:
    """The splices in one block, in order and disjoint.

    Args:
        model: the words of the page; asked for only if there is something to look at.
        listed: how frequent a lower-case word is in the page's language, 0 if it is not listed.
        suspects: lower-case tokens worth a look.
        budget: windows that may still be scored, and looked at.
    """
    lower = text.lower()
    if len(lower) != len(text):
        return []  # rare letters that change their length: offsets would lie
    spans = _around(lower, suspects)
    ends = Ends(lower, spans, listed)
    found: list[Splice] = []
    past = 0
    for first, (start, end) in enumerate(spans):
        if start < past or lower[start:end] not in suspects or _foreign(lower, start, end):
            continue
        heads = [at for at in ends.before(first, past) if ends.head(at)]
        tails = [at for at in ends.behind(first) if ends.tail(at)]
        best: Scored | None = None
        for begin in heads:
            for last in tails:
                if last - begin >= _WIDEST or (begin == last and not _holds(text[start:end], listed)):
                    continue
                here = _window(text, lower, spans[begin : last + 1], model, listed, budget)
                if here is not None and (best is None or here.gain > best.gain):
                    best = here
        if best is not None:
            found.append(best.splice)
            past = best.splice.end
    return found


def _around(lower: str, suspects: frozenset[str]) -> list[tuple[int, int]]:
    """The tokens near any of the suspects."""
    stretches: list[tuple[int, int]] = []
    for token in suspects:
        at = lower.find(token)
        while at >= 0:
            past = lower.find(" ", at + len(token) + _NEAR)
            stretches.append((lower.rfind(" ", 0, max(0, at - _NEAR)) + 1, past if past >= 0 else len(lower)))
            at = lower.find(token, at + len(token))
    stretches.sort()
    spans: list[tuple[int, int]] = []
    done = 0
    for start, end in stretches:
        if end > done:
            spans += token_spans(lower, max(done, start), end)
            done = end
    return spans


class Ends:
    """Which tokens of a block may be the first and the last of a splice's window: each is asked once."""

    def __init__(self, lower: str, spans: list[tuple[int, int]], listed: Callable[[str], float]) -> None:
        self.lower = lower
        self.spans = spans
        self.listed = listed
        self._heads: dict[int, bool] = {}
        self._tails: dict[int, bool] = {}

    def before(self, first: int, past: int) -> list[int]:
        """A token and those before it that may belong to the same keyword, nearest first."""
        out = [first]
        for at in range(first - 1, max(-1, first - _WIDEST), -1):
            if self.spans[at][0] < past or not _runs_on(self.lower, self.spans[at][1], self.spans[at + 1][0]):
                break
            out.append(at)
        return out

    def behind(self, first: int) -> list[int]:
        """A token and those behind it, likewise."""
        out = [first]
        for at in range(first + 1, min(len(self.spans), first + _WIDEST)):
            if not _runs_on(self.lower, self.spans[at - 1][1], self.spans[at][0]):
                break
            out.append(at)
        return out

    def head(self, at: int) -> bool:
        """Whether a token may end in a keyword, with half a word before it."""
        known = self._heads.get(at)
        if known is None:
            start, end = self.spans[at]
            known = self._heads[at] = bool(LETTERED.match(self.lower[start])) and _head_fits(
                self.lower[start:end], self.listed, self.listed
            )
        return known

    def tail(self, at: int) -> bool:
        """Whether a token may begin with a keyword, with half a word behind it."""
        known = self._tails.get(at)
        if known is None:
            start, end = self.spans[at]
            known = self._tails[at] = bool(LETTERED.match(self.lower[end - 1])) and _tail_fits(
                self.lower[start:end], self.listed, self.listed
            )
        return known


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
    if not 6 <= len(window) <= _LONGEST:
        return None
    inner = [lower[s:e] for s, e in tokens[1:-1]]
    head, tail = lower[start : tokens[0][1]], lower[tokens[-1][0] : end]
    budget[1] -= 1
    if budget[0] <= 0 or budget[1] < 0 or not _hint(head, tail, inner, window):
        return None
    words = model()
    with words.without(window):
        if len(tokens) > 1:

            def ordinary(word: str) -> bool:
                return _ordinary(word, words)

            if not (_head_fits(head, ordinary, listed) and _tail_fits(tail, ordinary, listed)):
                return None
        budget[0] -= 1
        plain = sum(_against(word, words) > 0 for word in inner)
        if plain > 2:
            return None  # a phrase of the host
        against = sum(_against(word, words) for word in inner) + _KNOWN * (
            len(tokens) > 1 and (words.known(head) + words.known(tail))
        )
        cut = best_cut(text[start:end], window, words, lower[end : end + 40], tokens[-1][0] - start, tokens[0][1] - start)
        if cut is not None:
            cut = cut._replace(gain=cut.gain - against - (0.0 if words.known(cut.joined) else _FORM))
        splice = None if cut is None else judged(text, start, window, len(tokens), cut, words)
    return None if cut is None or splice is None else Scored(cut.gain, splice)


def _holds(token: str, listed: Callable[[str], float]) -> bool:
    """Whether a whole keyword may stand inside one token."""
    lower = token.lower()
    if INSIDE.search(lower) or any(0 < lower.find(stem) < len(lower) - len(stem) for stem in telling()):
        return True
    if len(lower) < SQUASHED:
        return False
    # an identifier begins and ends with whole words, what a title was squashed into with halves
    humps = humps_of(token)
    return len(humps) < 3 or not all(len(hump) > 3 and listed(hump.lower()) for hump in (humps[0], humps[-1]))


def _against(word: str, words: Words) -> float:
    """What a whole token inside a window says against its being part of a keyword, in nats."""
    if word in modifiers() or word in trade_words() or shaped(word) or word.isdigit():
        return 0.0
    if any(stem in word for stem in telling()):
        return 0.0
    return _ORDINARY if words.known(word) or words.derived(word) else _STRANGE


def _head_fits(head: str, ordinary: Callable[[str], object], listed: Callable[[str], float]) -> bool:
    """Whether a window's first token is odd enough to begin with half a word, or looks like a word by accident."""
    if not ordinary(head):
        return True
    return ends_with_part(head) and head not in word_set() and listed(head) < _FREQUENT


def _tail_fits(tail: str, ordinary: Callable[[str], object], listed: Callable[[str], float]) -> bool:
    """Whether a window's last token is odd enough to end in half a word, or looks like a word by accident."""
    if not ordinary(tail):
        return True
    accident = begins_with_part(tail) and tail not in word_set() and tail.removesuffix("s") not in word_set()
    return accident and listed(tail) < _FREQUENT


def _ordinary(word: str, words: Words) -> bool:
    return words.known(word) or ((words.short or words.prefixed) and words.derived(word))


def _hint(head: str, tail: str, inner: list[str], window: str) -> bool:
    """Whether anything in a window speaks of a keyword at all."""
    if shaped(window) or any(stem in window for stem in telling()):
        return True
    parts, trade = modifiers(), trade_words()
    if any(word in trade or word in parts for word in inner):
        return True
    if begins_with_part(tail) or ends_with_part(head):
        return True
    return max(len(head), len(tail)) >= 2 * TITLE
