"""Names for what the judge drops: the strongest hint around a block names one of the documented reasons."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final

from cleaners.page import BOILERPLATE, Mark, Page, Segment, Verdicts
from cleaners.stages import hints as h

# first match wins: the more telling name first
_NAMES: Final = (
    (h.SKIP, "skip_link"),
    (h.COOKIE, "cookie_notice"),
    (h.AD, "advertisement"),
    (h.BREADCRUMB, "breadcrumb"),
    (h.PAGINATION, "pagination"),
    (h.SHARE, "share_bar"),
    (h.NEWSLETTER, "newsletter"),
    (h.PAYWALL, "paywall"),
    (h.COMMENT, "comments"),
    (h.RELATED, "related_links"),
    (h.TAGS, "tags"),
    (h.AUTHOR_BOX, "author_box"),
    (h.CAPTION, "caption"),
    (h.BYLINE, "byline"),
    (h.DATE, "publish_date"),
    (h.APP, "app_promo"),
    (h.LOGIN, "login_prompt"),
    (h.LEGAL, "legal_footer"),
    (h.TOC, "navigation"),
    (h.NAV, "navigation"),
    (h.FORM | h.BUTTON, "form_controls"),
    (h.COUNT, "view_count"),
    (h.FOOTER, "legal_footer"),
    (h.HEADER, "navigation"),
)

_ANY: Final = reduce(or_, (mask for mask, _ in _NAMES))
_by_bits: dict[int, str] = {}
_CACHE_LIMIT: Final = 20_000


def name_drops(page: Page, judged: Verdicts) -> list[Mark | None]:
    """Per segment: the judge's drop with its reason, or None where it stays."""
    out: list[Mark | None] = []
    cut = judged.cut
    said: dict[int, str] = {}
    for segment, score in zip(page.segments, judged.scores, strict=True):
        if score >= cut:
            out.append(None)
            continue
        percent = int(score * 100)
        evidence = said.get(percent)
        if evidence is None:
            evidence = said[percent] = f"score {percent / 100:.2f}, cut {cut:.2f}"
        out.append(
            Mark(segment.start, segment.stop, "drop", _reason(segment), "judge", 1.0 - percent / 100, "text", evidence)
        )
    return out


def _reason(segment: Segment) -> str:
    if segment.hits:
        return next(iter(segment.hits))
    bits = segment.hints & _ANY
    if bits:
        name = _by_bits.get(bits)
        if name is None:
            name = next(reason for mask, reason in _NAMES if bits & mask)
            if len(_by_bits) > _CACHE_LIMIT:
                _by_bits.clear()
            _by_bits[bits] = name
        return name
    if segment.kind == "control":
        return "form_controls"
    if segment.words < 6 and segment.link_chars * 10 > len(segment.text) * 8:
        return "navigation"
    return BOILERPLATE
