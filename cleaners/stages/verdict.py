"""Whether the page was the page: a crawler that was sent a bot check or a sign-in form should hear of it.

Precision first. A page with enough clean text is content whatever it talks about; only what is left of a short page is
read closely, and a phrase counts in a title, a heading or a short block, not inside prose.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from cleaners.page import Page
from cleaners.stages import hints as h
from cleaners.stages.json_ld import LinkedData

ENOUGH: Final = 150  # kept words from which a page is content
FULL: Final = 400  # kept words from which an article declared as paid was delivered whole after all
PROSE: Final = 45  # words of a block that is prose: with one, a page is neither a bot check nor an error page
SHORT: Final = 30  # words of a block in which a phrase counts
LINE: Final = 500  # characters of a title or block that are looked at
FEW: Final = 25  # kept words below which a page has no text of its own
LOADING: Final = 8  # kept words that may be a logo and "Loading"
BLOCKS: Final = 200  # of a page that are looked at

_PARTS: Final = re.compile(r"\s+[|–—·:-]+\s+|\s*[|:]\s*")
_FORMS: Final = h.FORM | h.LOGIN | h.MODAL | h.POPUP | h.FOOTER | h.LEGAL
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_NUMBER_404: Final = re.compile(r"(?<!\d)404(?!\d)")


def verdict(page: Page, kept_text_words: int, visible_words: int, ld: LinkedData) -> str:
    """content, challenge, consent_wall, login_wall, paywall_preview, soft_404, script_shell or empty."""
    if kept_text_words >= ENOUGH:
        return "paywall_preview" if ld.is_accessible_for_free is False and kept_text_words < FULL else "content"
    if not visible_words and not kept_text_words:
        return "script_shell" if page.kind == "html" and _needs_scripts(page) else "empty"
    said = _said(page)
    long = [s for s in page.segments if s.words >= PROSE and s.origin == "visible"]
    prose = len(long)
    text = sum(not segment.hits and not segment.hints & _FORMS for segment in long)
    if "challenge" in said and not prose:
        return "challenge"
    if ("soft_404" in said or _NUMBER_404.search(page.head.title)) and prose < 2:
        return "soft_404"
    if kept_text_words < 2 * FEW and ("consent_wall" in said or _consent_share(page, visible_words) >= 0.5):
        return "consent_wall"
    if "login_wall" in said and not text:
        return "login_wall"
    if ld.is_accessible_for_free is False or "paywall_preview" in said or _paid(page):
        return "paywall_preview"
    if visible_words < ENOUGH and kept_text_words < FEW:
        if "script_shell" in said or (kept_text_words < LOADING and _needs_scripts(page)):
            return "script_shell"
    return "content" if kept_text_words else "empty"


def _said(page: Page) -> set[str]:
    """The verdicts for which a phrase stands in the title or a short block."""
    phrases = _phrases()
    seen: list[str] = []
    unseen: list[str] = []
    found: set[str] = set()
    title = _folded(page.head.title[:LINE])
    for part in (title, *_PARTS.split(title)):
        found.update(phrases.exact.get(part, ()))
    for segment in page.segments[:BLOCKS]:
        if segment.words > SHORT or segment.hints & (h.FOOTER | h.NAV):
            continue
        text = _folded(segment.text[:LINE])
        if segment.origin == "visible":
            seen.append(text)
            if segment.kind in _HEADINGS or segment.words <= 6:
                found.update(phrases.exact.get(text, ()))
        elif segment.origin == "noscript":
            unseen.append(text)
    visible, hidden = "\n".join([title, *seen]), "\n".join(unseen)
    for name, sentences in phrases.contains.items():
        where = f"{visible}\n{hidden}" if name in ("script_shell", "challenge") else visible
        if any(sentence in where for sentence in sentences):
            found.add(name)
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split())


def _consent_share(page: Page, visible_words: int) -> float:
    own = sum(segment.words for segment in page.segments if segment.hints & h.COOKIE and segment.origin == "visible")
    hits = {segment.index: segment.words for segment, _ in page.hits.get("cookie_notice", ()) if segment.origin == "visible"}
    return max(own, sum(hits.values())) / visible_words if visible_words >= 20 else 0.0


def _paid(page: Page) -> bool:
    """A paywall's element or phrase in sight, on a page with some prose before it."""
    if page.page_kind != "article" or not any(segment.words >= FEW for segment in page.segments):
        return False
    return any(
        segment.hints & h.PAYWALL and segment.words >= 3 and segment.origin == "visible" and not segment.hints & h.NAV
        for segment in page.segments
    )


def _needs_scripts(page: Page) -> bool:
    """An application's page before its scripts have run."""
    if page.head.state:
        return True
    return (
        page.head.scripts > len(page.head.json_ld) and sum(s.words for s in page.segments if s.origin == "visible") < 2 * FEW
    )


class Phrases(NamedTuple):
    """What pages say when they are not the page, folded, over all languages."""

    exact: dict[str, set[str]]  # a whole title, part of a title, heading or short line -> verdicts
    contains: dict[str, tuple[str, ...]]  # verdict -> sentences


@cache
def _phrases() -> Phrases:
    text = files("cleaners.data").joinpath("phrases/verdict.toml").read_text(encoding="utf-8")
    exact: dict[str, set[str]] = {}
    contains: dict[str, tuple[str, ...]] = {}
    for name, languages in tomllib.loads(text).items():
        for keys in languages.values():
            for phrase in keys.get("exact", ()):
                exact.setdefault(phrase, set()).add(name)
        contains[name] = tuple({phrase: None for keys in languages.values() for phrase in keys.get("contains", ())})
    return Phrases(exact, contains)
