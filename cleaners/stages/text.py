"""What the stages do with runs of text: count their words, join them, collapse their white space."""

from __future__ import annotations

import re
from typing import Final

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

_SYLLABLES: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_IDEOGRAPHS: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def count_words(text: str) -> int:
    """Words; each Chinese, Japanese, Thai, Lao, Khmer or Burmese character counts as one.

    >>> count_words("three short words"), count_words("雪が降る")
    (3, 4)
    """
    if text.isascii():
        return len(text.split())
    unspaced = len(_UNSPACED.findall(text))
    if not unspaced:
        return len(text.split())
    return unspaced + len(_UNSPACED.sub(" ", text).split())


def reading_size(text: str, words: int) -> int:
    """Words as a reader counts them: where words are not spaced, `count_words` counted each letter as one.

    >>> reading_size("雪が降る", 4), reading_size("three short words", 3)
    (2, 3)
    """
    if words * 2 < len(text) or words < 3 or text.isascii():
        return words
    if _SYLLABLES.search(text):
        return max(1, words // 4)
    return max(1, words // 2) if _IDEOGRAPHS.search(text) else words


def needs_space(before: str, following: str) -> bool:
    """Whether the text before a seam between two spans and the text behind it are two words."""
    return len(before) > 2 and before[-1].isalnum() and following[0].isalnum()


def tidy(text: str) -> str:
    """White space collapsed, line breaks kept, empty lines left out."""
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def tidy_runs(parts: list[str], runs: list[tuple[str, str]]) -> tuple[str, list[tuple[int, int, str, str]]]:
    """`tidy` that also tells where each inline run ends up."""
    out: list[str] = []
    length = 0
    gap = ""
    spans: list[tuple[int, int, str, str]] = []
    for part, (tag, href) in zip(parts, runs, strict=True):
        if part == "\n":
            gap = "\n" if length else ""
            continue
        words = part.split()
        if not words:
            gap = gap or (" " if length else "")
            continue
        if part[0].isspace():
            gap = gap or (" " if length else "")
        if gap:
            out.append(gap)
            length += len(gap)
        body = " ".join(words)
        out.append(body)
        if tag or href:
            spans.append((length, length + len(body), tag, href))
        length += len(body)
        gap = " " if part[-1].isspace() else ""
    return "".join(out), spans
