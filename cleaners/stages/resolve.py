"""The one place where text is dropped: marks and scores in, disjoint drops out.

Precedence: explicit keep, then spam and hidden text, then the other rules, then the judge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, NamedTuple

from cleaners.page import WHITE_SPACE, Drop, Mark, Page, Segment

_ATTACHED: Final = ",.)]،。，、"
_FIRST_CLASS: Final = frozenset({"spam_injection", "hidden_text"})


class Resolved(NamedTuple):
    """What became of the source text."""

    text: str
    drops: list[Drop]
    kept: list[bool]  # per segment: some of its text stands in `text`


def precedence(mark: Mark) -> int:
    """Lower acts first. A rule that is not certain of its keep yields to spam and hidden text."""
    if mark.action == "keep":
        return 0 if mark.confidence == 1.0 else 2
    return 1 if mark.reason in _FIRST_CLASS else 3


def resolve(page: Page, marks: Iterable[Mark], judged: list[Mark | None]) -> Resolved:
    """Apply `marks` (drop and keep) and the judge's word per segment (a drop, or None to keep)."""
    segments = page.segments
    source = page.source_text
    starts = [segment.start for segment in segments]
    owner: list[Mark | None] = [None] * len(segments)
    inside: dict[int, list[Mark]] = {}
    for mark in sorted(marks, key=precedence):
        at = max(0, bisect_right(starts, mark.start) - 1)
        while at < len(segments) and segments[at].start < mark.end:
            segment = segments[at]
            if mark.start <= segment.start and mark.end >= segment.stop:
                if owner[at] is None:
                    owner[at] = mark
            elif mark.end > segment.start and mark.start < segment.stop and owner[at] is None:
                inside.setdefault(at, []).append(mark)
            at += 1

    whole: list[Mark | None] = []  # per segment: the drop that takes all of it
    parts: dict[int, list[tuple[int, int, Mark]]] = {}
    for index, segment in enumerate(segments):
        mark_here = owner[index]
        pieces = _pieces(segment, inside[index], source) if index in inside else None
        if mark_here is not None:
            whole.append(mark_here if mark_here.action == "drop" else None)
            if mark_here.action == "keep" and pieces:
                parts[index] = pieces  # spans that outrank the keep
        elif judged[index] is not None and not _keeps(inside.get(index)):
            whole.append(judged[index])
        else:
            if pieces and not _remains(segment, pieces, source):
                whole.append(pieces[0][2])
                continue
            whole.append(None)
            if pieces:
                parts[index] = pieces
    return _account(page, whole, parts)


def _keeps(marks: list[Mark] | None) -> bool:
    return bool(marks) and any(mark.action == "keep" for mark in marks or ())


def _pieces(segment: Segment, marks: list[Mark], source: str) -> list[tuple[int, int, Mark]]:
    """Disjoint sorted spans inside one segment; earlier marks win, keeps leave holes."""
    taken: list[tuple[int, int]] = []
    out: list[tuple[int, int, Mark]] = []
    for mark in marks:
        free = [(max(mark.start, segment.start), min(mark.end, segment.stop))]
        for low, high in taken:
            free = [
                piece
                for start, end in free
                for piece in ((start, min(end, low)), (max(start, high), end))
                if piece[0] < piece[1]
            ]
        taken.extend(free)
        if mark.action == "drop":
            out.extend((start, end, mark) for start, end in free)
    out.sort()
    return out


def _remains(segment: Segment, pieces: list[tuple[int, int, Mark]], source: str) -> bool:
    at = segment.start
    for start, end, _ in pieces:
        if source[at:start].strip():
            return True
        at = end
    return bool(source[at : segment.stop].strip())


def _account(page: Page, whole: list[Mark | None], parts: dict[int, list[tuple[int, int, Mark]]]) -> Resolved:
    segments = page.segments
    source = page.source_text
    drops: list[Drop] = []
    if segments:
        _space(drops, source, 0, segments[0].start)
    kept = [mark is None for mark in whole]
    last_kept = max((index for index, keep in enumerate(kept) if keep), default=-1)
    index = 0
    count = len(segments)
    while index < count:
        segment = segments[index]
        mark = whole[index]
        if mark is None:
            if index in parts:
                _inside(segment, parts[index], source, drops)
            if index == last_kept:
                _space(drops, source, segment.stop, segment.end)
            index += 1
            continue
        run_end = index + 1  # past the dropped run between two kept segments
        while run_end < count and whole[run_end] is not None:
            run_end += 1
        between = index > 0 and run_end < count
        widest = index - 1 if between else -1
        if between:
            gaps = range(index - 1, run_end)
            widest = max(gaps, key=lambda i: (_width(segments[i], source), -i))
            if _width(segments[widest], source) == 1 and source[segments[run_end].start] in _ATTACHED:
                # it stood right behind a word before something was put between them
                widest = min(gaps, key=lambda i: (_width(segments[i], source), i))
            if widest != index - 1:
                _space(drops, source, segments[index - 1].stop, segments[index - 1].end)
        _dropped_run(segments, whole, index, run_end, widest, source, drops)
        index = run_end
    pieces: list[str] = []
    at = 0
    for drop in drops:
        pieces.append(source[at : drop.start])
        at = drop.end
    pieces.append(source[at:])
    return Resolved("".join(pieces), drops, kept)


def _width(segment: Segment, source: str) -> int:
    """How far the gap behind a block parts it from the next: not, as words, lines or paragraphs."""
    if segment.stop == segment.end:
        return 0
    return 1 + min(2, source.count("\n", segment.stop, segment.end))


def _dropped_run(
    segments: list[Segment],
    whole: list[Mark | None],
    first: int,
    past: int,
    widest: int,
    source: str,
    drops: list[Drop],
) -> None:
    """Drop segments `first` … `past`-1: neighbours of one reason and rule become one span."""
    start = segments[first].start
    at = first
    while at < past:
        mark = whole[at]
        assert mark is not None
        confidence = mark.confidence
        until = at
        while until + 1 < past and until != widest:
            following = whole[until + 1]
            assert following is not None
            if following.reason != mark.reason or following.rule != mark.rule:
                break
            confidence = min(confidence, following.confidence)
            until += 1
        stop = segments[until].stop
        drops.append(Drop("text", start, stop, source[start:stop], mark.reason, mark.rule, confidence, mark.evidence))
        if until != widest:
            _space(drops, source, stop, segments[until].end)
        start = segments[until].end
        at = until + 1


def _space(drops: list[Drop], source: str, start: int, end: int) -> None:
    if start < end:
        drops.append(Drop("text", start, end, source[start:end], WHITE_SPACE, WHITE_SPACE, 1.0, ""))


def _inside(segment: Segment, pieces: list[tuple[int, int, Mark]], source: str, drops: list[Drop]) -> None:
    """Spans inside a kept segment, with the one space that would be left double."""
    at = segment.start  # what stands before it is settled
    for start, end, mark in pieces:
        if start < at:
            start = at
        before = source[at:start]
        lead = start == segment.start or (not before.strip() and at == segment.start)
        if lead and before:
            _space(drops, source, at, start)
        drops.append(Drop("text", start, end, source[start:end], mark.reason, mark.rule, mark.confidence, mark.evidence))
        after = end
        if lead or (start > segment.start and source[start - 1].isspace()):
            while after < segment.stop and source[after].isspace():
                after += 1
        _space(drops, source, end, after)
        at = after
    last_start = pieces[-1][0]
    if at >= segment.stop:
        # the cut ends the segment: the space before it goes too
        begin = last_start
        while begin > segment.start and source[begin - 1].isspace():
            begin -= 1
        if begin < last_start and (len(pieces) == 1 or begin >= pieces[-2][1]):
            position = next(i for i, drop in enumerate(drops) if drop.start == last_start)
            space = Drop("text", begin, last_start, source[begin:last_start], WHITE_SPACE, WHITE_SPACE, 1.0, "")
            drops.insert(position, space)
