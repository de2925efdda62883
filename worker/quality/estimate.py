"""A share estimated from reviewed spans that were not drawn alike, with an interval that can be trusted.

Each span counts for as many as its probability of being drawn says (Hájek's estimator: the weights are divided by their
sum). Spans of one page are alike, so pages are what varies: the variance is that of the pages' sums. The interval is the
exact one for a share, taken with as many independent spans as have that variance (Korn and Graubard).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from worker.quality.beta import quantile

LEVEL = 0.95
HALF_WIDTH = 0.05  # an interval this narrow is narrow enough
FEWEST_PAGES = 30  # below that nothing is said to be known
Z = 1.96


class Judged(NamedTuple):
    """One reviewed span."""

    page: str
    right: bool
    probability: float  # of being drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share, and how well it is known."""

    share: float | None  # None: nothing was reviewed
    low: float
    high: float
    verdicts: int
    pages: int
    worth: float  # independent spans that would tell as much
    needed: int  # verdicts more, until the interval is narrow enough


def estimate(judged: Sequence[Judged], *, accuracy: float = 1.0, half_width: float = HALF_WIDTH) -> Estimate:
    """The share that is right. `accuracy` is how often reviewers are known to be right themselves."""
    if not judged:
        return Estimate(share=None, low=0.0, high=1.0, verdicts=0, pages=0, worth=0.0, needed=FEWEST_PAGES)
    total = sum(1 / one.probability for one in judged)
    share = sum(1 / one.probability for one in judged if one.right) / total
    by_page: dict[str, float] = defaultdict(float)
    weight_of: dict[str, float] = defaultdict(float)
    for one in judged:
        by_page[one.page] += (one.right - share) / one.probability / total
        weight_of[one.page] += 1 / one.probability
    pages = len(by_page)
    worth = _worth(share, by_page.values(), weight_of.values(), len(judged), pages)
    low, high = interval(share, worth)
    needed = _needed(share, len(judged), worth, pages, half_width)
    return Estimate(
        share=_corrected(share, accuracy),
        low=_corrected(low, accuracy),
        high=_corrected(high, accuracy),
        verdicts=len(judged),
        pages=pages,
        worth=worth,
        needed=needed,
    )


def _worth(share: float, sums: Iterable[float], weights: Iterable[float], verdicts: int, pages: int) -> float:
    """How many independent spans, all drawn alike, would have this variance."""
    weights = list(weights)
    even = sum(weights) ** 2 / sum(weight * weight for weight in weights)  # pages, if they counted alike
    if pages < 2:
        return 1.0
    variance = pages / (pages - 1) * sum(value * value for value in sums)
    if variance <= 0:  # all are right, or none: the pages say no more than their number
        return min(even, verdicts)
    return max(1.0, min(share * (1 - share) / variance, verdicts))


def interval(share: float, worth: float, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of a share of `worth` independent spans.

    >>> [round(end, 3) for end in interval(0.9, 100)]
    [0.824, 0.951]
    """
    right = share * worth
    wrong = worth - right
    tail = (1 - level) / 2
    low = quantile(tail, right, wrong + 1) if right > 0 else 0.0
    high = quantile(1 - tail, right + 1, wrong) if wrong > 0 else 1.0
    return low, high


def _corrected(share: float, accuracy: float) -> float:
    """What the share is, if reviewers who are right so often see it as this."""
    if accuracy >= 1.0:
        return share
    return min(1.0, max(0.0, (share + accuracy - 1) / (2 * accuracy - 1)))


def _needed(share: float, verdicts: int, worth: float, pages: int, half_width: float) -> int:
    """Verdicts more, if the next are as alike as those so far."""
    careful = (share * worth + 1) / (worth + 2)  # never 0 or 1
    independent = Z * Z * careful * (1 - careful) / (half_width * half_width)
    each = verdicts / worth
    return max(0, ceil(independent * each) - verdicts, ceil((FEWEST_PAGES - pages) * verdicts / pages))
