"""Labels as they stand on pages of two dozen languages: each goes under its rule's name, and the text beside it stays."""

from __future__ import annotations

import tomllib
from typing import Any, Final

import pytest

from cleaners import clean
from cleaners.page import WHITE_SPACE, Cleaned
from cleaners.rules import RULES
from tests.cases import ROOT

DATA: Final[dict[str, dict[str, Any]]] = tomllib.loads((ROOT / "labels.toml").read_text("utf-8"))
ALSO: Final[dict[str, list[str]]] = DATA.pop("also")
ABOVE: Final = {"byline", "publish_date", "reading_time", "skip_link", "breadcrumb"}  # rules for what stands above a text
LEAST: Final = 24  # languages, as the phrase lists promise


def _beside(prose: str, label: str, rule: str) -> Cleaned:
    return clean(f"{label}\n\n{prose}" if rule in ABOVE else f"{prose}\n\n{label}")


def test_there_are_enough_languages_and_all_rules_exist() -> None:
    assert len(DATA) >= LEAST
    rules = {rule.__name__ for rule in RULES}
    assert {rule for language in DATA.values() for rule in language} - {"prose", "keep"} <= rules
    assert all(language["keep"] for language in DATA.values())


@pytest.mark.parametrize("language", DATA)
def test_labels_go(language: str) -> None:
    wrong: list[str] = []
    prose: str = DATA[language]["prose"]
    for rule, labels in DATA[language].items():
        for label in labels if rule not in ("prose", "keep") else ():
            cleaned = _beside(prose, label, rule)
            names = {d.reason for d in cleaned.drops if d.reason != WHITE_SPACE and (label in d.text or d.text in label)}
            if label in cleaned.text:
                wrong.append(f"{rule}: still there: {label}")
            elif names.isdisjoint({rule, *ALSO.get(rule, ())}):
                wrong.append(f"{rule}: dropped as {sorted(names)}: {label}")
            if cleaned.text.split() != prose.split() and label not in cleaned.text:
                wrong.append(f"{rule}: the text is not whole beside: {label}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", DATA)
def test_sentences_in_the_same_words_stay(language: str) -> None:
    prose: str = DATA[language]["prose"]
    for sentence in DATA[language]["keep"]:
        assert _beside(prose, sentence, "keep").text.split() == [*prose.split(), *sentence.split()]
