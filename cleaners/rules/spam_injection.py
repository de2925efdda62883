"""Advertising that strangers put into a page: found, and cut to the letter.

Splices into words, sentences and lines of keywords, prefixes and suffixes of titles. A page about betting, pills or loans
is left whole: then only `page.facts["spam_score"]` says how much it reads like spam.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page
from cleaners.profile import Profile
from cleaners.rules.spam.decision import Decision
from cleaners.rules.spam.fields import declared, field_marks, sells, titled
from cleaners.rules.spam.gate import glance
from cleaners.rules.spam.lines import spam_blocks
from cleaners.rules.spam.reader import Reader
from cleaners.rules.spam.suspects import Opening, splice_marks, suspects
from cleaners.rules.spam.terms import extra_terms

_DEFAULT: Final = Profile()


def spam_injection(page: Page) -> Iterator[Mark]:
    """Marks on injected spam in the text and in the metadata."""
    profile: Profile = page.facts.get("profile") or _DEFAULT
    if profile.spam == "off":
        return
    opening = Opening(page)
    extra = frozenset(extra_terms(profile.spam_terms))
    sight = glance(page.source_text, page.language, extra, opening.lower)
    titles = declared(page)
    reader = Reader(page, profile, sight)
    decide = Decision(page, profile)
    gone: list[tuple[int, int]] = []
    named = titled(page, titles)
    told = named or sells(reader, titles)
    if sight.worth or sight.glued or told or (page.kind == "text" and any(sight.weights.values())):
        seen = 0
        for mark in spam_blocks(reader, decide, named):
            seen += 1
            if mark.action == "drop":
                gone.append((mark.start, mark.end))
            yield mark
        if (told or seen) and any(titles):
            yield from field_marks(reader, decide)
    odd = suspects(page, sight, opening)
    if odd or sight.disguised:
        cut = 0
        for mark in splice_marks(reader, odd, decide, gone):
            cut += mark.end - mark.start
            yield mark
        if cut:
            shown = sum(len(segment.text) for segment in page.segments if segment.origin == "visible") or 1
            page.facts["spam_score"] = round(min(1.0, float(page.facts.get("spam_score", 0.0)) + cut / shown), 3)
