"""Judges score blocks: one for HTML, one for plain text, on one protocol."""

from __future__ import annotations

from functools import lru_cache

from cleaners.judge.table import TableJudge
from cleaners.judge.text import LineJudge
from cleaners.page import Judge, Page


@lru_cache(maxsize=1)
def _html() -> Judge:
    return TableJudge()


_TEXT = LineJudge()


def judge_for(page: Page) -> Judge:
    """The judge for this kind of input."""
    return _html() if page.kind == "html" else _TEXT
