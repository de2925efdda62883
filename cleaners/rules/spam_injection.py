"""Advertising that strangers put into a page: found, and cut to the letter.

Splices into words, blocks and links of keywords, prefixes and suffixes of titles. A page about betting, pills or loans
is left whole: then only `page.facts["spam_score"]` says how much it reads like spam.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cleaners.page import Action, Mark, Page
from cleaners.profile import Profile
from cleaners.rules.common import quoted
from cleaners.rules.spam.blocks import Look, look
from cleaners.rules.spam.brands import brand_likeness
from cleaners.rules.spam.fields import Part, sentences, title_parts
from cleaners.rules.spam.keywords import suspicious_words
from cleaners.rules.spam.splice import splices
from cleaners.rules.spam.subject import headline, subjects
from cleaners.rules.spam.terms import STRIP, Lexicon, lexicon
from cleaners.rules.spam.words import Words
from cleaners.stages.urls import host_of

RULE: Final = "spam_injection"
LEAST: Final = {"default": 0.72, "strict": 0.5, "flag_only": 0.5, "off": 2.0}
SUSPICIOUS: Final = 0.5  # below the profile's threshold, from here on a mark only flags
COMPANY: Final = 3  # words that sell nothing by themselves and need as many beside them to be looked at
HIDDEN_SPAM: Final = 0.4  # what is hidden needs less proof
_DEFAULT: Final = Profile()


def spam_injection(page: Page) -> Iterator[Mark]:
    """Marks on injected spam in the text and in the metadata."""
    profile: Profile = page.facts.get("profile") or _DEFAULT
    if profile.spam == "off":
        return
    terms = lexicon(profile.spam_terms, profile.spam_allow)
    lower = page.source_text.lower()
    words = {word if word.isalnum() else word.strip(STRIP) for word in set(lower.split())}
    declared = _declared(page).lower()
    named = {word.strip(STRIP) for word in declared.split()}
    suspicious = suspicious_words(words)
    signs = terms.signs(lower, words) + [word for word in suspicious if brand_likeness(word)]
    heads = terms.signs(declared, named) + [word for word in named if brand_likeness(word)]
    if not suspicious and not heads and len(signs) < COMPANY and not terms.sells(signs):
        return
    decide = _Decision(page, profile)
    looks = _looks(page, terms, signs)
    topics = subjects(page, looks, terms, lower)
    page.facts["spam_score"] = _page_score(page, looks)
    yield from _blocks(page, looks, topics, decide)
    yield from _splices(page, suspicious, decide)
    if signs or heads:
        yield from _titles(page, terms, topics, lower, decide)


def _declared(page: Page) -> str:
    meta = page.facts.get("metadata")
    return f"{getattr(meta, 'title', '')} {getattr(meta, 'description', '')}"


class _Decision:
    """What the profile wants done with a span of some confidence."""

    def __init__(self, page: Page, profile: Profile) -> None:
        host = host_of(page.url)
        allowed = any(host == name or host.endswith("." + name) for name in profile.allow_hosts)
        self.least = LEAST[profile.spam]
        self.flags = profile.spam == "flag_only" or allowed
        self.allow = {name.lower() for name in profile.spam_allow}

    def mark(self, start: int, end: int, confidence: float, evidence: str, field: str = "text") -> Iterator[Mark]:
        """A mark, if the span is suspicious at all."""
        if confidence < SUSPICIOUS and confidence < self.least:
            return
        action: Action = "flag" if self.flags or confidence < self.least else "drop"
        yield Mark(start, end, action, RULE, RULE, round(min(confidence, 0.99), 2), field, evidence)


def _looks(page: Page, terms: Lexicon, signs: list[str]) -> dict[int, Look]:
    """A look at every block that bears a sign."""
    out: dict[int, Look] = {}
    for segment in page.segments if signs else ():
        lower = segment.text.lower()
        if not any(sign in lower for sign in signs):
            continue
        linked = segment.links > 0 and segment.link_chars * 3 > len(segment.text)
        seen = look(segment.text, terms, linked)
        if seen.spamminess or seen.mentions:
            out[segment.index] = seen
    return out


def _blocks(page: Page, looks: dict[int, Look], topics: frozenset[str], decide: _Decision) -> Iterator[Mark]:
    """Blocks that sell what the page is not about."""
    title = headline(page)
    company = sum(1 for seen in looks.values() if seen.strong and seen.spamminess >= SUSPICIOUS)
    for index, seen in looks.items():
        segment = page.segments[index]
        if segment is title or segment.kind in ("h1", "pre") or (segment.kind == "quote" and seen.spamminess < 0.9):
            continue
        if (seen.categories & topics and segment.origin == "visible") or quoted(segment):
            continue
        confidence = seen.spamminess
        if segment.origin == "hidden" and seen.strong and confidence >= HIDDEN_SPAM:
            confidence = max(confidence, 0.9)
        if company < 2 and segment.words < 4:
            confidence = min(confidence, 0.7)  # one short label may be an honest link
        if seen.report and segment.words >= 12:
            confidence = min(confidence, 0.6)
        what = "links" if segment.link_chars * 3 > len(segment.text) else "block"
        yield from decide.mark(segment.start, segment.stop, confidence, f"{what} of {_named(seen)}")


def _named(seen: Look) -> str:
    return f"{'/'.join(sorted(seen.categories))} terms: {', '.join(seen.seen)}"


def _splices(page: Page, suspicious: list[str], decide: _Decision) -> Iterator[Mark]:
    if not suspicious:
        return

    @lru_cache(maxsize=1)
    def model() -> Words:
        return Words(page.source_text, page.language)

    for segment in page.segments:
        if segment.kind == "pre" or segment.origin != "visible" or segment.words < 3:
            continue
        lower = segment.text.lower()
        if any(word in lower for word in suspicious):
            for found in splices(segment.text, model):
                start, end = segment.start + found.start, segment.start + found.end
                yield from decide.mark(start, end, found.confidence, found.evidence)


def _titles(page: Page, terms: Lexicon, topics: frozenset[str], lower: str, decide: _Decision) -> Iterator[Mark]:
    """Headings with spam at their ends, and the metadata."""
    title = headline(page)
    for segment in page.segments:
        if segment is not title and segment.kind != "h1":
            continue
        for part in _foreign(
            title_parts(segment.text, terms, lower.replace(segment.text.lower(), " ")), segment.text, terms, topics
        ):
            if segment is not title or part.end - part.start < len(segment.text):
                yield from decide.mark(segment.start + part.start, segment.start + part.end, part.confidence, part.evidence)
    meta = page.facts.get("metadata")
    name = getattr(meta, "title", "")
    if name:
        for part in _foreign(title_parts(name, terms, lower.replace(name.lower(), " ")), name, terms, topics):
            yield from decide.mark(part.start, part.end, part.confidence, part.evidence, "title")
    about = getattr(meta, "description", "")
    if about:
        for part in _foreign(sentences(about, terms), about, terms, topics):
            yield from decide.mark(part.start, part.end, part.confidence, part.evidence, "description")


def _foreign(parts: list[Part], text: str, terms: Lexicon, topics: frozenset[str]) -> list[Part]:
    """The parts that do not speak of the page's own subject."""
    return [part for part in parts if not topics & look(text[part.start : part.end], terms).categories]


def _page_score(page: Page, looks: dict[int, Look]) -> float:
    if not looks:
        return 0.0
    total = sum(segment.words for segment in page.segments if segment.origin == "visible") or 1
    spam = sum(
        page.segments[index].words * seen.spamminess
        for index, seen in looks.items()
        if page.segments[index].origin == "visible"
    )
    return round(min(1.0, spam / total), 3)
