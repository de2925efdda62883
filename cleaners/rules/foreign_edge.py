"""Text in another script than the page's at its ends: a Chinese comment label under a Vietnamese article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.chosen import total
from cleaners.rules.common import quoted, whole
from cleaners.stages.language import identify
from cleaners.stages.scripts import script_of

LONGEST = 25  # words, characters of unspaced scripts
SENTENCE = 8  # words in Latin letters, most without a capital: more than a name
_EAST_ASIAN: Final = frozenset({"Han", "Hiragana", "Katakana", "Kana", "Hangul"})
LEAST = 60  # words a page must have before its script is known


def foreign_edge(page: Page) -> Iterator[Mark]:
    """Short blocks at either end whose script is not the page's."""
    if total(page) < LEAST:
        return
    main = script_of(page.source_text)
    if not main:
        return
    for order in (page.segments, page.segments[::-1]):
        for segment in order:
            if page.kind == "text" and order is not page.segments and _other_language(segment, page.language):
                yield whole(segment, "foreign_edge", 0.75, f"not in the page's language ({page.language})")
                continue
            if not _foreign(segment, main):
                break
            yield whole(segment, "foreign_edge", 0.85, f"{script_of(segment.text)} in a {main} page")


def _foreign(segment: Segment, main: str) -> bool:
    if segment.words > LONGEST or quoted(segment) or segment.kind == "h1":
        return False
    script = script_of(segment.text)
    if not script or script == main or {script, main} <= _EAST_ASIAN:
        return False
    # Latin names and labels are at home in every script's pages
    return script != "Latin" or (segment.words >= SENTENCE and _lower_case(segment.text))


def _other_language(segment: Segment, language: str) -> bool:
    """Whether a sentence at the end is in another language than the text: long enough to be told, too short to be text."""
    if not language or not SENTENCE <= segment.words <= LONGEST or quoted(segment) or not _lower_case(segment.text):
        return False
    return identify(segment.text, language) not in ("", language)


def _lower_case(text: str) -> bool:
    words = [word for word in text.split() if word[:1].isalpha()]
    return sum(word[0].islower() for word in words) * 3 > 2 * len(words)
