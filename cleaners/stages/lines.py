"""Already-extracted text as segments: a line each, or a paragraph where the lines were wrapped by hand."""

from __future__ import annotations

import re
from typing import Final

from cleaners.page import Segment
from cleaners.stages.text import count_words, reading_size

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
    wrapping = _Wrapping(source_text, spans)
    segments: list[Segment] = []
    at = 0
    while at < len(spans):
        until = wrapping.until(at)
        start, stop = spans[at][0], spans[until - 1][1]
        text = source_text[start:stop]
        words = count_words(text)
        kind = _kind(source_text, start, text)
        segment = Segment(len(segments), start, stop, text, kind, None, words, reading_size(text, words))
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


class _Wrapping:
    """Where lines were wrapped by hand. Counted once from the end, so that each question takes constant time."""

    def __init__(self, source: str, spans: list[tuple[int, int]]) -> None:
        count = len(spans)
        self.end = [count] * count  # past the lines that follow one another without an empty line
        self.odd = [count] * (count + 1)  # the next line too short or too long to be wrapped
        self.broken = [0] * (count + 1)  # lines from here on that end inside a sentence
        self.going_on = [0] * (count + 1)  # lines from here on that begin in lower case
        for place in range(count - 1, -1, -1):
            start, stop = spans[place]
            line = source[start:stop]
            if place + 1 < count:
                joined = source.count("\n", stop, spans[place + 1][0]) == 1
                self.end[place] = self.end[place + 1] if joined else place + 1
            self.odd[place] = self.odd[place + 1] if WRAP_MIN <= len(line) <= WRAP_MAX else place
            self.broken[place] = self.broken[place + 1] + (not line.endswith(_SENTENCE_END))
            self.going_on[place] = self.going_on[place + 1] + line[0].islower()

    def until(self, at: int) -> int:
        """Index past the lines that form one hand-wrapped paragraph beginning at `at`."""
        end = self.end[at]
        if end - at < 3 or self.odd[at] < end - 1:
            return at + 1
        inner = end - 1 - at
        broken = self.broken[at] - self.broken[end - 1]
        going_on = self.going_on[at + 1] - self.going_on[end]
        return end if broken * 2 > inner and going_on * 3 > inner else at + 1
