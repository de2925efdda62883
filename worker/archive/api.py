"""Archives from Python: an iterator of records, cleaned in processes of their own, with nothing written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cleaners.page import Drop
from cleaners.profile import Profile
from worker.archive.batches import batches
from worker.archive.cleaning import Batch, Entry
from worker.archive.inputs import find_inputs
from worker.archive.nouns import Broken, Outcome, Record, Skip
from worker.archive.readers import reader_for
from worker.archive.readers.base import every_range
from worker.archive.run import Cleaners
from worker.archive.settings import Settings


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One record and what became of it."""

    id: str
    outcome: Outcome
    text: str  # "" of skipped records and errors
    drops: tuple[Drop, ...]
    row: dict[str, Any]  # as it would stand in a part: address, title, language …
    account: dict[str, Any]  # as it would stand in the sidecar, or in the errors file
    why: str  # of what is not clean


def clean_archive(
    inputs: Iterable[str],
    *,
    profile: str | Profile = "default",
    jobs: int | None = None,
    skipped: bool = False,
    settings: Settings | None = None,
) -> Iterator[Cleaned]:
    """Clean the records of archives, in their order.

    Args:
        inputs: files, folders, globs, addresses.
        profile: a packaged name, a TOML file, or a `Profile`.
        jobs: processes; one a processor by default. Scripts need the usual `if __name__ == "__main__"`.
        skipped: also records that are not looked at.
        settings: everything the command line can say, in place of `profile`.
    """
    chosen = settings or Settings(profile=Profile.load(profile))
    chosen = replace(chosen, format="jsonl", duplicates=False)
    cleaners = Cleaners(chosen, jobs)
    try:
        for batch, results in cleaners.map(_feed(list(inputs), chosen)):
            entries = [entry for result in results for entry in result.entries]
            found = [_record(batch.source, r, e) for r, e in zip(batch.records, entries, strict=True)]
            found += [_beside(batch.source, item) for item in batch.aside]
            for _, one in sorted(found, key=lambda pair: pair[0]):
                if skipped or one.outcome != "skipped":
                    yield one
    finally:
        cleaners.close()


def _feed(arguments: list[str], settings: Settings) -> Iterator[Batch]:
    for input in find_inputs(arguments):
        reader = reader_for(input, settings.cut)
        try:
            start: int | None = None
            for range in every_range(reader):
                yield from batches(0, reader, reader.read(range, start), settings.sample)
                start = reader.next if range.kind == "bytes" else None
        finally:
            reader.close()


def _record(source: str, record: Record, entry: Entry) -> tuple[int, Cleaned]:
    row = json.loads(entry.row) if entry.row else {}
    account = json.loads(entry.account or entry.error or b"{}")
    name = account.get("id") or str(record.about.get("id") or f"{source}:{record.at}")
    drops = tuple(Drop(**drop) for drop in account.get("drops", ()))
    text = row.get("text") or account.get("text", "")
    return record.number, Cleaned(name, entry.outcome, text, drops, row, account, entry.why)


def _beside(source: str, item: Skip | Broken) -> tuple[int, Cleaned]:
    if isinstance(item, Skip):
        return item.number, Cleaned("", "skipped", "", (), {}, {}, item.reason)
    account = {"source": source, "at": item.at, "error": {"name": item.name, "message": item.message}}
    return item.number, Cleaned(item.id or f"{source}:{item.at}", "error", "", (), {}, account, item.name)
