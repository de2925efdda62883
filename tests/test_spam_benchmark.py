"""The measuring stick: held-out lists are held out, honest texts stay whole, and the figures do not fall."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from benchmarks.spam.__main__ import measure
from benchmarks.spam.carriers import written
from benchmarks.spam.generate import cases, held_out
from benchmarks.spam.negatives import Negative, cut_from, negatives
from cleaners import clean
from cleaners.rules.spam.terms import lists

NEGATIVES = negatives()
# removed, exact; a little below what seed 1 gave with six cases a kind and language, on the texts in the repository
FLOORS = {
    "splice": (0.82, 0.74),
    "title_end": (0.70, 0.72),
    "sentence": (0.80, 0.68),
    "keyword_line": (0.90, 0.85),
    "footer": (0.95, 0.90),
    "foreign_edge": (0.98, 0.90),
    "obfuscated": (0.85, 0.75),
}


def folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("_", " ")))


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    return [text for one in value for text in strings(one)] if isinstance(value, list) else []


def shipped() -> set[str]:
    """Every phrase of the package: whole entries, and the single words of lists that are written as one string."""
    out: set[str] = set()
    for name, data in lists().items():
        for text in strings(data):
            out |= {folded(word) for word in text.split()} if name == "offers" else {folded(text)}
    return out


def test_no_brand_that_is_scored_is_shipped() -> None:
    brands = {folded(brand) for brand in held_out()["brands"]}
    assert len(brands) >= 40
    assert not brands & shipped()
    everything = " ".join(sorted(shipped()))
    assert [brand for brand in brands if brand in everything] == []


def test_no_phrase_that_is_scored_is_shipped() -> None:
    own = shipped()
    scored = [
        phrase
        for language in held_out().values()
        if isinstance(language, dict)
        for topic, phrases in language.items()
        if topic != "sentences"
        for phrase in phrases
    ]
    assert len(scored) > 250
    assert [phrase for phrase in scored if folded(phrase) in own] == []


def test_hard_negatives_are_many() -> None:
    assert len(NEGATIVES) >= 200
    assert len({one.language for one in NEGATIVES}) >= 15


@pytest.mark.parametrize("group", sorted({one.group for one in NEGATIVES}))
def test_hard_negatives_stay_whole(group: str) -> None:
    harmed: list[tuple[Negative, str]] = [(one, what) for one in NEGATIVES if one.group == group and (what := cut_from(one))]
    assert harmed == []


def test_written_texts_stay_whole() -> None:
    carriers = written()
    assert len({carrier.language for carrier in carriers}) >= 12
    for carrier in carriers:
        assert clean(carrier.text, content_type="text/plain").text.split() == carrier.text.split(), carrier.name


def test_figures_do_not_fall() -> None:
    removed: Counter[str] = Counter()
    injected: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for case, score, cleaned in measure(cases(written(), 1, 2)):
        removed[case.kind] += score.removed
        injected[case.kind] += score.injected
        exact[case.kind] += score.exact
        count[case.kind] += 1
        again = clean(cleaned.text, content_type="text/plain") if cleaned.text.strip() else cleaned
        assert again.text == cleaned.text, "cleaning twice equals cleaning once"
    got = {kind: (removed[kind] / injected[kind], exact[kind] / count[kind]) for kind in FLOORS}
    assert {kind: got[kind] for kind, floor in FLOORS.items() if got[kind][0] < floor[0] or got[kind][1] < floor[1]} == {}


def test_the_generator_is_seeded() -> None:
    own = written()[:2]
    assert cases(own, 7, 2) == cases(own, 7, 2)
    assert cases(own, 7, 2) != cases(own, 8, 2)
