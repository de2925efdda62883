"""What is usual for one host, in a few hundred bytes, taken further with every page.

Bins of an hour cannot tell a host's new template within fifty pages; this can.
"""

from dataclasses import dataclass, field, fields
from operator import attrgetter
from struct import Struct
from typing import NamedTuple

from worker.quality import level, novelty, rates, sides
from worker.quality.level import FIVE, Level
from worker.quality.novelty import BINS, Novelty, Score
from worker.quality.rates import Kind, Rate
from worker.quality.sides import Sides

CALM = 6  # blocks in a row as usual, until an alarm is over
TOGETHER = 1.8  # nearness of all views to their alarms
SETTLED = 60  # blocks in another way, until that is what is usual

SPAM = Kind(usual=0.001, weight=500, least=0.03, times=10, alarm=6.5)
FAILED = Kind(usual=0.02, weight=50, least=0.4, times=5, alarm=14)
FOREIGN = Kind(usual=0.03, weight=50, least=0.4, times=5, alarm=14)
SPAM_SHARE = 0.02  # share of a page's words from which it counts as hacked

SIGNS = ("kept_share", "confidence", "spam_wave", "verdicts", "language_drift")


class Seen(NamedTuple):
    """One page as the watch sees it."""

    host: str
    at: int  # ms
    kept_share: float
    confidence: float
    spam_share: float
    verdict: str
    language: str
    document_id: str


class Sign(NamedTuple):
    """Something began, or is over."""

    kind: str  # one of SIGNS
    began: bool
    usual: float
    now: float
    score: float
    settled: bool = False  # over, because it has become what is usual


@dataclass(slots=True)
class Baseline:
    """The running state of one host."""

    blocks: int = 0
    fill: int = 0  # pages in the block being filled
    pages: int = 0
    block_at: int = 0  # ms of the last full block
    open: int = 0  # bits: which of SIGNS is on
    calm: int = 0  # blocks as usual in a row, since one is on
    odd: int = 0  # blocks since then
    language: str = ""  # the usual one
    kept_share: Level = field(default_factory=Level)
    confidence: Level = field(default_factory=Level)
    recent: list[float] = field(default_factory=lambda: [0.0, 0.0])  # means of the last block
    novelty: Novelty = field(default_factory=Novelty)
    sides: Sides = field(default_factory=Sides)
    spam: Rate = field(default_factory=Rate)
    failed: Rate = field(default_factory=Rate)
    foreign: Rate = field(default_factory=Rate)


_LEVEL = attrgetter(*(one.name for one in fields(Level)))
_FORM = Struct("<IBIqBBB3s" + "11f" * 2 + "2f" + "3f" * 6 + f"{2 * BINS}Hb12f")


STATE_BYTES = _FORM.size


def pack(state: Baseline) -> bytes:
    """For the database."""
    levels = [value for one in (state.kept_share, state.confidence) for value in _LEVEL(one)]
    counts = [value for one in (state.spam, state.failed, state.foreign) for value in (one.hits, one.pages, one.score)]
    counts += [value for one in state.novelty.scores for value in (one.now, one.reach, one.peak)]
    head = (state.blocks, state.fill, state.pages, state.block_at, state.open, state.calm, state.odd)
    return _FORM.pack(
        *(*head, state.language.encode()[:3], *levels, *state.recent, *counts, *state.novelty.kept, *state.novelty.sure),
        *(state.sides.last, *state.sides.after_low, *state.sides.after_high, state.sides.low, state.sides.high),
        *(value for one in (state.sides.fell, state.sides.rose) for value in (one.now, one.reach, one.peak)),
    )


def unpack(data: bytes) -> Baseline:
    """
    >>> state = Baseline(pages=7, language="vi")
    >>> unpack(pack(state)) == state, len(pack(state)) < 330
    (True, True)
    """
    blocks, fill, pages, block_at, is_open, calm, odd, language, *numbers = _FORM.unpack(data)
    kept, sure = [int(n) for n in numbers[42 : 42 + BINS]], [int(n) for n in numbers[42 + BINS : 42 + 2 * BINS]]
    last, *side = numbers[42 + 2 * BINS :]
    return Baseline(
        blocks=blocks,
        fill=fill,
        pages=pages,
        block_at=block_at,
        open=is_open,
        calm=calm,
        odd=odd,
        language=language.rstrip(b"\0").decode(),
        kept_share=Level(*numbers[0:11]),
        confidence=Level(*numbers[11:22]),
        recent=list(numbers[22:24]),
        spam=Rate(*numbers[24:27]),
        failed=Rate(*numbers[27:30]),
        foreign=Rate(*numbers[30:33]),
        novelty=Novelty(kept, sure, sum(kept), (Score(*numbers[33:36]), Score(*numbers[36:39]), Score(*numbers[39:42]))),
        sides=Sides(side[0:2], side[2:4], int(last), side[4], side[5], Score(*side[6:9]), Score(*side[9:12])),
    )


def is_on(state: Baseline, kind: str) -> bool:
    """Whether that sign is on."""
    return bool(state.open & 1 << SIGNS.index(kind))


def see(state: Baseline, page: Seen) -> list[Sign]:
    """Take in one page; what began or ended with it."""
    signs: list[Sign] = []
    state.pages += 1
    _language(state, page.language)
    foreign = bool(page.language) and page.language != state.language
    for kind, rate, known, hit in (
        ("spam_wave", state.spam, SPAM, page.spam_share >= SPAM_SHARE),
        ("verdicts", state.failed, FAILED, page.verdict != "content"),
        ("language_drift", state.foreign, FOREIGN, foreign),
    ):
        on = is_on(state, kind)
        past = rates.see(rate, known, hit, learn=not on)
        rate.score = min(rate.score, 2 * known.alarm)  # so that it can be over some day
        if past and not on:
            signs.append(
                _switch(
                    state,
                    kind,
                    True,
                    rates.usual(rate, known),
                    max(known.least, known.times * rates.usual(rate, known)),
                    rate.score,
                )
            )
        elif on and rate.score == 0.0:
            signs.append(_switch(state, kind, False, rates.usual(rate, known), 0.0, 0.0))
    if page.verdict == "content":  # a page without content says nothing of how content is told apart
        signs += _novel(state, page)
        signs += _fill(state, page)
    return signs


def _language(state: Baseline, language: str) -> None:
    """The usual language is the first that is not outvoted: a majority found with one name and one count."""
    if language and (not state.language or (state.foreign.pages >= 20 and state.foreign.hits > 0.6 * state.foreign.pages)):
        state.language = language
        state.foreign = Rate()


def _novel(state: Baseline, page: Seen) -> list[Sign]:
    on = is_on(state, "kept_share") or is_on(state, "confidence")
    fired = novelty.see(state.novelty, page.kept_share, page.confidence, learn=not on)
    gone = sides.see(state.sides, page.kept_share, learn=not on)
    if on or (fired < 0 and not gone and _together(state) < TOGETHER):
        return []
    kind, one = ("confidence", state.confidence) if fired == 1 else ("kept_share", state.kept_share)
    score = state.novelty.scores[fired].now if fired >= 0 else max(state.sides.fell.now, state.sides.rose.now)
    state.calm = state.odd = 0
    return [_switch(state, kind, True, one.mean, state.recent[fired == 1], score)]


def _together(state: Baseline) -> float:
    """What no view of the pages is sure of may be clear from all of them."""
    level_ = max(level.nearness(state.kept_share), level.nearness(state.confidence))
    return novelty.nearness(state.novelty) + sides.nearness(state.sides) + level_


def _fill(state: Baseline, page: Seen) -> list[Sign]:
    state.kept_share.sum += page.kept_share
    state.confidence.sum += page.confidence
    state.fill += 1
    if state.fill < FIVE:
        return []
    signs: list[Sign] = []
    state.fill = 0
    state.blocks += 1
    elapsed, state.block_at = page.at - (state.block_at or page.at), page.at
    usual_again = novelty.is_calm(state.novelty) and sides.is_calm(state.sides)
    for at, (kind, one) in enumerate((("kept_share", state.kept_share), ("confidence", state.confidence))):
        value, one.sum = one.sum / FIVE, 0.0
        up, down = level.judge(one, value, state.blocks)
        state.recent[at] = value
        if is_on(state, kind):
            noise = level.noise_of(one, state.blocks)
            usual_again &= abs(value - one.mean) <= level.slack_of(one, noise) + noise
        else:
            if up or down:
                signs.append(_switch(state, kind, True, one.mean, value, max(one.up, one.down)))
                state.calm = state.odd = 0
                usual_again = False
            level.learn(one, value, state.blocks, elapsed)
    if is_on(state, "kept_share") or is_on(state, "confidence"):
        signs += _over(state, usual_again)
    return signs


def _over(state: Baseline, usual_again: bool) -> list[Sign]:
    """Whether what began is over: back for long enough, or here for so long that it is what is usual now."""
    state.calm = state.calm + 1 if usual_again else 0
    state.odd += 1
    settled = state.odd >= SETTLED
    if state.calm < CALM and not settled:
        return []
    signs = []
    for at, (kind, one) in enumerate((("kept_share", state.kept_share), ("confidence", state.confidence))):
        if is_on(state, kind):
            signs.append(_switch(state, kind, False, one.mean, state.recent[at], 0.0)._replace(settled=settled))
        level.forgive(one)
    novelty.forgive(state.novelty)
    sides.forgive(state.sides)
    if settled:
        state.novelty, state.sides = Novelty(), Sides()
        state.blocks, state.kept_share, state.confidence = 0, Level(), Level()
    state.calm = state.odd = 0
    return signs


def _switch(state: Baseline, kind: str, on: bool, usual: float, now: float, score: float) -> Sign:
    bit = 1 << SIGNS.index(kind)
    state.open = state.open | bit if on else state.open & ~bit
    return Sign(kind, on, usual, now, score)
