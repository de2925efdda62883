"""Publication dates on lines of their own. They become metadata."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import CONFIDENCE, HEADINGS, quoted, shown, whole
from cleaners.stages import hints as h

LONGEST = 14  # words
NEAR = 10  # blocks after the headline
_NUMERIC: Final = re.compile(
    r"\d{1,4}\s?[./\-年년]\s?\d{1,2}\s?[./\-月월]\s?\d{1,4}\s?[日일]?|\d{1,2}:\d{2}|\d{1,2}[.h]\d{2}\s?(?:uhr|h)\b|\d{1,2}h\d{2}\b", re.I
)
_WORD: Final = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _month_words() -> frozenset[str]:
    data = tomllib.loads(files("cleaners.data").joinpath("phrases", "months.toml").read_text(encoding="utf-8"))
    words: set[str] = set()
    for language in data.values():
        for group in (*language.get("months", ()), *language.get("weekdays", ())):
            for name in group:
                words.update(_WORD.findall(name))
    return frozenset(words)


def publish_date(page: Page) -> Iterator[Mark]:
    """Blocks that hold a date and little else, near the headline or where the markup names one."""
    lead = max(0, page.lead)
    for segment, hit in page.hits.get("publish_date", ()):
        if segment.words > LONGEST or quoted(segment) or segment.kind in HEADINGS:
            continue
        if hit.how != "exact" and not any(c.isdigit() for c in segment.text):
            continue
        if not (segment.text.endswith(".") and segment.words > 8):
            yield whole(segment, "publish_date", CONFIDENCE[hit.how], shown(hit))
    for segment in page.segments:
        if segment.words > LONGEST or segment.kind in ("td", "th", "dd", "h1", "h2") or not any(map(str.isdigit, segment.text)):
            continue
        named = bool(segment.hints & h.DATE)
        if (named or lead - 3 <= segment.index <= lead + NEAR) and only_date(segment):
            if page.kind == "text" and segment.index > NEAR:
                continue
            yield whole(segment, "publish_date", 0.85 if named else 0.75, "nothing but a date")


def only_date(segment: Segment) -> bool:
    """Whether nothing is left of a block once dates, times and their words are taken out."""
    text = segment.text.casefold()
    if len(text) > 90:
        return False
    rest, found = _NUMERIC.subn(" ", text)
    months = _month_words()
    words = _WORD.findall(rest)
    month = sum(word in months for word in words)
    if not found and not (month and re.search(r"\b(?:19|20)\d\d\b|\b\d{1,2}\b", text)):
        return False
    left = [word for word in words if word not in months and len(word) > 2]
    return len(left) <= (2 if found or month else 0) and not segment.text.endswith((".", "!", "?")) or not left
