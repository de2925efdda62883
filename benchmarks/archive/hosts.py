"""What the memory of hosts gains and loses on plain text. Rules were chosen on one half of the hosts; both halves are shown.

The plain text of a page is what a reader of the HTML would see, line by line. Gains and losses are kept apart: F1 of the
words, and the share of gold words that went: those of lines that gold has and that are nowhere in what is left.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from benchmarks.data import DataSet
from benchmarks.metrics import fold, mean, score, words
from benchmarks.progress import progress
from benchmarks.report import Figure, Section, table

GAIN, LOSS = 0.02, 0.001


@dataclass(slots=True)
class Half:
    """Sums over the pages of half of the hosts."""

    without: list[float] = field(default_factory=list)
    with_memory: list[float] = field(default_factory=list)
    lost: int = 0
    gold: int = 0


def run(daniel: DataSet) -> Section:
    """Learn from all pages, then clean each with and without."""
    clean: Callable[..., Any] = import_module("cleaners").clean
    blocks = import_module("cleaners.blocks").block_texts
    hosts = import_module("worker.archive.hosts")
    learning = import_module("worker.archive.learning")
    key = import_module("cleaners.stages.host_fold").host_key
    count = import_module("cleaners.stages.text").count_words
    evidence = import_module("cleaners.page").Evidence
    fold_block = import_module("cleaners.stages.host_fold").host_fold
    counter = learning.Counter()
    plain: dict[str, str] = {}
    texts: dict[int, dict[str, int]] = {}
    for id in progress("hosts: learn", daniel.ids, len(daniel)):
        lines = [line for text in blocks(daniel.load(id).html) for line in text.split("\n") if line.strip()]
        plain[id] = "\n".join(lines)
        host = hosts.number_of(id.split("_")[1])
        short = {key(line) for line in lines if count(line) <= learning.LONGEST}
        counter.add(learning.Seen(host, key(max(lines, key=len, default="")), tuple(short)))
        texts.setdefault(host, {}).update({fold_block(line): key(line) for line in lines})
    halves = (Half(), Half())
    for id in progress("hosts: clean", daniel.ids, len(daniel)):
        sample = daniel.load(id)
        host = hosts.number_of(id.split("_")[1])
        pages, counts = counter.hosts.get(host, (0, {}))
        known = {text: counts.get(number, 0) for text, number in texts[host].items()}
        before = clean(plain[id], content_type="text/plain").text
        after = clean(plain[id], content_type="text/plain", evidence=evidence(host_counts=known, host_pages=pages)).text
        half = halves[hashlib.sha256(sample.site.encode()).digest()[0] % 2]
        half.without.append(score(before, sample.gold, split_cjk=True).f1)
        half.with_memory.append(score(after, sample.gold, split_cjk=True).f1)
        half.lost += _lost(before, after, sample.gold)
        half.gold += words(sample.gold, split_cjk=True).total()
    rows = [
        (f"half {at + 1}", len(h.without), mean(h.without), mean(h.with_memory), f"{h.lost / h.gold:.4%}")
        for at, h in enumerate(halves)
    ]
    worst = min(mean(h.with_memory) - mean(h.without) for h in halves)
    loss = sum(h.lost for h in halves) / sum(h.gold for h in halves)
    figures = [
        Figure("plain text F1 gained by host memory", worst, GAIN),
        Figure("gold words lost by host memory", loss, LOSS, at_most=True, places=5),
    ]
    head = ["", "pages", "F1 without", "F1 with", "gold lost"]
    return Section("hosts", figures, [table(f"Memory of hosts, {daniel.name} as plain text", head, rows)])


def _lost(before: str, after: str, gold: str) -> int:
    wanted, left = fold(gold), fold(after)
    gone = {fold(line) for line in before.splitlines()}
    return sum(words(line, split_cjk=True).total() for line in gone if line in wanted and line not in left)
