"""Text that is clean already must pass through whole: what goes from it is lost, not cleaned."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from benchmarks.data import DataSet, Sample
from benchmarks.metrics import words
from benchmarks.progress import progress
from benchmarks.report import Figure, Section, table

LOST = 0.005
RUINED = 0.1  # a text that loses more than this share was judged wrongly as a whole


@dataclass(frozen=True, slots=True)
class Passage:
    """One gold text cleaned as plain text."""

    dataset: str
    id: str
    language: str
    words: int
    lost: int
    by_reason: Counter[str]  # words in the drops
    stable: bool  # cleaning the output changes nothing

    @property
    def share(self) -> float:
        return self.lost / self.words


def passage(clean: Callable[..., Any], dataset: DataSet, sample: Sample) -> Passage:
    """Clean one gold text, and what came out once more."""
    first = clean(sample.gold, content_type="text/plain")
    wanted = words(sample.gold, split_cjk=True)
    by_reason: Counter[str] = Counter()
    for drop in first.drops:
        if drop.field == "text":
            by_reason[drop.reason] += words(drop.text, split_cjk=True).total()
    return Passage(
        dataset=dataset.name,
        id=sample.id,
        language=sample.language,
        words=wanted.total(),
        lost=(wanted - words(first.text, split_cjk=True)).total(),
        by_reason=by_reason,
        stable=not first.text.strip() or clean(first.text, content_type="text/plain").text == first.text,
    )


def run(datasets: Sequence[DataSet]) -> Section:
    """Loss by data set and by reason, the worst texts, and the figures to reach."""
    clean: Callable[..., Any] = import_module("cleaners").clean
    passages = [
        passage(clean, dataset, sample)
        for dataset in datasets
        for sample in progress(f"gold {dataset.name}", dataset, len(dataset))
        if words(sample.gold)  # an empty gold text has nothing to lose
    ]
    total = sum(one.words for one in passages)
    reasons = sum((one.by_reason for one in passages), Counter[str]())
    worst = sorted((one for one in passages if one.lost), key=lambda one: -one.share)[:10]
    tables = [
        table("Gold texts as plain text", ["", "texts", "words", "lost", "changed by a second", "ruined"],
              [_row(name, [one for one in passages if one.dataset == name])
               for name in dict.fromkeys(one.dataset for one in passages)]),
        table("Words dropped from gold texts, by reason", ["", "words", "share"],
              [(name, count, f"{count / total:.3%}") for name, count in reasons.most_common() if count]),
        table("Gold texts that lost most", ["", "language", "words", "lost"],
              [(f"{one.dataset} {one.id}", one.language, one.words, f"{one.share:.1%}") for one in worst]),
    ]  # fmt: skip
    data = {
        "lost": {f"{one.dataset}/{one.id}": one.share for one in passages if one.lost},
        "unstable": [f"{one.dataset}/{one.id}" for one in passages if not one.stable],
        "reasons": dict(reasons),
    }
    return Section("gold", figures(passages), tables if reasons else tables[:1], data)


def figures(passages: Sequence[Passage]) -> list[Figure]:
    """All words of all gold texts together, and the texts a second cleaning still changes."""
    share = sum(one.lost for one in passages) / max(sum(one.words for one in passages), 1)
    unstable = float(sum(not one.stable for one in passages))
    return [
        Figure("gold text: share of words lost", share, LOST, at_most=True, places=4),
        Figure("gold texts changed by a second cleaning", unstable, 0.0, at_most=True, places=0),
    ]


def _row(name: str, own: Sequence[Passage]) -> tuple[object, ...]:
    total, lost = sum(one.words for one in own), sum(one.lost for one in own)
    unstable, ruined = sum(not one.stable for one in own), sum(one.share > RUINED for one in own)
    return (name, len(own), total, f"{lost / total:.3%}", unstable, ruined)
