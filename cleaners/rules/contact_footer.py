"""Contact lines of the publisher: address, phone, e-mail of the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page
from cleaners.rules.common import is_topic, phrase_hits, phrase_mark, prose, whole
from cleaners.stages import hints as h

LATE = 0.5  # of the blocks
LONGEST = 30  # words
STEMS = ("contact", "kontakt", "impressum", "contacto")
_LINE: Final = re.compile(  # a label with what it labels, a long number, or a post code with a town
    r"(?:tel|tél|telefon|telefono|teléfono|phone|fax|e-?mail|电话|電話|传真|전화|팩스|тел|τηλ|điện thoại|هاتف|טלפון)"
    r"\.?\s?[:：]"
    r"|\+?\d[\d ()/-]{8,}\d|@[\w-]+\.\w|\b\d{3} ?\d{2} [^\W\d_]{3}",
    re.I,
)
_SIGN: Final = re.compile(r"[\d@:：]")  # no such line is without
# a street with a number, a post code and a town: an address without a label
_ADDRESS: Final = re.compile(r"[^\W\d_]{3}\.? \d{1,4} ?[a-z]?, (?:[A-Z]{1,2}-)?\d{3,5}(?: ?\d{2})?,? [^\W\d_]{3}")


def contact_footer(page: Page) -> Iterator[Mark]:
    """Contact details in a footer or late in the page. A page about contacts keeps its own."""
    late = len(page.segments) * LATE
    for segment, hit in phrase_hits(page, "contact_footer", longest=LONGEST, stems=STEMS):
        others = segment.hits.keys() if segment.hits else ()
        if ("navigation" in others and segment.link_chars * 5 > len(segment.text) * 4) or "form_controls" in others:
            continue
        if segment.index >= late or segment.hints & h.FOOTER:
            yield phrase_mark(segment, "contact_footer", hit)
    tail = next((s.index for s in reversed(prose(page)) if not s.hits and not _has_line(s.text)), -1)
    for segment in page.segments[tail + 1 :]:
        if segment.index < late or segment.size > LONGEST or is_topic(page, STEMS):
            break
        if segment.hits and "legal_footer" in segment.hits:
            continue
        footer = bool(segment.hints & h.FOOTER)
        found = 0
        if _SIGN.search(segment.text):
            found = len(_LINE.findall(segment.text)) + 2 * bool(_ADDRESS.search(segment.text))
        if found > (0 if footer and segment.text.count("\n") < 3 else 1) or (footer and segment.kind == "address"):
            yield whole(segment, "contact_footer", 0.7, "an address behind the text")


def _has_line(text: str) -> bool:
    return bool(_SIGN.search(text)) and bool(_LINE.search(text))
