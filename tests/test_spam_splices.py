"""Words with spam in their middle come out whole, to the letter."""

from __future__ import annotations

import pytest

from tests.spam_helpers import cleaned, html_page, marks, spliced, squashed, text_page
from tests.spam_texts import TEXTS

# names that stand in no list
BRANDS = [
    "zorvex88 best",
    "quillon99 top",
    "bravobet77 online",
    "dulcora888 vip",
    "hexaplay789 casino",
    "best online casino",
]


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("language", TEXTS)
def test_squashed_title_and_keyword_in_the_first_word(language: str, brand: str) -> None:
    headline, text, at = TEXTS[language]
    page = text_page(spliced(text, at, squashed(headline, 2, 30) + brand))
    page.language = language
    assert cleaned(page) == text


@pytest.mark.parametrize("language", TEXTS)
def test_keyword_before_the_squashed_title(language: str) -> None:
    headline, text, at = TEXTS[language]
    page = text_page(spliced(text, at, "winbet88" + squashed(headline, 3, 28)))
    page.language = language
    assert cleaned(page) == text


@pytest.mark.parametrize("language", TEXTS)
def test_keyword_alone(language: str) -> None:
    _, text, at = TEXTS[language]
    page = text_page(spliced(text, at, "luckyplay88 best"))
    page.language = language
    assert cleaned(page) == text


def test_two_splices_in_one_text() -> None:
    headline, text, at = TEXTS["en"]
    second = text.index("Visitors") + 4
    page = text_page(spliced(spliced(text, second, "kingbet99 top"), at, squashed(headline, 4, 25) + "zorvex88 best"))
    assert cleaned(page) == text


def test_a_splice_deep_in_an_html_paragraph() -> None:
    headline, text, at = TEXTS["fr"]
    first, rest = text.split("\n")
    markup = f"<h1>{headline}</h1><p>{rest}</p><p>{spliced(first, at, squashed(headline, 2, 24) + 'zorvex88 best')}</p>"
    assert cleaned(html_page(markup)).endswith(first)


def test_evidence_names_what_was_seen() -> None:
    headline, text, at = TEXTS["vi"]
    (mark,) = marks(text_page(spliced(text, at, squashed(headline, 2, 25) + "lucky88 best")))
    assert "splice before 'o'" in mark.evidence
    assert "lucky88" in mark.evidence
    assert "'theo' (seen 2×)" in mark.evidence
    assert mark.confidence > 0.9
