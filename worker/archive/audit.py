"""Was it right to remove that? A random draw of removals per reason and language, labels, and what they say."""

from __future__ import annotations

import hashlib
import heapq
import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cleaners.page import WHITE_SPACE
from worker.archive.apply import source_of
from worker.archive.ledger import Ledger
from worker.archive.reading import accounts

LABELS = "audit.jsonl"
AROUND = 200  # characters of context
Z = 1.959964  # of a 95 % interval
Stratum = tuple[str, str]  # reason, language


@dataclass(frozen=True, slots=True)
class Removal:
    """One removal to be judged."""

    key: str  # names it for good: digest of the source, place and reason
    reason: str
    language: str
    rule: str
    evidence: str
    before: str
    text: str
    after: str
    id: str


@dataclass(slots=True)
class Draw:
    """What is to be judged, and how many removals each stratum has."""

    removals: list[Removal] = field(default_factory=list)
    sizes: Counter[Stratum] = field(default_factory=Counter)


def draw(ledger: Ledger, per: int, seed: int, reasons: frozenset[str] = frozenset()) -> Draw:
    """Draw up to `per` removals of every reason in every language, evenly at random, the same for the same seed."""
    out = Draw()
    held: dict[Stratum, list[tuple[int, str, Removal]]] = {}
    for row in ledger.in_order():
        for account, text in accounts(ledger.place, row):
            source = ""
            for drop in account["drops"]:
                reason = drop["reason"]
                if drop["field"] != "text" or reason == WHITE_SPACE or (reasons and reason not in reasons):
                    continue
                stratum = (reason, account["language"] or "unknown")
                out.sizes[stratum] += 1
                key = f"{account['source_sha256'][:16]}-{drop['start']}-{drop['end']}-{reason}"
                rank = -int.from_bytes(hashlib.blake2b(f"{seed} {key}".encode(), digest_size=8).digest(), "big")
                best = held.setdefault(stratum, [])
                if (len(best) >= per and rank <= best[0][0]) or any(known == key for _, known, _ in best):
                    continue  # a page that came twice is drawn once
                source = source or source_of(text["text"] if text is not None else account["text"], account)
                removal = Removal(
                    key=key,
                    reason=reason,
                    language=stratum[1],
                    rule=drop["rule"],
                    evidence=drop["evidence"],
                    before=source[max(0, drop["start"] - AROUND) : drop["start"]],
                    text=drop["text"],
                    after=source[drop["end"] : drop["end"] + AROUND],
                    id=account["id"],
                )
                (heapq.heappush if len(best) < per else heapq.heapreplace)(best, (rank, key, removal))
    for stratum in sorted(held):
        out.removals += [removal for _, _, removal in sorted(held[stratum], key=lambda entry: (-entry[0], entry[1]))]
    return out


def load_labels(ledger: Ledger) -> dict[str, bool]:
    """Labels given before, by the removal's key."""
    try:
        data = ledger.place.read(LABELS)
    except FileNotFoundError:
        return {}
    rows = (json.loads(line) for line in data.splitlines())
    return {row["key"]: row["right"] for row in rows}


def save_labels(ledger: Ledger, labels: dict[str, bool], known: Iterable[Removal]) -> None:
    """Write all labels down, with what they were given for."""
    about = {removal.key: removal for removal in known}
    lines = []
    for key, right in sorted(labels.items()):
        removal = about.get(key)
        more = {"reason": removal.reason, "language": removal.language, "text": removal.text[:200]} if removal else {}
        lines.append(json.dumps({"key": key, "right": right, **more}, ensure_ascii=False))
    ledger.place.write(LABELS, ("\n".join(lines) + "\n").encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Precision:
    """Share of removals that were right, with its 95 % interval."""

    reason: str
    judged: int
    right: int
    share: float  # right of those judged; over all reasons weighted by their removals
    low: float
    high: float
    removals: int  # in the run


def precision(drawn: Draw, labels: dict[str, bool]) -> list[Precision]:
    """Per reason, then over all: there reasons count by how many removals they have."""
    judged: dict[str, list[bool]] = {}
    for removal in drawn.removals:
        if removal.key in labels:
            judged.setdefault(removal.reason, []).append(labels[removal.key])
    sizes: Counter[str] = Counter()
    for (reason, _), count in drawn.sizes.items():
        sizes[reason] += count
    out = []
    for reason in sorted(judged):
        right = sum(judged[reason])
        low, high = wilson(right, len(judged[reason]))
        out.append(Precision(reason, len(judged[reason]), right, right / len(judged[reason]), low, high, sizes[reason]))
    if len(out) > 1:
        out.append(_over_all(out))
    return out


def _over_all(rows: list[Precision]) -> Precision:
    whole = sum(row.removals for row in rows)
    mean = sum(row.share * row.removals for row in rows) / whole
    smoothed = [((row.right + 1) / (row.judged + 2), row) for row in rows]  # no stratum is certain after a few labels
    spread = math.sqrt(sum((row.removals / whole) ** 2 * p * (1 - p) / row.judged for p, row in smoothed))
    low, high = max(0.0, mean - Z * spread), min(1.0, mean + Z * spread)
    judged, right = sum(row.judged for row in rows), sum(row.right for row in rows)
    return Precision("all, by number of removals", judged, right, mean, low, high, whole)


def wilson(right: int, judged: int) -> tuple[float, float]:
    """Bounds of a share, which hold for few labels and for shares near one.

    >>> tuple(round(bound, 3) for bound in wilson(20, 20))
    (0.839, 1.0)
    """
    if not judged:
        return 0.0, 1.0
    share = right / judged
    middle = (share + Z * Z / (2 * judged)) / (1 + Z * Z / judged)
    half = Z * math.sqrt(share * (1 - share) / judged + Z * Z / (4 * judged * judged)) / (1 + Z * Z / judged)
    return max(0.0, middle - half), min(1.0, middle + half)
