"""Two phrase files are read by no rule but by the dates and the verdict; a gap in them would only mean fewer dates."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from cleaners.stages.dates import written_day
from cleaners.stages.verdict import _folded

FOLDER = Path(__file__).parents[1] / "cleaners" / "data" / "phrases"
MONTHS = tomllib.loads((FOLDER / "months.toml").read_text(encoding="utf-8"))
VERDICTS = tomllib.loads((FOLDER / "verdict.toml").read_text(encoding="utf-8"))

UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
NUMBERED = {"zh", "zh-hant", "ja", "ko"}  # months are numbers there
SPOKEN = {
    *("en", "vi", "zh", "zh-hant", "ja", "ko", "ru", "uk", "ar", "he", "fa", "th"),
    *("tr", "el", "pl", "cs", "de", "fr", "es", "pt", "it", "nl", "sv", "id"),
}
NAMES = {"challenge", "consent_wall", "login_wall", "paywall_preview", "soft_404", "script_shell"}

Phrase = tuple[str, str, str, str]  # verdict, language, key, phrase


def said() -> list[Phrase]:
    return [
        (verdict, language, key, phrase)
        for verdict, languages in VERDICTS.items()
        for language, keys in languages.items()
        for key, phrases in keys.items()
        for phrase in phrases
    ]


def test_every_language_that_names_its_months_is_there() -> None:
    assert SPOKEN - NUMBERED - MONTHS.keys() == set()


@pytest.mark.parametrize("language", MONTHS)
def test_a_year_has_twelve_months_and_a_week_seven_days(language: str) -> None:
    assert set(MONTHS[language]) == {"months", "weekdays"}
    assert len(MONTHS[language]["months"]) == 12
    assert len(MONTHS[language]["weekdays"]) == 7


@pytest.mark.parametrize("language", MONTHS)
def test_names_are_folded_and_stand_once(language: str) -> None:
    for group in ("months", "weekdays"):
        names = [name for same in MONTHS[language][group] for name in same]
        assert all(MONTHS[language][group]), f"{group}: one has no name"
        assert [name for name in names if name != " ".join(name.casefold().split()) or not name] == []
        assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_name_means_two_months() -> None:
    """The reader of dates knows no language, so a name that is March here and May there would be lost to both."""
    meant: dict[str, set[int]] = {}
    for languages in MONTHS.values():
        for number, names in enumerate(languages["months"], start=1):
            for name in names:
                meant.setdefault(name, set()).add(number)
    assert {name: numbers for name, numbers in meant.items() if len(numbers) > 1} == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 июня 2024", "2024-06-12"),
        ("12 червня 2024", "2024-06-12"),
        ("5 يناير 2024", "2024-01-05"),
        ("5 شباط 2024", "2024-02-05"),
        ("12 במאי 2024", "2024-05-12"),
        ("28 اسفند 1402", "2024-03-18"),
        ("15 KASIM 2023", "2023-11-15"),
        ("1 Αυγούστου 2024", "2024-08-01"),
        ("1 ΑΥΓΟΥΣΤΟΥ 2024", "2024-08-01"),
        ("7 czerwca 2021", "2021-06-07"),
        ("3. března 2024", "2024-03-03"),
        ("3. März 2024", "2024-03-03"),
        ("30 août 2024", "2024-08-30"),
        ("3 de setiembre de 2024", "2024-09-03"),
        ("5 out 2024", "2024-10-05"),
        ("9 maggio 2024", "2024-05-09"),
        ("15 maart 2024", "2024-03-15"),
        ("4 maj 2024", "2024-05-04"),
        ("6 Agustus 2024", "2024-08-06"),
        ("12. joulukuuta 2023", "2023-12-12"),
        ("1 May 2024", "2024-05-01"),
    ],
)
def test_dates_are_read_with_these_names(text: str, day: str) -> None:
    assert written_day(text) == day


def test_every_verdict_is_said_in_every_language() -> None:
    assert VERDICTS.keys() == NAMES
    for verdict, languages in VERDICTS.items():
        assert languages.keys() >= SPOKEN, verdict


def test_verdict_phrases_are_whole_lines_or_parts_of_them() -> None:
    for verdict, languages in VERDICTS.items():
        for language, keys in languages.items():
            assert keys, f"{verdict}.{language} is empty"
            assert keys.keys() <= {"exact", "contains"}, f"{verdict}.{language}"
            assert all(keys.values()), f"{verdict}.{language}: an empty list"
            for phrases in keys.values():
                assert len(set(phrases)) == len(phrases), f"{verdict}.{language}"


def test_verdict_phrases_are_as_the_verdict_folds_them() -> None:
    assert [entry for entry in said() if _folded(entry[3]) != entry[3] or not entry[3]] == []


def test_verdict_phrases_inside_a_block_are_specific() -> None:
    """A page on captchas says "captcha"; only a bot check says "complete the captcha"."""
    short = [
        entry
        for entry in said()
        if entry[2] == "contains" and (len(entry[3]) < 5 if UNSPACED.search(entry[3]) else len(entry[3].split()) < 2)
    ]
    assert short == []


def test_a_whole_line_has_one_verdict() -> None:
    verdicts: dict[str, set[str]] = {}
    for verdict, _, key, phrase in said():
        if key == "exact":
            verdicts.setdefault(phrase, set()).add(verdict)
    assert {phrase: found for phrase, found in verdicts.items() if len(found) > 1} == {}
