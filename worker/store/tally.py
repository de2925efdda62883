"""What one transaction adds to counters and roll-ups, as one row: no hot row is touched on the way."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from worker.store.ids import HOUR
from worker.store.nouns import Document
from worker.store.tables_rollup import delta

BINS = 20
MOVES = "moves"  # the counter of changes of state; labels lane, before, after


def labels_text(labels: Mapping[str, str]) -> str:
    """Labels as the key of a counter."""
    return json.dumps(labels, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def bin_of(share: float) -> int:
    """The bin of a number from 0 to 1.

    >>> bin_of(0), bin_of(0.05), bin_of(1), bin_of(2)
    (0, 1, 19, 19)
    """
    return max(0, min(BINS - 1, int(share * BINS)))


@dataclass(slots=True)
class Sums:
    """Sums over pages. Histograms are sparse: bin -> pages."""

    pages: int = 0
    words_in: int = 0
    words_kept: int = 0
    cpu_ms: float = 0.0
    confidence: Counter[int] = field(default_factory=Counter)
    kept_share: Counter[int] = field(default_factory=Counter)

    def add(self, document: Document | None, cpu_ms: float) -> None:
        """Count a page; one that was set aside has no document."""
        self.pages += 1
        self.cpu_ms += cpu_ms
        if document is not None:
            self.words_in += document.words_in
            self.words_kept += document.words_kept
            self.confidence[bin_of(document.confidence)] += 1
            self.kept_share[bin_of(document.kept_share)] += 1

    def form(self) -> list[Any]:
        """As JSON."""
        return [self.pages, self.words_in, self.words_kept, self.cpu_ms, self.confidence, self.kept_share]


class Tally:
    """Adds up while a transaction goes on; `write` leaves one row."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.moves: Counter[tuple[str, str, str]] = Counter()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.totals: dict[tuple[str, ...], Sums] = {}
        self.hosts: dict[tuple[str, str], Sums] = {}
        self.reasons: dict[tuple[str, str, str], list[int]] = {}
        self.host_reasons: dict[tuple[str, str], list[int]] = {}
        self.seen: list[tuple[str, float, float]] = []  # (host, confidence, kept share) in order

    def move(self, lane: str, before: str, after: str, times: int = 1) -> None:
        """Revisions went from one state to another; "" is where they come from, "deleted" where they go."""
        self.moves[lane, before, after] += times

    def change_lane(self, before: str, after: str, state: str) -> None:
        """A revision goes on in another lane; lanes are counted apart."""
        if before != after:
            self.move(before, state, "moved")
            self.move(after, "moved", state)

    def count(self, name: str, labels: Mapping[str, str] | None = None, value: float = 1) -> None:
        """Add to a counter."""
        self.counts[name, labels_text(labels or {})] += value  # type: ignore[assignment]  # seconds are no whole numbers

    def page(
        self, lane: str, source: str, host: str, outcome: str, found: Document | None, version: str, cpu: float
    ) -> None:
        """A page was cleaned, or set aside. `outcome` is its verdict, or rejected or dead."""
        language = (found.language or "") if found is not None else ""
        self.totals.setdefault((lane, source, version, language, outcome), Sums()).add(found, cpu)
        self.hosts.setdefault((host, lane), Sums()).add(found, cpu)
        if found is None:
            return
        if lane != "reclean":
            self.seen.append((host, round(found.confidence, 4), round(found.kept_share, 4)))
        by_reason: dict[str, list[int]] = {}
        for reason, rule, drops, words in found.reasons:
            _add(self.reasons.setdefault((lane, reason, rule), [0, 0, 0]), drops, words, 1)
            _add(by_reason.setdefault(reason, [0, 0]), drops, words)
        for reason, (drops, words) in by_reason.items():
            _add(self.host_reasons.setdefault((host, reason), [0, 0, 0]), drops, words, 1)

    def write(self, connection: sa.Connection) -> None:
        """The row, unless there is nothing to tell."""
        form: dict[str, Any] = {
            "moves": [[*key, times] for key, times in self.moves.items()],
            "counts": [[*key, value] for key, value in self.counts.items()],
            "totals": [[*key, sums.form()] for key, sums in self.totals.items()],
            "hosts": [[*key, sums.form()] for key, sums in self.hosts.items()],
            "reasons": [[*key, values] for key, values in self.reasons.items()],
            "host_reasons": [[*key, values] for key, values in self.host_reasons.items()],
            "seen": self.seen,
        }
        form = {name: rows for name, rows in form.items() if rows}
        if form:
            form["hour"] = self.at - self.at % HOUR
            body = json.dumps(form, separators=(",", ":"), ensure_ascii=False)
            connection.execute(sa.insert(delta), {"body": body})


def _add(sums: list[int], *more: int) -> None:
    for at, value in enumerate(more):
        sums[at] += value
