"""Honest texts that look like spam to a careless filter: nothing of them may be cut."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.spam.carriers import FOLDER, written
from cleaners import clean

REASONS = ("spam_injection", "foreign_edge")


class Negative(NamedTuple):
    """One text, put between the paragraphs of a page in its language."""

    group: str
    language: str
    text: str
    alone: bool  # the text is the page


@lru_cache(maxsize=4)
def negatives(path: Path = FOLDER / "negatives.toml") -> tuple[Negative, ...]:
    """The texts of `negatives.toml`: a table for each group, a list for each language."""
    data = tomllib.loads(path.read_text("utf-8"))
    return tuple(
        Negative(group, language, text, group.startswith("page"))
        for group, languages in data.items()
        for language, texts in languages.items()
        for text in texts
    )


@lru_cache(maxsize=1)
def _hosts() -> dict[str, tuple[str, str]]:
    """A page in each language: what stands before and after the text."""
    out: dict[str, tuple[str, str]] = {}
    for carrier in written():
        first, second, *rest = carrier.paragraphs
        out.setdefault(carrier.language, (f"{carrier.title}\n\n{first}", "\n\n".join([second, *rest])))
    return out


def cut_from(one: Negative) -> str:
    """What is cut from the text as spam, once as a paragraph of its own and once as the end of another; "" if nothing."""
    if one.alone:
        return _spam(one.text, one.text)
    before, after = _hosts().get(one.language, _hosts()["en"])
    return _spam(f"{before}\n\n{one.text}\n\n{after}", one.text) or _spam(f"{before} {one.text}\n\n{after}", one.text)


def _spam(page: str, text: str) -> str:
    cleaned = clean(page, content_type="text/plain")
    return " … ".join(drop.text for drop in cleaned.drops if drop.reason in REASONS and drop.field == "text")
