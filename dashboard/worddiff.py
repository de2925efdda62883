"""What two texts differ in, word by word: lines first, then the words of lines that changed. Bounded, whatever comes.

Myers' greedy search finds the fewest changes; past a number of them the texts have little in common, and are shown whole.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

Op = Literal["same", "gone", "new"]

MOST = 200_000  # characters of each text that are looked at
MOST_LINES, MOST_WORDS = 600, 400  # changes among lines, and among the words of one place
LONGEST_PLACE = 4_000  # words; a longer place is shown as a whole
SHOWN = 240  # characters of the same text around a change
# characters of scripts without spaces; words; signs; white space
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\w+|[^\w\s]|\s+")


class Piece(NamedTuple):
    """A part of both texts, or of one."""

    op: Op
    text: str
    left_out: int = 0  # characters of the same text that are not shown, in the middle


def difference(before: str, after: str) -> list[Piece]:
    """The pieces in order: those not new are `before`, those not gone are `after`.

    >>> [tuple(piece)[:2] for piece in difference("The old ferry sails.", "The ferry sails again.")]
    [('same', 'The '), ('gone', 'old '), ('same', 'ferry sails'), ('new', ' again'), ('same', '.')]
    """
    pieces: list[Piece] = []
    left, right = before[:MOST].splitlines(keepends=True), after[:MOST].splitlines(keepends=True)
    for same, gone, new in _runs(left, right, MOST_LINES):
        if same:
            _add(pieces, "same", "".join(same))
        else:
            _words(pieces, "".join(gone), "".join(new))
    return pieces


def shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """The same with the middle of long unchanged stretches left out."""
    found: list[Piece] = []
    for at, piece in enumerate(pieces):
        head = SHOWN if at else 0  # nothing changed before the first
        tail = SHOWN if at + 1 < len(pieces) else 0
        if piece.op != "same" or len(piece.text) <= head + tail + SHOWN:
            found.append(piece)
            continue
        if head:
            found.append(Piece("same", piece.text[:head]))
        found.append(Piece("same", "", len(piece.text) - head - tail))
        if tail:
            found.append(Piece("same", piece.text[-tail:]))
    return found


def counted(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Words that are gone, and that are new."""
    sums = {"same": 0, "gone": 0, "new": 0}
    for piece in pieces:
        sums[piece.op] += sum(1 for word in _WORD.findall(piece.text) if word.strip())
    return sums["gone"], sums["new"]


def told(before: str, after: str, whole: bool) -> dict[str, Any]:
    """What a template shows of a difference: its pieces, shortened unless the whole is asked for, and their counts."""
    pieces = difference(before, after)
    gone, new = counted(pieces)
    return {"pieces": pieces if whole else shortened(pieces), "gone": gone, "new": new, "whole": whole}


def _words(pieces: list[Piece], gone: str, new: str) -> None:
    left, right = _WORD.findall(gone), _WORD.findall(new)
    if max(len(left), len(right)) > LONGEST_PLACE:
        _add(pieces, "gone", gone)
        _add(pieces, "new", new)
        return
    minus = plus = ""
    for same, lost, found in _runs(left, right, MOST_WORDS):
        kept = "".join(same)
        if (minus or plus) and not kept.strip():  # white space alone holds no two changes apart
            minus += kept + "".join(lost)
            plus += kept + "".join(found)
            continue
        _add(pieces, "gone", minus)
        _add(pieces, "new", plus)
        _add(pieces, "same", kept)
        minus, plus = "".join(lost), "".join(found)
    common = _space_in_common(minus, plus)
    _add(pieces, "gone", minus[: len(minus) - common])
    _add(pieces, "new", plus[: len(plus) - common])
    _add(pieces, "same", minus[len(minus) - common :])


def _space_in_common(one: str, other: str) -> int:
    """Characters of white space that both end with."""
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count] and one[-1 - count].isspace():
        count += 1
    return count


def _add(pieces: list[Piece], op: Op, text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].op == op:
        pieces[-1] = Piece(op, pieces[-1].text + text)
    else:
        pieces.append(Piece(op, text))


Run = tuple[Sequence[str], Sequence[str], Sequence[str]]  # what is the same; or what is gone, and what is new there


def _runs(left: Sequence[str], right: Sequence[str], most: int) -> Iterator[Run]:
    """Stretches in order."""
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    if head:
        yield left[:head], (), ()
    a, b = left[head : len(left) - tail], right[head : len(right) - tail]
    x = y = 0
    for start, other, size in [*_matches(a, b, most), (len(a), len(b), 0)]:
        if start > x or other > y:
            yield (), a[x:start], b[y:other]
        if size:
            yield a[start : start + size], (), ()
        x, y = start + size, other + size
    if tail:
        yield left[len(left) - tail :], (), ()


def _matches(a: Sequence[str], b: Sequence[str], most: int) -> list[tuple[int, int, int]]:
    """(place in a, place in b, length) of what is common, in order; nothing when there are more than `most` changes."""
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for changes in range(min(most, len(a) + len(b)) + 1):
        trace.append(dict(furthest))
        for k in range(-changes, changes + 1, 2):
            down = k == -changes or (k != changes and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= len(a) and y >= len(b):
                return _way_back(trace, len(a), len(b))
    return []


def _way_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for changes in range(len(trace) - 1, -1, -1):
        furthest = trace[changes]
        k = x - y
        down = k == -changes or (k != changes and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        from_x = furthest[before]
        begin = max(0, from_x if down else from_x + 1)
        if changes == 0:
            begin = 0
        if x > begin:
            found.append((begin, begin - k, x - begin))
        x, y = from_x, from_x - before
    return found[::-1]
