"""A document's text and drops as spans of its source text: what was kept between what was removed."""

from typing import Any

from cleaners.page import WHITE_SPACE
from worker.quality.draw import Span
from worker.store.form import account
from worker.store.nouns import Document

LONGEST = 600  # characters: a longer kept part is asked about by its paragraphs
SHORTEST = 3  # characters


def source_of(text: str, kept_account: bytes) -> tuple[str, list[dict[str, Any]]]:
    """The source text, put together again, and the drops of it."""
    drops = [
        drop
        for drop in account(Document(cleaner_version="", profile="", text=text, account=kept_account))["drops"]
        if drop["field"] == "text"
    ]
    parts: list[str] = []
    at = used = 0
    for drop in drops:
        parts += [text[used : used + drop["start"] - at], drop["text"]]
        used += drop["start"] - at
        at = drop["end"]
    return "".join([*parts, text[used:]]), drops


def spans(text: str, kept_account: bytes) -> tuple[Span, ...]:
    """All that can be asked about, in order."""
    source, drops = source_of(text, kept_account)
    found: list[Span] = []
    at = 0
    for drop in drops:
        found += _kept(source, at, drop["start"])
        if drop["reason"] != WHITE_SPACE and drop["text"].strip():
            found.append(Span(drop["start"], drop["end"], drop["reason"], drop["rule"]))
        at = drop["end"]
    return (*found, *_kept(source, at, len(source)))


def _kept(source: str, start: int, end: int) -> list[Span]:
    """Lines of the kept part, short ones joined up to LONGEST."""
    found: list[Span] = []
    begin = start
    for line in source[start:end].splitlines(keepends=True):
        after = begin + len(line)
        if found and after - found[-1].start <= LONGEST:
            found[-1] = found[-1]._replace(end=after)
        else:
            found.append(Span(begin, after, "", ""))
        begin = after
    return [span for span in found if len(source[span.start : span.end].strip()) >= SHORTEST]
