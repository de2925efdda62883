"""Whether a host of two kinds of pages, of which one keeps much and one little, now has one kind only.

A new template on the one kind may give what the other kind always gave. No page is then new, and in means it drowns in the
order in which a crawler walks. So pages are told apart by the kind they are nearer to, and runs are known: how often a page
of a kind follows on one of its own.
"""

from dataclasses import dataclass, field
from math import log

from worker.quality.novelty import FADE, OWN, Score

APART = 0.3  # the middles of the two kinds are at least this far from each other
FORGET = 0.005  # weight of a page in the middle of its kind
FIRST = 20.0  # pages to begin with
YOUNG = 100.0  # pages with a side, before the first judgement
MEMORY = 1000.0  # of them; then all are halved
PRIOR = 4.0
LEAST = 0.35  # share of pages that a kind had, for its end to be worth an alarm
MOST = 0.82  # of more than that the other kind is rare, and a run of it is new by itself (novelty.py)
DRIFT = 0.03  # taken off with each page
GONE = 0.1  # share of pages on the side that is gone, if it is
ALARM = 15.0  # score
SUSPICIOUS = 5.0  # score from which pages are learnt from less
SUSPECT = 0.2


@dataclass(slots=True)
class Sides:
    """How pages of both sides follow on each other, and a score for each side being gone."""

    after_low: list[float] = field(default_factory=lambda: [0.0, 0.0])  # low, high
    after_high: list[float] = field(default_factory=lambda: [0.0, 0.0])
    last: int = -1  # side of the page before: 0 low, 1 high
    low: float = 0.0  # the middles of both kinds
    high: float = 0.0
    fell: Score = field(default_factory=Score)
    rose: Score = field(default_factory=Score)


def see(state: Sides, kept: float, *, learn: bool) -> bool:
    """Take in one page. Whether a kind is gone."""
    known = sum(state.after_low) + sum(state.after_high)
    if state.last < 0:
        state.low = state.high = kept
    if known < FIRST:  # from the outermost pages they find their places
        state.low, state.high = min(state.low, kept), max(state.high, kept)
    side = int(kept > (state.low + state.high) / 2)
    before, state.last = state.last, side
    if before < 0:
        return False
    counts = state.after_high if before else state.after_low
    fired = suspect = False
    if known >= YOUNG and state.high - state.low >= APART:
        here = (counts[side] + PRIOR / 2) / (counts[0] + counts[1] + PRIOR)
        for score, gone in ((state.fell, 1), (state.rose, 0)):
            alarm = max(ALARM, OWN * score.peak)
            usual = (state.after_low[gone] + state.after_high[gone]) / known
            step = log((GONE if side == gone else 1 - GONE) / here) - DRIFT if LEAST <= usual <= MOST else -DRIFT
            score.now = min(2 * alarm, max(0.0, score.now + step))
            fired |= score.now > alarm
            suspect |= score.now > SUSPICIOUS
            if learn and score.now == 0.0:
                score.peak, score.reach = max(FADE * score.peak, score.reach), 0.0
            elif learn:
                score.reach = max(score.reach, min(score.now, alarm))
    if learn:
        weight = max(FORGET, 1 / (2 + known / 2)) * (SUSPECT if suspect else 1.0)
        if side:
            state.high += weight * (kept - state.high)
        else:
            state.low += weight * (kept - state.low)
        counts[side] += SUSPECT if suspect else 1.0
        if known > MEMORY:
            state.after_low = [n / 2 for n in state.after_low]
            state.after_high = [n / 2 for n in state.after_high]
    return fired


def nearness(state: Sides) -> float:
    """How near it is to an alarm: 1 is one."""
    return max(score.now / max(ALARM, OWN * score.peak) for score in (state.fell, state.rose))


def is_calm(state: Sides) -> bool:
    """Nothing is adding up."""
    return state.fell.now == state.rose.now == 0.0


def forgive(state: Sides) -> None:
    """Begin to add up anew. An alarm that ended by itself is what this host does now and then."""
    for score in (state.fell, state.rose):
        score.peak = max(score.peak, score.reach)
        score.now = score.reach = 0.0
