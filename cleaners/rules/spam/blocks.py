"""How much of a block is advertising: the shares of selling phrases, of honest words on the subject, of reporting."""

from __future__ import annotations

from math import exp
from typing import Final, NamedTuple

from cleaners.rules.spam.brands import HINT, brand_likeness
from cleaners.rules.spam.terms import WORD, Found, Lexicon

_WEIGHTS: Final = {"strong": 3.0, "weak": 1.0, "call": 0.7, "report": -3.0}
LINKED: Final = 1.5  # a block made of links to such things says it twice


class Look(NamedTuple):
    """What was seen in one block."""

    spamminess: float  # 0 … 1
    strong: int
    weak: int
    report: int
    categories: frozenset[str]
    seen: tuple[str, ...]  # for a person to read

    @property
    def mentions(self) -> bool:
        """Whether the block speaks of the subject at all."""
        return bool(self.strong or self.weak)


_NOTHING: Final = Look(0.0, 0, 0, 0, frozenset(), ())


def look(text: str, terms: Lexicon, linked: bool = False) -> Look:
    """Judge one block, heading or title by itself."""
    lower = text.lower()
    found = terms.find(lower)
    brands = _brands(lower, found) if HINT.search(lower) else []
    strong = sum(1 for f in found if f.weight == "strong")
    weak = sum(1 for f in found if f.weight == "weak")
    if not strong and not weak and not brands:
        return _NOTHING
    report = sum(1 for f in found if f.weight == "report")
    points = sum(_WEIGHTS[f.weight] for f in found) + sum(1.5 * likeness for _, _, likeness in brands)
    if linked:
        points *= LINKED
    size = sum(1 for char in lower if char.isalnum()) or 1
    covered = sum(sum(1 for char in lower[f.start : f.end] if char.isalnum()) for f in found if f.weight != "report") + sum(
        end - start for start, end, _ in brands
    )
    # one selling phrase in a sentence proves nothing: it needs company, or to be all there is
    spamminess = 1.0 - exp(-max(0.0, points) * covered / size)
    if not strong:
        spamminess *= 0.6
    seen = tuple(dict.fromkeys(f.text for f in found if f.weight in ("strong", "weak")))
    names = tuple(lower[start:end] for start, end, _ in brands)
    categories = frozenset(f.category for f in found if f.category) | (frozenset({"gambling"}) if brands else frozenset())
    return Look(spamminess, strong, weak, report, categories, (seen + names)[:4])


def _brands(lower: str, found: list[Found]) -> list[tuple[int, int, float]]:
    out: list[tuple[int, int, float]] = []
    for match in WORD.finditer(lower):
        token = match[0]
        if 3 <= len(token) <= 18 and any(char.isdigit() for char in token):
            likeness = brand_likeness(token)
            if likeness and all(match.end() <= f.start or match.start() >= f.end for f in found):
                out.append((match.start(), match.end(), likeness))
    return out
