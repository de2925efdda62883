"""Whether what was cut out of a word is spam: what speaks for a keyword in it, and whether the halves make a word."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cleaners.rules.spam.cut import INSIDE, Cut
from cleaners.rules.spam.keywords import HEX, latin, modifiers, shaped, telling, trade_words
from cleaners.rules.spam.words import Words

TITLE: Final = 14  # letters: a longer run of what is no word may be a squashed title
SQUASHED: Final = 19  # letters: longer still, where words are not written as one
_NEEDED: Final = (99.0, 2.5, 2.0, 0.0)  # nats, by how loudly a keyword speaks
_SURE: Final = 10.0  # nats
_OWN: Final = 4  # letters: shorter words come about by chance
_COVERED: Final = 0.72  # of a squashed title's letters; names of chemicals and genes have less
_PLAIN_GAIN: Final = 20.0  # nats from which a long run between the halves of …
_PLAIN_WORD: Final = 6  # … a word of so many letters needs no keyword
_NAMED: Final = re.compile(r"[^\W\d_]{3}\d{2,4}|\d{2,4}[^\W\d_]{3}")


class Splice(NamedTuple):
    """A span to cut, and why."""

    start: int
    end: int
    confidence: float
    evidence: str


def judged(text: str, start: int, window: str, count: int, cut: Cut, words: Words) -> Splice | None:
    """The cut as a splice, if there is a keyword in it and it is worth the words it makes."""
    middle = window[cut.start : cut.end]
    if cut.gain <= 0 or HEX.search(middle):
        return None
    keyword, points = _keyword(middle, words)
    known = words.known(cut.joined)
    if not keyword and known and cut.gain >= _PLAIN_GAIN and len(cut.joined) >= _PLAIN_WORD:
        run = max(middle.split(), key=len)
        if len(run) >= SQUASHED and not shaped(run) and words.compound(run) >= 1e9:
            keyword, points = f"{len(run)} letters without a space", 2
    if not keyword or cut.gain < _NEEDED[min(points, 3)]:
        return None
    if not known and (points < 2 or not words.derived(cut.joined)):
        return None
    if words.foreign_script and latin(cut.joined[0]) and not known:
        return None
    if points < 2 and len(cut.joined) < _OWN and not words.seen(cut.joined):
        return None
    if words.compounding and _only_shape(keyword.split(", ")[0]) and "'" not in keyword.partition(", ")[2]:
        if not INSIDE.search(window):
            return None  # a long word with a number behind it
    inside = words.foreign_script and latin(middle[0]) and latin(middle[-1]) and not latin(cut.joined[0])
    if _only_shape(keyword) and not inside and not (known and _NAMED.search(middle) and count < 3):
        return None  # numbers stand beside many things
    sure = known and points > 2 and cut.gain >= _SURE and len(cut.joined) > _OWN
    both = (window.split()[0], window.split()[-1])
    if not shaped(middle) and not sure and all(words.compound(part) < 1e9 for part in both):
        return None  # long words of their own, however they begin or end
    if len(cut.joined) < 3 and points < 2 and not words.seen(cut.joined):
        return None
    confidence = 0.72 + min(0.12, cut.gain / 100) + 0.05 * known + 0.04 * min(3, points)
    seen = words.seen(cut.joined)
    where = f"seen {seen}×" if seen > 0 else "a word of the language" if known else "its parts are words"
    shape = text[start + cut.end :].split()[0][:12]
    evidence = f"splice before '{shape}': {keyword}; halves join to '{cut.joined}' ({where})"
    return Splice(start + cut.start, start + cut.end, round(min(confidence, 0.99), 2), evidence)


def _only_shape(keyword: str) -> bool:
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
        if len(part) > 2
        and (any(token.startswith(part) for token in tokens[1:]) or any(token.endswith(part) for token in tokens[:-1]))
    ]
    if beside or ends:
        points += 1
        seen.append(f"'{(beside or ends)[0]}' of a search")
    run = max(tokens, key=len)
    titled = len(run) >= 10 and any(
        run[at : at + 9] in title for title in words.titles for at in (0, 1, 2, len(run) - 9, len(run) - 10, len(run) - 11)
    )
    if titled or (len(run) >= TITLE and not words.known(run)):
        points += 2 if titled or (len(run) >= SQUASHED and not words.compounding and words.coverage(run) >= _COVERED) else 1
        seen.append(f"{len(run)} letters without a space")
    return (", ".join(seen), points) if points and (len(seen) > 1 or points > 1 or beside or ends) else ("", 0)
