"""Spam in what a page declares: its title and its description."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaners.page import Mark, Page
from cleaners.rules.spam.decision import Decision
from cleaners.rules.spam.gate import glance, odd
from cleaners.rules.spam.lines import EDGE, FLAGGED, _named
from cleaners.rules.spam.reader import Reader
from cleaners.rules.spam.spans import best_span
from cleaners.rules.spam.subject import headline

_SMALL = re.compile(
    r"^\W*(?:[a-z]+ ){0,2}[a-z0-9]{4,20}(?: [a-z]+){0,2}(?: [-–—|] |: |官)"
    r"|(?: [-–—|] )(?:[a-z]+ ){0,2}[a-z0-9]{4,20}(?: [a-z]+){0,2}\W*$"
)
FIELDS = ("title", "description")


def declared(page: Page) -> tuple[str, ...]:
    """Title and description as the page's metadata have them."""
    meta = page.facts.get("metadata")
    return tuple(getattr(meta, name, "") or "" for name in FIELDS)


def field_marks(reader: Reader, decide: Decision) -> Iterator[Mark]:
    """Marks on the spam in both."""
    topics = reader.page.facts.get("spam_topics", frozenset())
    for name, text in zip(FIELDS, declared(reader.page), strict=True):
        if not text:
            continue
        rest = text
        for _ in range(3):
            units = reader.units(rest, within=text in reader.page.source_text)
            if name == "title":
                units = reader.strange(rest, units)
            edge = EDGE if name == "title" else 0.0
            span = best_span(rest, units, FLAGGED, topics, 0.0, edge, reader.language == "de")
            if span is None:
                break
            yield from decide.mark(span.start, span.end, span.confidence, f"{name} of {_named(span)}", name)
            if span.start == 0 and span.end == len(rest):
                break
            # what is marked is blanked, so that offsets stay true
            rest = rest[: span.start] + " " * (span.end - span.start) + rest[span.end :]


def titled(page: Page, titles: tuple[str, ...]) -> bool:
    """Whether something is set off from a title that may be a name nobody knows: short, and in small letters."""
    title = headline(page)
    heads = [titles[0]] if titles else []
    if title is not None:
        heads.append(title.text)
        heads += [segment.text[:60] for segment in page.segments[title.index + 1 : title.index + 2]]
    return any(_SMALL.search(head) for head in heads if len(head) < 300)


def sells(reader: Reader, titles: tuple[str, ...]) -> bool:
    """Whether the declared title or description holds what the text does not show."""
    said = " ".join(text for text in titles if text and text not in reader.page.source_text)
    extra = reader.own_terms
    return bool(said) and odd(said, reader.page.language, extra) and glance(said, reader.page.language, extra, "").worth
