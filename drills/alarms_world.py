"""Hosts as a crawler meets them: templates, runs of one template, rhythm of day and week; some get a new template."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from worker.quality.baseline import Seen

HOUR = 3_600_000
WEEK = 168 * HOUR
START = 1_700_000_000_000 // WEEK * WEEK
SPAM_RATE = 2e-5  # pages taken for spam by mistake
LEAST_KEPT = 0.35  # a break moves the mean kept share by at least this,
LEAST_CONFIDENCE = 0.25  # or the mean confidence by this


@dataclass(frozen=True, slots=True)
class Break:
    """A new template from `at` on, on most of the pages."""

    at: float  # hours
    kind: str  # falls: text is lost; rises: menus get through; unsure: confidence falls
    strength: float  # 0 … 1
    confidence: float  # how far it falls
    part: float  # of the pages


class Host:
    """One host: what its pages are like."""

    def __init__(self, name: str, dice: random.Random) -> None:
        self.name = name
        self.dice = dice
        self.rate = min(2500.0, max(15.0, 80 * math.exp(dice.gauss(0, 1)))) / 168  # pages an hour
        shares = sorted((dice.gammavariate(shape, 1) for shape in (1.5, 0.7, 0.4)), reverse=True)
        shares = shares[: dice.randint(1, 3)]
        self.shares = [share / sum(shares) for share in shares]
        self.kept = [(dice.uniform(0.15, 0.92), dice.uniform(0.02, 0.10)) for _ in shares]
        self.sure = [(dice.uniform(0.55, 0.95), dice.uniform(0.02, 0.08)) for _ in shares]
        self.run = dice.uniform(0, 0.6)  # chance that the next page has the template of this one
        self.weekend = dice.gauss(0, 0.03)
        self.day = abs(dice.gauss(0, 0.02))
        self.noon = dice.uniform(0, 24)
        self.moved = dice.uniform(0, 0.35) if dice.random() < 0.5 and len(shares) > 1 else 0.0  # to the second, at weekends
        self.swing = dice.uniform(0, 0.8)  # of the number of pages over the day

    def may_break(self, least_kept: float, least_confidence: float) -> Break | None:
        """A break of this host that is large enough to be one, if the dice give it."""
        dice = self.dice
        kind = dice.choice(("falls", "rises", "unsure"))
        found = Break(0.0, kind, dice.random(), dice.uniform(0.1, 0.35), dice.uniform(0.7, 1.0))
        mean = sum(share * kept for share, (kept, _) in zip(self.shares, self.kept, strict=True))
        moved = {"falls": mean * (0.95 - 0.5 * found.strength), "rises": (1 - mean) * (0.6 + 0.35 * found.strength)}
        fallen = found.confidence * (1.0 if kind == "unsure" else 0.5)
        if moved.get(kind, 0.0) * found.part >= least_kept or fallen * found.part >= least_confidence:
            return found
        return None

    def pages(self, weeks: float, broken: Break | None) -> Iterator[tuple[Seen, bool]]:
        """Pages in order, and whether the break was there."""
        dice = self.dice
        at = dice.uniform(0, 24)
        template = 0
        templates = range(len(self.shares))
        while True:
            hour = math.sin(2 * math.pi * (at - self.noon) / 24)
            weekend = at // 24 % 7 >= 5
            at += dice.expovariate(1) / (self.rate * (1 + self.swing * hour) * (0.6 if weekend else 1.1))
            if at >= weeks * 168:
                return
            if dice.random() > self.run:
                template = dice.choices(templates, self.shares)[0]
                if weekend and dice.random() < self.moved:
                    template = 1
            shift = self.weekend * weekend + self.day * hour
            kept = dice.gauss(self.kept[template][0] + shift, self.kept[template][1])
            sure = dice.gauss(self.sure[template][0] + 0.3 * shift, self.sure[template][1])
            after = broken is not None and at > broken.at
            if broken is not None and after and dice.random() < broken.part:
                if broken.kind == "falls":
                    kept *= 0.05 + 0.5 * broken.strength
                elif broken.kind == "rises":
                    kept += (1 - kept) * (0.6 + 0.35 * broken.strength)
                sure -= broken.confidence * (1.0 if broken.kind == "unsure" else 0.5)
            if dice.random() < 0.02:  # a page like no other
                kept, sure = dice.random(), dice.random()
            yield self._seen(at, kept, sure), after

    def _seen(self, at: float, kept: float, sure: float) -> Seen:
        dice = self.dice
        spam = 0.1 if dice.random() < SPAM_RATE else 0.0
        verdict = "soft_404" if dice.random() < 0.01 else "content"
        language = "en" if dice.random() > 0.02 else "fr"
        kept, sure = min(1.0, max(0.0, kept)), min(1.0, max(0.0, sure))
        return Seen(self.name, START + int(at * HOUR), kept, sure, spam, verdict, language, "")
