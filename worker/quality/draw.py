"""Which spans people are asked about: more where the cleaner is likely to be wrong, a fifth anywhere, kept text too.

A document is drawn by its id, then some of its spans by theirs: the same document draws the same spans everywhere, and
each span knows how likely it was.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

UNIFORM = 0.2  # share of the draw that looks at nothing
SPANS = 4.0  # spans asked about in a drawn document
RARE_SHARE = 0.02  # of all drops; below it a reason is rare
RARE = 3.0  # a span of a rare reason is that much more likely
SURE = 0.8  # confidence from which a document is not looked at for it
NEW_HOST = 200  # pages
LIKE = 0.6  # agreement with the second opinion below which a document is looked at for it


class Span(NamedTuple):
    """A part of the source text that was removed, or kept."""

    start: int
    end: int
    reason: str  # "" for kept text
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a document before it is drawn."""

    document_id: str
    confidence: float
    host_pages: int  # seen of its host so far
    agreement: float | None  # with the second opinion, where there is one


class Drawn(NamedTuple):
    """A span to ask about."""

    span: Span
    why: str
    probability: float


def chance(*names: object) -> float:
    """A number from 0 to 1 that depends on names alone.

    >>> 0 <= chance("a", 1) < 1, chance("a", 1) == chance("a", 1), chance("a", 1) == chance("a", 2)
    (True, True, False)
    """
    digest = hashlib.blake2b("\0".join(map(str, names)).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def interest(facts: Facts) -> tuple[float, str]:
    """How much a document is worth looking at, 0 to 1, and what for."""
    found = [
        (min(1.0, max(0.0, (SURE - facts.confidence) / SURE) * 2), "low confidence"),
        (0.5 if facts.host_pages < NEW_HOST else 0.0, "new host"),
        (1.0 if facts.agreement is not None and facts.agreement < LIKE else 0.0, "second opinion disagrees"),
    ]
    worth, why = max(found, key=lambda one: one[0])
    return worth, why if worth > 0 else "any"


def of_document(facts: Facts, rate: float) -> tuple[float, str]:
    """How likely a document is drawn, and what for. `rate` is that of one of the highest interest."""
    worth, why = interest(facts)
    return min(1.0, rate * (UNIFORM + (1 - UNIFORM) * worth)), why


def is_drawn(facts: Facts, rate: float) -> bool:
    """Whether it is."""
    return chance("document", facts.document_id) < of_document(facts, rate)[0]


def draw(facts: Facts, spans: Sequence[Span], rate: float, shares: Mapping[str, float]) -> list[Drawn]:
    """The spans to ask about in a document that is drawn. `shares`: reason -> its share among all drops."""
    if not spans:
        return []
    probability, why = of_document(facts, rate)
    weights = [_weight(span, spans, shares) for span in spans]
    total = sum(weights)
    drawn = []
    for span, weight in zip(spans, weights, strict=True):
        of_span = min(1.0, SPANS * (UNIFORM / len(spans) + (1 - UNIFORM) * weight / total))
        if chance("span", facts.document_id, span.start, span.end) < of_span:
            rare = bool(span.reason) and shares.get(span.reason, 0.0) < RARE_SHARE
            drawn.append(Drawn(span, "rare reason" if rare else why, probability * of_span))
    return drawn


def _weight(span: Span, spans: Sequence[Span], shares: Mapping[str, float]) -> float:
    """Kept and removed text get half each; among what was removed, rare reasons more."""
    kept = sum(not one.reason for one in spans)
    if not span.reason:
        return 1 / kept if kept < len(spans) else 1.0
    removed = len(spans) - kept
    return (RARE if shares.get(span.reason, 0.0) < RARE_SHARE else 1.0) / removed
