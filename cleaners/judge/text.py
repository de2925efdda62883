"""Judge for already-extracted text: keeps a line unless it looks like a label without prose around it."""

from __future__ import annotations

from cleaners.page import Evidence, Page, Verdicts


class LineJudge:
    """Already-extracted text is mostly content: what goes, the rules name. Every line scores high."""

    def scores(self, page: Page, evidence: Evidence) -> Verdicts:
        """Score 1 for prose, less for short lines far from any."""
        scores = [1.0 if segment.words >= 8 else 0.75 for segment in page.segments]
        prose = sum(segment.words for segment in page.segments if segment.words >= 8)
        total = sum(segment.words for segment in page.segments)
        return Verdicts(scores, 0.5, prose / total if total else 0.0, False)
