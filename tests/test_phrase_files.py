"""Phrase files are matched without further checks, so a slip in one would silently never match, or match prose."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from cleaners.rules.phrases import KEYS, PhraseBook, fold

FOLDER = Path(__file__).parents[1] / "cleaners" / "data" / "phrases"
NOT_RULES = {"months", "verdict"}
FILES = sorted(path for path in FOLDER.glob("*.toml") if path.stem not in NOT_RULES)
# Every list speaks all of these; more are welcome.
LANGUAGES = (
    *("en", "vi", "zh", "zh-hant", "ja", "ko", "ru", "uk", "ar", "he", "fa", "th"),
    *("tr", "el", "pl", "cs", "de", "fr", "es", "pt", "it", "nl", "sv", "id"),
)
HANGUL = re.compile("[\uac00-\ud7af]")
UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
WORDS = 5  # a block of a few words, to which every way of matching applies

Lists = dict[str, dict[str, list[str]]]
Entry = tuple[str, str, str]  # language, key, phrase


def load(path: Path) -> Lists:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def entries(lists: Lists) -> list[Entry]:
    return [(lang, key, phrase) for lang, keys in lists.items() for key, found in keys.items() for phrase in found]


def block_with(key: str, phrase: str) -> str:
    """A block in which the phrase stands where its key says. Folding takes punctuation off a block's edges only."""
    before = "x " if key in ("ends", "contains") else ""
    after = " x" if key in ("starts", "starts_name", "contains") else ""
    return f"{before}{phrase}{after}"


def long_enough(phrase: str) -> bool:
    """Whether a phrase that may stand anywhere in a block is specific enough for it."""
    if UNSPACED.search(phrase):
        return len(phrase) >= 5
    if HANGUL.search(phrase):  # words are often run together
        return len(phrase.split()) >= 2 or len(phrase) >= 6
    return len(phrase.split()) >= 3


def test_every_rule_file_is_covered() -> None:
    assert len(FILES) >= 25, [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestPhraseFile:
    def test_says_what_it_recognises(self, path: Path) -> None:
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first.startswith("# ")
        assert len(first) > 20

    def test_has_the_known_shape(self, path: Path) -> None:
        lists = load(path)
        assert [language for language in LANGUAGES if language not in lists] == []
        for language, keys in lists.items():
            assert keys, f"{language} is empty"
            assert set(keys) <= set(KEYS), f"{language}: {sorted(set(keys) - set(KEYS))}"
            for key, phrases in keys.items():
                assert isinstance(phrases, list), f"{language}.{key} is no list"
                assert phrases, f"{language}.{key} is empty"
                assert all(isinstance(phrase, str) and phrase.strip() for phrase in phrases), f"{language}.{key}"

    def test_phrases_are_in_folded_form(self, path: Path) -> None:
        blocks = [(entry, block_with(entry[1], entry[2])) for entry in entries(load(path))]
        assert [(entry, fold(block)) for entry, block in blocks if fold(block) != block] == []

    def test_no_phrase_twice_in_a_list(self, path: Path) -> None:
        for language, keys in load(path).items():
            for key, phrases in keys.items():
                twice = sorted({phrase for phrase in phrases if phrases.count(phrase) > 1})
                assert twice == [], f"{language}.{key}"

    def test_contains_is_long_enough(self, path: Path) -> None:
        assert [entry for entry in entries(load(path)) if entry[1] == "contains" and not long_enough(entry[2])] == []

    def test_every_phrase_is_found_where_its_key_says(self, path: Path) -> None:
        lists = load(path)
        book = PhraseBook({path.stem: lists})
        missed = [entry for entry in entries(lists) if path.stem not in book.match(block_with(entry[1], entry[2]), WORDS)]
        assert missed == []
