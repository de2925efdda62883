"""Already-extracted text as segments: a line each, or a paragraph where the lines were wrapped by hand."""

from __future__ import annotations

import re
from typing import Final

from cleaners.page import Segment
from cleaners.stages.walk import count_words

_LINE: Final = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_SENTENCE_END: Final = tuple(".!?:;…。！？：；\"'”’»)")
WRAP_MIN: Final = 45  # characters: mail and text files are wrapped between 60 and 80 columns
WRAP_MAX: Final = 100
_HEADING: Final = re.compile(r"#{1,6}\s+\S")
_BULLET: Final = re.compile(r"\s*(?:[•●▪◦‣*+–-]|\d{1,2}[.)])\s+\S")


def lines(source_text: str) -> list[Segment]:
    """Segments over `source_text`, which stays as it is. Each owns the white space after it, the first also before it."""
    spans: list[tuple[int, int]] = []
    for match in _LINE.finditer(source_text):
        line = match[0]
        bare = line.strip()
        if bare:
            start = match.start() + len(line) - len(line.lstrip())
            spans.append((start, start + len(bare)))
    segments: list[Segment] = []
    at = 0
    while at < len(spans):
        until = _wrapped(source_text, spans, at)
        start, stop = spans[at][0], spans[until - 1][1]
        text = source_text[start:stop]
        segment = Segment(len(segments), start, stop, text, _kind(source_text, start, text), None)
        segment.words = count_words(text)
        if segments:
            segments[-1].end = start
        segments.append(segment)
        at = until
    if segments:
        segments[-1].end = len(source_text)
    return segments


def _kind(source_text: str, start: int, text: str) -> str:
    if _HEADING.match(text):
        return "h2"
    if _BULLET.match(text) and "\n" not in text:
        return "li"
    return "line"


def _wrapped(source: str, spans: list[tuple[int, int]], at: int) -> int:
    """Index past the lines that form one hand-wrapped paragraph beginning at `at`."""
    end = at + 1
    while end < len(spans):
        gap = source[spans[end - 1][1] : spans[end][0]]
        if gap.count("\n") != 1:
            break
        end += 1
    if end - at < 3:
        return at + 1
    inner = [source[start:stop] for start, stop in spans[at : end - 1]]
    lengths = [len(line) for line in inner]
    if min(lengths) < WRAP_MIN or max(lengths) > WRAP_MAX:
        return at + 1
    broken = sum(1 for line in inner if not line.endswith(_SENTENCE_END))
    going_on = sum(1 for start, stop in spans[at + 1 : end] if source[start:stop][0].islower())
    return end if broken * 2 > len(inner) and going_on * 3 > len(inner) else at + 1
