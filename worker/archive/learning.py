"""The first pass: which blocks recur on the pages of a host, counted in bounded memory.

A page counts once. Copies of it under other addresses, told by their longest block, do not count: a syndicated article
would otherwise look like a frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from cleaners.blocks import block_texts
from cleaners.errors import CleanError
from cleaners.rules.host_memory import LONGEST
from cleaners.stages.host_fold import host_key
from cleaners.stages.text import count_words
from cleaners.stages.urls import host_of
from worker.archive.batches import batches
from worker.archive.cleaning import Batch, Unwanted, unwrap
from worker.archive.hosts import Hosts, number_of
from worker.archive.nouns import Input
from worker.archive.readers import reader_for
from worker.archive.readers.base import every_range
from worker.archive.settings import Settings
from worker.pool import Pool

ENTRIES = 2_500_000  # blocks in memory, about 100 bytes each
COPIES = 1_000_000  # longest blocks in memory, by which copies are told
PRELOAD = ("worker.archive.learning",)


class Seen(NamedTuple):
    """What a page adds."""

    host: int
    longest: int  # its longest block, which tells copies
    blocks: tuple[int, ...]


def look(settings: Settings, batch: Batch) -> list[Seen]:
    """Inside a worker: the blocks of the pages of a batch. Pages that cannot be read teach nothing."""
    out: list[Seen] = []
    for record in batch.records:
        try:
            page = unwrap(settings, batch.source, record, None)
            host = host_of(page.url)
            texts = block_texts(page.page, content_type=page.content_type, limits=settings.profile.limits) if host else []
        except (CleanError, Unwanted):
            continue
        if texts:
            short = {host_key(text) for text in texts if len(text) < 2_000 and count_words(text) <= LONGEST}
            out.append(Seen(number_of(host), host_key(max(texts, key=len)), tuple(sorted(short))))
    return out


class Counter:
    """Counts blocks per host. When memory is full, what was seen least goes, and `least` says how often that was."""

    def __init__(self, entries: int = ENTRIES) -> None:
        self._entries = entries
        self._held = 0
        self._copies: dict[int, set[int]] = {}
        self._told = 0
        self.hosts: Hosts = {}
        self.pages = 0
        self.copies = 0
        self.least = 0

    def add(self, seen: Seen) -> None:
        known = self._copies.setdefault(seen.host, set())
        if seen.longest in known:
            self.copies += 1
            return
        known.add(seen.longest)
        self._told += 1
        if self._told > COPIES:
            self._copies.clear()
            self._told = 0
        self.pages += 1
        pages, counts = self.hosts.get(seen.host, (0, {}))
        before = len(counts)
        for block in seen.blocks:
            counts[block] = counts.get(block, 0) + 1
        self._held += len(counts) - before
        self.hosts[seen.host] = (pages + 1, counts)
        if self._held > self._entries:
            self._forget()

    def _forget(self) -> None:
        self.least += 1
        self._held = 0
        for host, (pages, counts) in list(self.hosts.items()):
            kept = {block: count for block, count in counts.items() if count > self.least}
            self.hosts[host] = (pages, kept)
            self._held += len(kept)


def learn(
    inputs: Iterable[Input], settings: Settings, processes: int | None, watch: Callable[[Counter], None] | None = None
) -> Counter:
    """Go over all inputs once."""
    counter = Counter()
    limits = settings.profile.limits
    with Pool(
        partial(look, settings),
        jobs=processes,
        deadline=2 * limits.deadline_seconds,
        memory_mb=int(limits.max_memory_mb),
        preload=PRELOAD,
        window_mb=32,
    ) as pool:
        for answer in pool.map(_feed(inputs, settings)):
            for seen in answer.value or ():  # a batch that brought its process down teaches nothing
                counter.add(seen)
            if watch is not None:
                watch(counter)
    return counter


def _feed(inputs: Iterable[Input], settings: Settings) -> Iterator[Batch]:
    for input in inputs:
        reader = reader_for(input, settings.cut)
        try:
            start: int | None = None
            for range in every_range(reader):
                yield from batches(0, reader, reader.read(range, start), settings.sample)
                start = reader.next if range.kind == "bytes" else None
        finally:
            reader.close()
