"""Where a measure of a host's pages usually lies, and whether it lies elsewhere now: two cumulative sums.

Pages are taken five at a time. Three things move a host's figures though nothing is wrong: chance, the order in which
a crawler walks (runs of one template), and the rhythm of day and week. Chance is seen between neighbouring fives, the
rest as what the spread over weeks has beyond it; a change must exceed both to count, and go on to add up.
"""

from dataclasses import dataclass
from math import sqrt

FIVE = 5  # pages a block
YOUNG = 20  # blocks before the first judgement
NOISE = 0.75  # spreads between neighbouring blocks that do not count
RHYTHM = 1.2  # spreads of slow movement that do not count
ALARM = 20.0  # spreads, added up
MOST = 4.0  # spreads that one block can add: a single odd page is no alarm
FEWEST = 60  # blocks that are remembered at least
WEEKS = 14 * 86_400_000  # ms that are remembered where there are more pages
FLOOR = 0.02  # spread below which nobody would care
PRIOR = 0.07  # spread of a block's mean, on a host nobody knows
PRIOR_WEIGHT = 6.0  # blocks that this expectation is worth
OWN = 1.5  # a host that wandered as far before must wander this much farther
FADE = 0.999
SUSPICIOUS = 8.0  # score from which blocks are learnt from less
SUSPECT = 0.25  # weight of blocks that may belong to a change


@dataclass(slots=True)
class Level:
    """Running means of one measure, by blocks, and two scores."""

    mean: float = 0.0
    spread: float = 0.0  # mean squared distance from the mean
    noise: float = 0.0  # half the mean squared distance of neighbours
    last: float = 0.0
    up: float = 0.0
    down: float = 0.0
    sum: float = 0.0  # of the block that is being filled
    up_reach: float = 0.0  # how far `up` went this time
    up_peak: float = 0.0  # how far it went before without being an alarm
    down_reach: float = 0.0
    down_peak: float = 0.0


def noise_of(level: Level, blocks: int) -> float:
    """The spread that chance gives to a block here."""
    known = max(0, blocks - 1)
    mixed = (level.noise * known + PRIOR**2 * PRIOR_WEIGHT) / (known + PRIOR_WEIGHT)
    return sqrt(mixed + FLOOR**2)


def slack_of(level: Level, noise: float) -> float:
    """How far a block may lie off without counting."""
    return NOISE * noise + RHYTHM * sqrt(max(0.0, level.spread - level.noise))


def judge(level: Level, value: float, blocks: int) -> tuple[bool, bool]:
    """Add a block to the scores; whether they are past the alarm, upward and downward. `blocks` counts this one."""
    if blocks < YOUNG:
        level.up = level.down = 0.0
        return False, False
    noise = noise_of(level, blocks)
    slack = slack_of(level, noise)
    away = value - level.mean
    level.up = max(0.0, level.up + max(-MOST, min(MOST, (away - slack) / noise)))
    level.down = max(0.0, level.down + max(-MOST, min(MOST, (-away - slack) / noise)))
    up_alarm, down_alarm = max(ALARM, OWN * level.up_peak), max(ALARM, OWN * level.down_peak)
    level.up_reach, level.up_peak = _wandered(min(level.up, up_alarm), level.up_reach, level.up_peak)
    level.down_reach, level.down_peak = _wandered(min(level.down, down_alarm), level.down_reach, level.down_peak)
    return level.up > up_alarm, level.down > down_alarm


def _wandered(score: float, reach: float, peak: float) -> tuple[float, float]:
    """Reach and peak after a block: what came back by itself was nothing."""
    return (max(reach, score), peak) if score > 0 else (0.0, max(FADE * peak, reach))


def nearness(level: Level) -> float:
    """How near it is to an alarm: 1 is one."""
    return max(level.up / max(ALARM, OWN * level.up_peak), level.down / max(ALARM, OWN * level.down_peak))


def forgive(level: Level) -> None:
    """Begin to add up anew. An alarm that ended by itself is what this host does now and then."""
    level.up_peak, level.down_peak = max(level.up_peak, level.up_reach), max(level.down_peak, level.down_reach)
    level.up = level.down = level.up_reach = level.down_reach = 0.0


def learn(level: Level, value: float, blocks: int, elapsed: int) -> None:
    """Remember a block. `blocks` counts it; `elapsed` is ms since the one before."""
    if blocks == 1:
        level.mean = level.last = value
        level.spread = level.noise = 0.0
        return
    weight = max(1 / blocks, min(1 / FEWEST, elapsed / WEEKS))
    limit = 3 * sqrt(max(level.spread, noise_of(level, blocks) ** 2))
    if max(level.up, level.down) > SUSPICIOUS:
        weight *= SUSPECT
    away = value - level.mean
    if blocks >= YOUNG:
        away = max(-limit, min(limit, away))
    step = max(-1.5 * limit, min(1.5 * limit, value - level.last))
    level.noise += (1.0 if blocks == 2 else weight) * (step * step / 2 - level.noise)
    level.mean += weight * away
    level.spread = (1 - weight) * (level.spread + weight * away * away)
    level.last = value
