"""What a report is made from: sums that can be added in any order, and examples that do not depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleaners.page import WHITE_SPACE, Cleaned, Drop

BINS = 20
EXAMPLES = 4  # per reason
SHOWN = 320  # characters of a removed part
AROUND = 90  # characters before and behind it
HOSTS = 50_000  # in memory at once when ranges are added up; beyond it the smallest go

_COUNTS = ("languages", "verdicts", "kinds", "skips", "filters", "errors", "notes")


class Tally:
    """Sums over records. Adding two gives the sums over both."""

    def __init__(self) -> None:
        self.pages = 0  # that were cleaned, whatever became of them
        self.chars_in = 0
        self.chars_kept = 0
        self.words_kept = 0
        self.bytes_in = 0
        self.counts: dict[str, dict[str, int]] = {name: {} for name in _COUNTS}
        self.reasons: dict[str, list[int]] = {}  # drops, characters, pages
        self.kept = [0] * BINS
        self.confidence = [0] * BINS
        self.hosts: dict[str, list[int]] = {}  # pages, characters in, characters kept, pages without text
        self.examples: dict[str, list[tuple[str, dict[str, Any]]]] = {}  # reason -> (key, example), smallest keys

    def count(self, kind: str, name: str) -> None:
        table = self.counts[kind]
        table[name] = table.get(name, 0) + 1

    def page(self, cleaned: Cleaned, words: int, host: str, url: str, key: str) -> None:
        """Add one cleaned page. `key` orders examples: a digest of the page."""
        self.pages += 1
        self.words_kept += words
        self.count("languages", cleaned.language or "unknown")
        self.count("verdicts", cleaned.verdict)
        self.count("kinds", cleaned.page_kind if cleaned.input_kind == "html" else "plain text")
        for note in cleaned.notes:
            self.count("notes", note)
        gone = 0
        first: dict[str, Drop] = {}
        for drop in cleaned.drops:
            if drop.reason == WHITE_SPACE:
                continue
            size = drop.end - drop.start
            sums = self.reasons.get(drop.reason)
            if sums is None:
                sums = self.reasons[drop.reason] = [0, 0, 0]
            sums[0] += 1
            sums[1] += size
            if drop.reason not in first:
                first[drop.reason] = drop
                sums[2] += 1
            if drop.field == "text":
                gone += size
        left = len(cleaned.text)
        self.chars_in += left + gone
        self.chars_kept += left
        self.kept[_bin(left / (left + gone) if left + gone else 0.0)] += 1
        self.confidence[_bin(cleaned.confidence)] += 1
        sums = self.hosts.get(host)
        if sums is None:
            sums = self.hosts[host] = [0, 0, 0, 0]
        sums[0] += 1
        sums[1] += left + gone
        sums[2] += left
        sums[3] += not left
        for reason, drop in first.items():
            self._example(cleaned, reason, drop, url, key)

    def _example(self, cleaned: Cleaned, reason: str, drop: Drop, url: str, key: str) -> None:
        held = self.examples.setdefault(reason, [])
        if drop.field != "text" or (len(held) == EXAMPLES and key >= held[-1][0]):
            return
        source = cleaned.source_text
        example = {
            "reason": reason,
            "rule": drop.rule,
            "text": drop.text[:SHOWN],
            "more": max(0, len(drop.text) - SHOWN),
            "before": source[max(0, drop.start - AROUND) : drop.start],
            "after": source[drop.end : drop.end + AROUND],
            "evidence": drop.evidence,
            "language": cleaned.language,
            "url": url[:300],
        }
        _place(held, (key, example))

    def add(self, other: Tally) -> None:
        self.pages += other.pages
        self.chars_in += other.chars_in
        self.chars_kept += other.chars_kept
        self.words_kept += other.words_kept
        self.bytes_in += other.bytes_in
        for kind, table in other.counts.items():
            own = self.counts[kind]
            for name, count in table.items():
                own[name] = own.get(name, 0) + count
        for mine, theirs in ((self.reasons, other.reasons), (self.hosts, other.hosts)):
            for name, sums in theirs.items():
                known = mine.get(name)
                mine[name] = [a + b for a, b in zip(known, sums, strict=True)] if known else list(sums)
        self.kept = [a + b for a, b in zip(self.kept, other.kept, strict=True)]
        self.confidence = [a + b for a, b in zip(self.confidence, other.confidence, strict=True)]
        for reason, examples in other.examples.items():
            held = self.examples.setdefault(reason, [])
            for example in examples:
                _place(held, example)
        if len(self.hosts) > 2 * HOSTS:
            ranked = sorted(self.hosts.items(), key=lambda item: (-item[1][0], item[0]))
            self.hosts = dict(ranked[:HOSTS])

    def to_json(self) -> dict[str, Any]:
        return {
            "pages": self.pages,
            "chars_in": self.chars_in,
            "chars_kept": self.chars_kept,
            "words_kept": self.words_kept,
            "bytes_in": self.bytes_in,
            **{name: dict(sorted(table.items())) for name, table in self.counts.items()},
            "reasons": dict(sorted(self.reasons.items())),
            "kept": self.kept,
            "confidence": self.confidence,
            "hosts": dict(sorted(self.hosts.items())),
            "examples": dict(sorted(self.examples.items())),
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Tally:
        tally = cls()
        for name in ("pages", "chars_in", "chars_kept", "words_kept", "bytes_in"):
            setattr(tally, name, form[name])
        tally.counts = {name: dict(form[name]) for name in _COUNTS}
        tally.reasons = {name: list(sums) for name, sums in form["reasons"].items()}
        tally.kept, tally.confidence = list(form["kept"]), list(form["confidence"])
        tally.hosts = {name: list(sums) for name, sums in form["hosts"].items()}
        tally.examples = {reason: [(key, one) for key, one in held] for reason, held in form["examples"].items()}
        return tally


def _bin(share: float) -> int:
    return min(BINS - 1, int(share * BINS))


def _place(held: list[tuple[str, dict[str, Any]]], example: tuple[str, dict[str, Any]]) -> None:
    if any(key == example[0] for key, _ in held):
        return
    held.append(example)
    held.sort(key=lambda pair: pair[0])
    del held[EXAMPLES:]
