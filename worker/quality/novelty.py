"""Whether a host's pages lie where its pages never lay: a likelihood ratio against its own histograms, page by page.

Means say little of a host with two templates that keep a fifth and nine tenths: a third one between them moves no mean.
What a host does now and then, in runs, is known here and counts for nothing, however long the run.
"""

from dataclasses import dataclass, field
from math import log

BINS = 20
WHOLE = 5  # units that a page adds to a histogram
DOUBTFUL = 1  # and one that may belong to a change
MOST = 600 * WHOLE  # units remembered; then all are halved
YOUNG = 100 * WHOLE  # units before the first judgement
PRIOR = 4.0 * WHOLE  # units spread evenly: nothing is impossible
BESIDE = 0.25  # of a neighbouring bin's pages: what lies next to the usual is nearly usual
ELSEWHERE = (0.05, 0.08)  # chance of a bin if the pages are of another kind: kept share, confidence (half its bins are used)
CLIP = 2.0  # one page says no more than this
DRIFT = 0.3  # taken off with each page
ALARM = (25.0, 25.0, 35.0)  # scores of kept share, of confidence, of both together
SUSPICIOUS = 10.0  # score from which pages are learnt from less
OWN = 1.5  # a host that wandered as far before must wander this much farther
FADE = 0.999


@dataclass(slots=True)
class Score:
    """A cumulative sum, how far it went this time, and how far it ever went without being an alarm."""

    now: float = 0.0
    reach: float = 0.0
    peak: float = 0.0


def _bins() -> list[int]:
    return [0] * BINS


@dataclass(slots=True)
class Novelty:
    """Histograms of kept share and confidence, and three scores."""

    kept: list[int] = field(default_factory=_bins)
    sure: list[int] = field(default_factory=_bins)
    units: int = 0
    scores: tuple[Score, Score, Score] = field(default_factory=lambda: (Score(), Score(), Score()))


def see(state: Novelty, kept: float, sure: float, *, learn: bool) -> int:
    """Take in one page. Which score is past its alarm: 0 kept share, 1 confidence, 2 both; -1 none."""
    places = (min(BINS - 1, int(kept * BINS)), min(BINS - 1, int(sure * BINS)))
    fired = -1
    suspect = False
    if state.units >= YOUNG:
        first = _step(state.kept, state.units, places[0], ELSEWHERE[0])
        second = _step(state.sure, state.units, places[1], ELSEWHERE[1])
        for at, step in enumerate((first, second, first + second)):
            score = state.scores[at]
            alarm = max(ALARM[at], OWN * score.peak)
            score.now = min(2 * alarm, max(0.0, score.now + step - DRIFT))
            suspect = suspect or score.now > SUSPICIOUS
            if score.now > alarm:
                fired = at
            if learn and score.now == 0.0:
                score.peak, score.reach = max(FADE * score.peak, score.reach), 0.0
            elif learn:
                score.reach = max(score.reach, min(score.now, alarm))
    if learn:
        units = DOUBTFUL if suspect else WHOLE
        state.kept[places[0]] += units
        state.sure[places[1]] += units
        state.units += units
        if state.units > MOST:
            state.kept = [n // 2 for n in state.kept]
            state.sure = [n // 2 for n in state.sure]
            state.units = sum(state.kept)
    return fired


def nearness(state: Novelty) -> float:
    """How near it is to an alarm: 1 is one."""
    return max(score.now / max(alarm, OWN * score.peak) for score, alarm in zip(state.scores, ALARM, strict=True))


def is_calm(state: Novelty) -> bool:
    """Nothing is adding up."""
    return all(score.now == 0.0 for score in state.scores)


def forgive(state: Novelty) -> None:
    """Begin to add up anew. An alarm that ended by itself is what this host does now and then."""
    for score in state.scores:
        score.peak = max(score.peak, score.reach)
        score.now = score.reach = 0.0


def _step(bins: list[int], units: int, at: int, elsewhere: float) -> float:
    """How much more likely this page is of another kind."""
    beside = (bins[at - 1] if at else 0) + (bins[at + 1] if at < BINS - 1 else 0)
    here = (BESIDE * beside + (1 - 2 * BESIDE) * bins[at] + PRIOR / BINS) / (units + PRIOR)
    return max(-CLIP, min(CLIP, log(elsewhere / here)))
