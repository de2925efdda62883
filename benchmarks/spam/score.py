"""What a cleaner did to a case: injected tokens removed, honest tokens lost, and whether the text is whole again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from benchmarks.spam.generate import Case

TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)


class Score(NamedTuple):
    """One case, counted."""

    injected: int
    removed: int
    honest: int
    lost: int
    exact: bool


def score(case: Case, cleaned: Any, baseline: Any) -> Score:
    """Compare with `baseline`, the same cleaner's work on the text without the spam: what it takes anyway is no loss."""
    dropped = bytearray(len(case.text))
    for drop in cleaned.drops:
        if drop.field == "text":
            dropped[drop.start : drop.end] = b"\1" * (drop.end - drop.start)
    spam = bytearray(len(case.text))
    for start, end in case.spans:
        spam[start:end] = b"\1" * (end - start)
    anyway = _anyway(case, baseline)
    injected = removed = honest = lost = 0
    for start, end in _tokens(case):
        size = end - start
        if spam[start]:
            injected += 1
            removed += sum(dropped[start:end]) * 2 > size
        else:
            honest += 1
            lost += any(dropped[start:end]) and not any(anyway[start:end])
    exact = cleaned.text.split() == baseline.text.split()
    return Score(injected, removed, honest, 0 if exact else lost, exact)


def _tokens(case: Case) -> Iterable[tuple[int, int]]:
    """Tokens, cut where spam begins and ends."""
    edges = sorted({0, len(case.text), *(edge for span in case.spans for edge in span)})
    for start, end in zip(edges, edges[1:], strict=False):
        for match in TOKEN.finditer(case.text, start, end):
            yield match.span()


def _anyway(case: Case, baseline: Any) -> bytearray:
    """What is dropped without any spam, at its place in the text with spam."""
    out = bytearray(len(case.text))
    for drop in baseline.drops:
        if drop.field == "text":
            for at in range(drop.start, drop.end):
                out[_shifted(at, case.spans)] = 1
    return out


def _shifted(at: int, spans: tuple[tuple[int, int], ...]) -> int:
    for start, end in spans:
        if start <= at:
            at += end - start
    return at
