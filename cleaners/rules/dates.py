"""Telling dates and times from other words, for the rules on bylines and dates."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Final

NUMERIC: Final = re.compile(
    r"\d{1,4}\s?[./\-年년]\s?\d{1,2}\s?[./\-月월]\s?\d{1,4}\s?[日일]?|\d{1,2}:\d{2}|\d{1,2}[.h]\d{2}\s?(?:uhr|h)\b|\d{1,2}h\d{2}\b",
    re.I,
)
_BREAKS: Final = re.compile(r"[\d\s/\\|·•,;:()\[\]<>@&«»“”\"–—_-]+")
_EDGES: Final = ".!?¡¿…'’"
_DAY_OR_YEAR: Final = re.compile(r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2})(?!\d)")


@lru_cache(maxsize=2)
def date_words(kind: str) -> frozenset[str]:
    """Names of "months" or "weekdays" in all languages, and the words they are made of."""
    data = tomllib.loads(files("cleaners.data").joinpath("phrases", "months.toml").read_text(encoding="utf-8"))
    words: set[str] = set()
    for language in data.values():
        for group in language.get(kind, ()):
            for name in group:
                words.update(_words(name))
    return frozenset(words)


def _words(text: str) -> list[str]:
    # not by \w: the vowels of Thai and Hindi are marks, no letters
    return [word for part in _BREAKS.split(text) if (word := part.strip(_EDGES))]


def without_dates(text: str) -> tuple[list[str], bool]:
    """The words of a folded text that belong to no date, and whether there was a date.

    >>> without_dates("published 5 may 2024, 10:15")
    (['published'], True)
    >>> without_dates("may i come in")
    (['i', 'come', 'in'], False)
    """
    rest, found = NUMERIC.subn(" ", text)
    months, weekdays = date_words("months"), date_words("weekdays")
    words = _words(rest)
    month = any(word in months for word in words)
    left = [word for word in words if word not in months and word not in weekdays]
    return left, bool(found or (month and _DAY_OR_YEAR.search(text)))
