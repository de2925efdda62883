"""Legal and copyright footers: "All rights reserved"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page
from cleaners.rules.chosen import beginning, hinting, in_order
from cleaners.rules.common import phrase_hits, phrase_mark, quoted, whole
from cleaners.stages import hints as h

LONGEST = 70  # words
STEMS = ("copyright", "urheberrecht", "droit d'auteur", "derechos de autor", "terms", "авторск", "licen")
SIGNED = 30  # words of a line that begins with the copyright sign
_SIGNED: Final = re.compile(r"(?:[©ⓒ]|\([cC]\))\s*(?:copyright\s*)?(?:19|20|25)\d\d\b", re.I)
_NAMED: Final = re.compile(r"[^.!?]{2,60}\s[©ⓒ]\s*(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?\.?")  # the sign behind the name
LATE = 0.6  # of the blocks: footers come late


def legal_footer(page: Page) -> Iterator[Mark]:
    """Copyright lines and links to terms, in a footer or late in the page."""
    late = len(page.segments) * LATE
    for segment, hit in phrase_hits(page, "legal_footer", longest=LONGEST, stems=STEMS):
        if (
            segment.links > 2
            and hit.phrase != segment.fold
            and segment.index < late
            and not segment.hints & (h.FOOTER | h.LEGAL)
        ):
            continue  # one entry of a menu
        contact = segment.hits and segment.hits.get("contact_footer")
        if contact and contact.how == "starts" and hit.how != "exact":
            continue  # its first words say what it is
        if segment.index >= late or segment.hints & (h.FOOTER | h.LEGAL) or segment.size <= 12:
            yield phrase_mark(segment, "legal_footer", hit)
    for segment in in_order([beginning(page, "©ⓒ("), hinting(page, h.FOOTER)]):
        if segment.text[0] in "©ⓒ(" and segment.words <= SIGNED and _SIGNED.match(segment.text) and not quoted(segment):
            yield whole(segment, "legal_footer", 0.85, "a copyright sign with a year")
        elif segment.hints & h.FOOTER and segment.words <= SIGNED and "©" in segment.text and _NAMED.fullmatch(segment.text):
            yield whole(segment, "legal_footer", 0.85, "a name and a copyright sign with a year")
