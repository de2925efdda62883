"""A page's source text cut at what was removed, ready to be shown in place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cleaners.page import WHITE_SPACE, Drop, Mark
from cleaners.replay import rebuild
from worker.store.form import account
from worker.store.nouns import Document

MOST = 200_000  # characters shown; a browser is slow beyond


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the source text: kept, dropped, or kept and suspicious."""

    text: str
    drop: Drop | None = None
    flag: Mark | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What was dropped under one reason."""

    reason: str
    spans: int
    characters: int


@dataclass(frozen=True, slots=True)
class Source:
    """All a page view needs of the account."""

    pieces: tuple[Piece, ...]
    reasons: tuple[Summary, ...]  # most characters first
    fields: tuple[Drop, ...]  # what was cut out of title and description
    notes: tuple[str, ...]
    length: int
    cut: bool  # the text is longer than is shown


def source_of(document: Document) -> Source:
    form = account(document)
    drops = [Drop(**drop) for drop in form["drops"]]
    flags = [Mark(**flag) for flag in form["flags"]]
    source = rebuild(document.text, drops)
    mine = [drop for drop in drops if drop.field == "text"]
    return Source(
        pieces=tuple(_pieces(source[:MOST], mine, [flag for flag in flags if flag.field == "text"])),
        reasons=_summary(mine),
        fields=tuple(drop for drop in drops if drop.field != "text"),
        notes=tuple(form["notes"]),
        length=len(source),
        cut=len(source) > MOST,
    )


def _pieces(source: str, drops: Sequence[Drop], flags: Sequence[Mark]) -> Iterator[Piece]:
    at = 0
    for drop in drops:
        if drop.start >= len(source):
            break
        yield from _kept(source, at, drop.start, flags)
        yield Piece(source[drop.start : drop.end], drop)
        at = drop.end
    yield from _kept(source, at, len(source), flags)


def _kept(source: str, start: int, end: int, flags: Sequence[Mark]) -> Iterator[Piece]:
    """Kept text, with the flags inside it. Where flags overlap, the first one is shown."""
    at = start
    for flag in sorted(flags, key=lambda flag: (flag.start, -flag.end)):
        left, right = max(flag.start, at), min(flag.end, end)
        if left >= right:
            continue
        if at < left:
            yield Piece(source[at:left])
        yield Piece(source[left:right], flag=flag)
        at = right
    if at < end:
        yield Piece(source[at:end])


def _summary(drops: Sequence[Drop]) -> tuple[Summary, ...]:
    spans: dict[str, list[int]] = {}
    for drop in drops:
        if drop.reason != WHITE_SPACE:
            spans.setdefault(drop.reason, []).append(len(drop.text))
    found = [Summary(reason, len(sizes), sum(sizes)) for reason, sizes in spans.items()]
    return tuple(sorted(found, key=lambda one: (-one.characters, one.reason)))
