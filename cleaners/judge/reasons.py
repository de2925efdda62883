"""The judge's word as drops, each under the most telling name there is for it."""

from __future__ import annotations

from cleaners.page import Mark, Page, Verdicts
from cleaners.stages.drop_names import drop_name


def name_drops(page: Page, judged: Verdicts) -> list[Mark | None]:
    """Per segment: the judge's drop with its reason, or None where it stays."""
    out: list[Mark | None] = []
    cut = judged.cut
    said: dict[int, str] = {}
    known: dict[int, str] = {}
    for segment, score in zip(page.segments, judged.scores, strict=True):
        if score >= cut:
            out.append(None)
            continue
        percent = int(score * 100)
        evidence = said.get(percent)
        if evidence is None:
            evidence = said[percent] = f"score {percent / 100:.2f}, cut {cut:.2f}"
        reason = drop_name(segment, known)
        out.append(Mark(segment.start, segment.stop, "drop", reason, "judge", 1.0 - percent / 100, "text", evidence))
    return out
