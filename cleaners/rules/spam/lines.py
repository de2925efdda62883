"""Sentences and lines that sell what the page is not about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import quoted
from cleaners.rules.spam.decision import Decision
from cleaners.rules.spam.evidence import Unit
from cleaners.rules.spam.reader import Reader
from cleaners.rules.spam.spans import MIDDLE, Span, best_span
from cleaners.rules.spam.subject import headline, subjects
from cleaners.rules.spam.worth import LONGEST, Signs
from cleaners.stages.urls import host_of

FLAGGED: Final = MIDDLE - 0.1  # score from which a span is suspicious
HIDDEN: Final = 3.0  # what is hidden needs less proof
COMPANY: Final = 4.5  # what stands beside lines of spam needs less
EDGE: Final = 6.0  # … before or behind a title, with a separator
LINKED: Final = 1.5  # a block made of links to such things says it twice
SHORT: Final = 4  # words: a label may be an honest link
_ROUNDS: Final = 4


class Block(NamedTuple):
    """A segment and the spam in it."""

    segment: Segment
    spans: list[Span]
    units: list[Unit]


def spam_blocks(reader: Reader, decide: Decision, named: bool) -> Iterator[Mark]:
    """Marks on sentences and lines, and the page's `spam_score`.

    Args:
        named: the title, or what follows it, may begin or end with a name.
    """
    page = reader.page
    title = headline(page)
    signs = Signs(reader)
    known: dict[int, Block] = {}

    def read(index: int) -> Block:
        if index not in known:
            known[index] = _read(reader, page.segments[index], title, frozenset())
        return known[index]

    heads: list[int] = []
    first = set(signs.first())
    if title is not None:
        heads = [index for index in (title.index, title.index + 1) if index < len(page.segments)]
        if first and len(title.text) < 300 and (not signs.placed or title.index in signs.by_block):
            told = read(title.index)
            _forget(reader, subjects(page, [(title, told.spans, told.units)], title))
            first = set(Signs(reader).first()) | {title.index}
        if named:
            first.update(heads)
    if not any(read(index).spans for index in sorted(first)):
        return
    # there is spam: now everything is read that tells whether the page is about it
    blocks = {index: read(index) for index in sorted({*Signs(reader).all(), *first, *heads})}
    topics = subjects(page, [(block.segment, block.spans, block.units) for block in blocks.values()], title)
    page.facts["spam_score"] = _score(page, blocks)
    page.facts["spam_topics"] = topics
    if topics:
        blocks = {i: _read(reader, b.segment, title, topics) if b.spans else b for i, b in blocks.items()}
    _beside(reader, blocks, title, topics)
    for index in sorted(blocks):
        block = blocks[index]
        for span in block.spans:
            start, end = _whole(block.segment, span)
            confidence = span.confidence
            if block.segment.origin == "hidden":
                confidence = max(confidence, 0.9)
            yield from decide.mark(start, end, confidence, f"{_what(block.segment)} of {_named(span)}")


def _forget(reader: Reader, topics: frozenset[str]) -> None:
    """Take the words of the page's own subject out of what asks for a closer look."""
    weights = reader.sight.weights
    for word in [word for word in weights if reader.sight.categories.get(word, "") in topics]:
        del weights[word]


def _read(reader: Reader, segment: Segment, title: Segment | None, topics: frozenset[str], bonus: float = 0.0) -> Block:
    company = bonus > 0
    if segment.kind == "pre" or segment.origin in ("json_ld", "state") or quoted(segment) or len(segment.text) > LONGEST:
        return Block(segment, [], [])
    if segment.origin == "hidden":
        bonus += HIDDEN
        topics = frozenset()
    if segment.links and segment.link_chars * 3 > len(segment.text):
        bonus += LINKED if _leads_away(reader.page, segment) else -LINKED
    if reader.foreign(segment):
        bonus += 1.0
    edge = EDGE if _heads(reader.page, segment, title) else 0.0
    disguise = reader.plain(segment.text) or reader.spelled_out(segment.text)
    text = disguise.text if disguise else segment.text
    units = reader.units(text, disguised=disguise.disguised if disguise else frozenset())
    if edge:
        units = reader.strange(text, units)
    spans: list[Span] = []
    kept = list(range(len(text)))
    rest, left = text, units
    for _ in range(_ROUNDS):
        span = best_span(rest, left, FLAGGED, topics, bonus, edge, reader.language == "de", segment is not title, company)
        if span is None or (segment is title and span.end - span.start >= len(rest)):
            break
        first, last = kept[span.start], kept[span.end - 1] + 1
        spans.append(span._replace(start=first, end=last))
        kept = kept[: span.start] + kept[span.end :]
        rest = "".join(text[at] for at in kept)
        if not rest.strip():
            break
        left = reader.units(
            rest, disguised=frozenset(i for i, at in enumerate(kept) if disguise and at in disguise.disguised)
        )
        if edge:
            left = reader.strange(rest, left)
    if disguise:
        spans = [span._replace(start=disguise.at[span.start], end=disguise.at[span.end - 1] + 1) for span in spans]
        spans = [span._replace(end=len(segment.text)) if not segment.text[span.end :].strip() else span for span in spans]
    return Block(segment, spans, units)


def _leads_away(page: Page, segment: Segment) -> bool:
    """Whether a block's first link leads to another site: what is injected sells for somebody else."""
    host = host_of(segment.href)
    return bool(host) and host != host_of(page.url)


def _heads(page: Page, segment: Segment, title: Segment | None) -> bool:
    """Whether a block is the title or the lead below it: where names are put before and behind."""
    if title is None:
        return segment.kind == "h1" or segment.index == 0
    return segment is title or segment.kind == "h1" or title.index < segment.index <= title.index + 1


def _beside(reader: Reader, blocks: dict[int, Block], title: Segment | None, topics: frozenset[str]) -> None:
    """What stands between or beside lines of spam is read once more, with less patience."""
    segments = reader.page.segments
    for _ in range(3):
        whole = {i for i, b in blocks.items() if any(s.confidence >= 0.72 and _all(b.segment, s) for s in b.spans)}
        near = {j for i in whole for j in (i - 1, i + 1) if 0 <= j < len(segments) and j not in whole}
        changed = False
        for index in sorted(near):
            known = blocks.get(index)
            if segments[index].words > 25 or (known is not None and any(s.confidence >= 0.72 for s in known.spans)):
                continue
            both = index - 1 in whole and index + 1 in whole
            block = _read(reader, segments[index], title, topics, COMPANY + 1.5 * both)
            if block.spans:
                blocks[index] = block
                changed = True
        if not changed:
            return


def _all(segment: Segment, span: Span) -> bool:
    return (span.end - span.start) * 10 >= 9 * len(segment.text)


def _whole(segment: Segment, span: Span) -> tuple[int, int]:
    """The span in the page; a block of which nothing but signs would stay goes as a whole."""
    rest = segment.text[: span.start] + segment.text[span.end :]
    if not any(char.isalnum() for char in rest):
        return segment.start, segment.stop
    return segment.start + span.start, segment.start + span.end


def _what(segment: Segment) -> str:
    return "links" if segment.link_chars * 3 > len(segment.text) else "block"


def _named(span: Span) -> str:
    return f"{'/'.join(sorted(span.categories))}: {', '.join(span.seen)}"


def _score(page: Page, blocks: dict[int, Block]) -> float:
    """How much of what the page shows reads like spam."""
    total = sum(len(segment.text) for segment in page.segments if segment.origin == "visible") or 1
    spam = sum(
        (span.end - span.start) * span.confidence
        for block in blocks.values()
        if block.segment.origin == "visible"
        for span in block.spans
    )
    return round(min(1.0, spam / total), 3)
