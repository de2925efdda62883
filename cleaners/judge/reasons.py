"""Names for what the judge drops: the strongest hint around a block names one of the documented reasons."""

from __future__ import annotations

from typing import Final

from cleaners.page import BOILERPLATE, Mark, Page, Verdicts
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


def name_drops(page: Page, judged: Verdicts) -> list[Mark | None]:
    """Per segment: the judge's drop with its reason, or None where it stays."""
    out: list[Mark | None] = []
    cut = judged.cut
    for segment, score in zip(page.segments, judged.scores, strict=True):
        if score >= cut:
            out.append(None)
            continue
        reason = BOILERPLATE
        hits = segment.hits
        if hits:
            reason = next(iter(hits))
            if reason == "verdict":
                reason = BOILERPLATE
        else:
            bits = segment.hints
            if bits:
                for mask, name in _NAMES:
                    if bits & mask:
                        reason = name
                        break
            if reason == BOILERPLATE and segment.kind == "control":
                reason = "form_controls"
            if reason == BOILERPLATE and segment.link_chars * 10 > len(segment.text) * 8 and segment.words < 6:
                reason = "navigation"
        out.append(
            Mark(segment.start, segment.stop, "drop", reason, "judge", round(1.0 - score, 4), "text", f"score {score:.2f} < {cut:.2f}")
        )
    return out
