"""Judges score blocks: one for HTML, one for plain text, on one protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from cleaners.judge.table import TableJudge
from cleaners.judge.text import LineJudge
from cleaners.page import Judge, Page

_chosen: ContextVar[Judge | None] = ContextVar("html_judge", default=None)
_TEXT = LineJudge()


@lru_cache(maxsize=1)
def _shipped() -> Judge:
    return TableJudge()


def judge_for(page: Page) -> Judge:
    """The judge for this kind of input."""
    if page.kind == "text":
        return _TEXT
    return _chosen.get() or _shipped()


@contextmanager
def judging(judge: Judge) -> Iterator[None]:
    """Let another judge decide on HTML inside the block: how figures are measured on pages a judge never saw."""
    token = _chosen.set(judge)
    try:
        yield
    finally:
        _chosen.reset(token)
