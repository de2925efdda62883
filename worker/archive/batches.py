"""Records in handfuls: a message to a worker costs more than a short record, and a long one fills a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from worker.archive.choice import in_sample
from worker.archive.cleaning import Batch
from worker.archive.nouns import Broken, Item, Record, Skip
from worker.archive.readers.base import Reader

RECORDS = 48
BYTES = 2 * 1024 * 1024
FEW = 512  # things aside; requests alone make a batch too, or a file of nothing else would be held whole


def batches(slot: int, reader: Reader, items: Iterable[Item], sample: float) -> Iterator[Batch]:
    """The items of one range in batches; the last one says so, and may be empty."""
    name = reader.input.name
    records: list[Record] = []
    aside: list[Skip | Broken] = []
    held = 0
    for item in items:
        if isinstance(item, Record):
            if in_sample(name, item.at, sample):
                records.append(item)
                held += len(item.data)
            else:
                aside.append(Skip(item.number, "not_in_sample"))
        else:
            aside.append(item)
        if len(records) >= RECORDS or held >= BYTES or len(aside) >= FEW:
            yield Batch(slot, name, tuple(records), tuple(aside), False, reader.position)
            records, aside, held = [], [], 0
    yield Batch(slot, name, tuple(records), tuple(aside), True, reader.position)
