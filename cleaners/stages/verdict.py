"""Whether the page was the page: a crawler that was sent a bot check or a sign-in form should hear of it.

Precision first. A page with enough clean text is content whatever it talks about; only what is left of a short page is
read closely, and a phrase counts in a title, a heading or a short block, not inside prose.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

from cleaners.page import Page
from cleaners.stages import hints as h
from cleaners.stages.json_ld import LinkedData

ENOUGH: Final = 150  # kept words from which a page is content
FULL: Final = 400  # kept words from which an article declared as paid was delivered whole after all
PROSE: Final = 45  # words of a block that is prose: with one, a page is neither a bot check nor an error page
SHORT: Final = 30  # words of a block in which a phrase counts
LINE: Final = 500  # characters of a title or block that are looked at
FEW: Final = 25  # kept words below which a page has no text of its own
ASKED: Final = ("challenge", "soft_404", "consent_wall", "login_wall", "paywall_preview", "script_shell")

_NUMBER_404: Final = re.compile(r"(?<!\d)404(?!\d)")


def verdict(page: Page, kept_text_words: int, visible_words: int, ld: LinkedData) -> str:
    """content, challenge, consent_wall, login_wall, paywall_preview, soft_404, script_shell or empty."""
    if kept_text_words >= ENOUGH:
        return "paywall_preview" if ld.is_accessible_for_free is False and kept_text_words < FULL else "content"
    if not visible_words and not kept_text_words:
        return "script_shell" if page.kind == "html" and _needs_scripts(page) else "empty"
    said = _said(page)
    prose = sum(segment.words >= PROSE and segment.origin == "visible" for segment in page.segments)
    if "challenge" in said and not prose:
        return "challenge"
    if ("soft_404" in said or _NUMBER_404.search(page.head.title)) and prose < 2:
        return "soft_404"
    if _consent_share(page, visible_words) >= 0.5 or ("consent_wall" in said and kept_text_words < FEW):
        return "consent_wall"
    if "login_wall" in said and prose < 2:
        return "login_wall"
    if ld.is_accessible_for_free is False or "paywall_preview" in said or _paid(page):
        return "paywall_preview"
    if kept_text_words < FEW and visible_words < ENOUGH and ("script_shell" in said or _needs_scripts(page)):
        return "script_shell"
    return "content" if kept_text_words else "empty"


def _said(page: Page) -> set[str]:
    """The verdicts for which a phrase stands in the title or a short block."""
    found = set(_matches(page.head.title[:LINE], titled=True)) if page.head.title else set()
    for segment in page.segments:
        if segment.words <= SHORT and segment.origin in ("visible", "noscript") and not segment.hints & (h.FOOTER | h.NAV):
            heading = segment.kind in ("h1", "h2", "h3") or segment.words <= 6
            for name in _matches(segment.text[:LINE], titled=heading):
                if segment.origin == "visible" or name in ("script_shell", "challenge"):
                    found.add(name)
    return found


def _matches(text: str, titled: bool) -> Iterator[str]:
    folded = " ".join(text.casefold().replace("\u2019", "'").split())
    for name, pattern in _phrases().items():
        # "Sign in" heads every other page; only the whole line or a sentence that asks for it counts.
        if (match := pattern.search(folded)) and (titled or len(match[0]) * 3 >= len(folded) or " " in match[0]):
            yield name


def _consent_share(page: Page, visible_words: int) -> float:
    own = sum(segment.words for segment in page.segments if segment.hints & h.COOKIE and segment.origin == "visible")
    hits = {segment.index: segment.words for segment, _ in page.hits.get("cookie_notice", ()) if segment.origin == "visible"}
    return max(own, sum(hits.values())) / visible_words if visible_words >= 20 else 0.0


def _paid(page: Page) -> bool:
    """A paywall's element or phrase in sight, on a page with some prose before it."""
    if not any(segment.words >= FEW for segment in page.segments):
        return False
    return any(
        segment.hints & h.PAYWALL and segment.words >= 3 and segment.origin == "visible" and not segment.hints & h.NAV
        for segment in page.segments
    )


def _needs_scripts(page: Page) -> bool:
    """An application's page before its scripts have run."""
    if page.head.state:
        return True
    return page.head.scripts >= 1 and sum(s.words for s in page.segments if s.origin == "visible") < 2 * FEW


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    """One pattern per verdict, over all languages of the phrase file."""
    text = files("cleaners.data").joinpath("phrases/verdict.toml").read_text(encoding="utf-8")
    collected: dict[str, set[str]] = {}
    _collect(tomllib.loads(text), "", collected)
    return {name: _pattern(collected[name]) for name in ASKED if collected.get(name)}


def _collect(value: Any, name: str, found: dict[str, set[str]]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _collect(inner, key if key in ASKED else name, found)
    elif isinstance(value, list) and name:
        found.setdefault(name, set()).update(str(phrase) for phrase in value)


def _pattern(phrases: set[str]) -> re.Pattern[str]:
    """Whole words; longest first, so that the longest phrase is the one matched."""
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)" if ordered else r"(?!)")
