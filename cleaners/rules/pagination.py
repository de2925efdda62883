"""Page numbers and previous/next links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page
from cleaners.rules.chosen import linked
from cleaners.rules.common import hinted, phrase_hits, phrase_mark, whole
from cleaners.stages import hints as h

LONGEST = 8  # words
BESIDE = 24  # characters of "previous page", "next" and the like beside the numbers
_NUMBERS: Final = re.compile(r"(?:(?:\d{1,4}|…|\.\.\.|«|»|‹|›|<|>)(?:[\s|·]+|$)){3,}")
_ARROWS: Final = re.compile(r"(?:←|«|‹|<<?|◀|⟵|⇐|＜|≪)\s?\S.*\S\s?(?:→|»|›|>>?|▶|⟶|⇒|＞|≫)", re.S)
_SIGN: Final = re.compile(r"[\d…«»‹›<>]|\.\.\.")  # no row of numbers is without
_ENDS: Final = re.compile(r"[\d…«»‹›<>.](?:[\s|·]|$)")  # what a number or sign of such a row ends with
_ONE: Final = re.compile(r"1[\s|·]+2[\s|·]")


def pagination(page: Page) -> Iterator[Mark]:
    """Links through the parts of a list or a long article."""
    for segment, hit in phrase_hits(page, "pagination", longest=LONGEST):
        if (
            page.kind == "text"
            or "# of #" in hit.phrase
            or segment.links
            or segment.hints & (h.PAGINATION | h.NAV)
            or segment.kind in ("li", "control")
        ):
            yield phrase_mark(segment, "pagination", hit)
    yield from hinted(page, "pagination", h.PAGINATION, longest=25, confidence=0.8)
    for segment in page.segments if page.kind == "text" else linked(page):
        words = segment.size
        if segment.links == 2 and words <= 2 * LONGEST and _ARROWS.fullmatch(segment.text):
            if segment.link_chars * 5 > len(segment.text) * 4:
                yield whole(segment, "pagination", 0.8, "a link back and a link on, with arrows")
            continue
        leads = segment.links > 2 or segment.link_chars * 2 > len(segment.text)
        if not (leads or page.kind == "text") or not 4 <= words <= 30 or not _SIGN.search(segment.text):
            continue
        if len(_ENDS.findall(segment.text)) >= 3 and (found := _NUMBERS.search(segment.text)):
            named = len(segment.text) - len(found[0])
            known = bool(segment.hits and "pagination" in segment.hits) or leads
            if named <= (BESIDE if known else 0) or (found.start() == 0 and _ONE.match(segment.text) and named <= BESIDE):
                yield whole(segment, "pagination", 0.85, "a row of page numbers")
