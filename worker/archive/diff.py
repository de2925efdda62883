"""Two runs over one input: which texts changed, by how much, and under which reasons."""

from __future__ import annotations

import difflib
import hashlib
import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cleaners.page import WHITE_SPACE
from worker.archive.ledger import Ledger
from worker.archive.reading import accounts

SAMPLES = 12
BINS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.01)  # shares of words that differ
LONGEST = 1_500  # characters shown of one side

Pair = tuple[dict[str, Any], dict[str, Any] | None]


@dataclass(slots=True)
class Difference:
    """Sums over all records of both runs."""

    records: int = 0
    only: list[int] = field(default_factory=lambda: [0, 0])  # records in one run alone
    same: int = 0
    changed: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)  # that are not the same in both
    words: list[int] = field(default_factory=lambda: [0, 0])
    lost: int = 0  # words in the first text that the second does not have
    gained: int = 0
    by_share: list[int] = field(default_factory=lambda: [0] * (len(BINS) - 1))
    reasons: dict[str, list[int]] = field(default_factory=dict)  # characters removed in either
    samples: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        form = {name: getattr(self, name) for name in self.__slots__ if name != "outcomes"}
        form["outcomes"] = {f"{a} -> {b}": count for (a, b), count in sorted(self.outcomes.items())}
        form["reasons"] = dict(sorted(self.reasons.items()))
        form["by_share"] = {
            f"{low:.0%} to {min(high, 1):.0%}": n for low, high, n in zip(BINS, BINS[1:], self.by_share, strict=False)
        }
        return form


def difference(first: Ledger, second: Ledger) -> Difference:
    """Compare two runs record by record."""
    out = Difference()
    most: list[tuple[float, str, dict[str, Any]]] = []
    by_name = dict(_inputs(second))
    for name, rows in _inputs(first):
        ours, theirs = _records(first, rows), _records(second, by_name.pop(name, []))
        for one, other in _matched(ours, theirs):
            _count(out, one, other, most)
    for rows in by_name.values():
        for pair in _records(second, rows):
            _count(out, None, pair, most)
    out.samples = [sample for _, _, sample in sorted(most, key=lambda entry: (-entry[0], entry[1]))]
    return out


def _inputs(ledger: Ledger) -> Iterator[tuple[str, list[Any]]]:
    rows: list[Any] = []
    for row in ledger.in_order():
        if rows and rows[-1].input != row.input:
            yield rows[-1].input, rows
            rows = []
        rows.append(row)
    if rows:
        yield rows[-1].input, rows


def _records(ledger: Ledger, rows: list[Any]) -> Iterator[Pair]:
    for row in rows:
        yield from accounts(ledger.place, row)


def _matched(ours: Iterator[Pair], theirs: Iterator[Pair]) -> Iterator[tuple[Pair | None, Pair | None]]:
    """Pairs of the same place; both come in the order of the input."""
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        if one is None or (other is not None and other[0]["at"] < one[0]["at"]):
            yield None, other
            other = next(theirs, None)
        elif other is None or one[0]["at"] < other[0]["at"]:
            yield one, None
            one = next(ours, None)
        else:
            yield one, other
            one, other = next(ours, None), next(theirs, None)


def _count(out: Difference, one: Pair | None, other: Pair | None, most: list[tuple[float, str, dict[str, Any]]]) -> None:
    out.records += 1
    for index, pair in enumerate((one, other)):
        if pair is not None:
            for drop in pair[0]["drops"]:
                if drop["reason"] != WHITE_SPACE:
                    out.reasons.setdefault(drop["reason"], [0, 0])[index] += len(drop["text"])
    if one is None or other is None:
        out.only[0 if other is None else 1] += 1
        return
    outcome, now = one[0]["outcome"], other[0]["outcome"]
    if outcome != now:
        out.outcomes[outcome, now] += 1
    before, after = _text(one), _text(other)
    if before == after:
        out.same += 1
        size = len(before.split())
        out.words = [out.words[0] + size, out.words[1] + size]
        return
    out.changed += 1
    a, b = Counter(before.split()), Counter(after.split())
    lost, gained = (a - b).total(), (b - a).total()
    out.lost += lost
    out.gained += gained
    out.words = [out.words[0] + a.total(), out.words[1] + b.total()]
    share = (lost + gained) / max(a.total() + b.total(), 1)
    out.by_share[next(at for at, high in enumerate(BINS[1:]) if share < high)] += 1
    key = hashlib.sha256(one[0]["id"].encode("utf-8", "replace")).hexdigest()
    if len(most) < SAMPLES or (share, key) > (most[0][0], most[0][1]):
        entry = (share, key, _sample(one[0], before, after, share))
        (heapq.heappush if len(most) < SAMPLES else heapq.heappushpop)(most, entry)


def _text(pair: Pair) -> str:
    account, row = pair
    return str(row["text"] if row is not None else account.get("text", ""))


def _sample(account: dict[str, Any], before: str, after: str, share: float) -> dict[str, Any]:
    """The lines that differ, beside each other."""
    a, b = before.splitlines(), after.splitlines()
    left: list[str] = []
    right: list[str] = []
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            left += [line for line in a[a1:a2] if line.strip()]
            right += [line for line in b[b1:b2] if line.strip()]
    return {
        "id": account["id"],
        "language": account["language"],
        "changed": round(share, 4),
        "before": "\n".join(left)[:LONGEST],
        "after": "\n".join(right)[:LONGEST],
    }
