"""How often something happens on a host, and whether it happens more often now: a likelihood ratio, page by page."""

from dataclasses import dataclass
from math import log

MEMORY = 5000.0  # pages: older ones fade, so that a host may change slowly


@dataclass(frozen=True, slots=True)
class Kind:
    """What is expected before a host is known, and what would be worth an alarm."""

    usual: float  # share of pages, on a host nobody knows
    weight: float  # pages that this expectation is worth
    least: float  # share from which it is worth an alarm
    times: float  # or that many times what is usual here
    alarm: float  # score


@dataclass(slots=True)
class Rate:
    """The running count of one kind of page, and the score of an alarm."""

    hits: float = 0.0
    pages: float = 0.0
    score: float = 0.0  # log likelihood of "more often now" over "as ever", never below 0


def usual(rate: Rate, kind: Kind) -> float:
    """The share of pages that is usual here.

    >>> spam = Kind(usual=0.001, weight=500, least=0.02, times=8, alarm=6)
    >>> round(usual(Rate(hits=10, pages=500), spam), 4)
    0.0105
    """
    return (rate.hits + kind.usual * kind.weight) / (rate.pages + kind.weight)


def see(rate: Rate, kind: Kind, hit: bool, *, learn: bool = True) -> bool:
    """Take in one page. Whether the score is past the alarm."""
    before = usual(rate, kind)
    worse = min(0.9, max(kind.least, kind.times * before))
    before = min(before, 0.5 * worse)
    step = log(worse / before) if hit else log((1 - worse) / (1 - before))
    rate.score = max(0.0, rate.score + step)
    if learn and rate.score < kind.alarm / 2:  # what may be a wave is not learnt from
        rate.hits += hit
        rate.pages += 1
        if rate.pages > MEMORY:
            rate.hits /= 2
            rate.pages /= 2
    return rate.score > kind.alarm
