"""One range for a worker of the service: found in the run's orders, cleaned, booked. Doing it twice does no harm."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from worker.archive.batches import batches
from worker.archive.errors import ArchiveError, BadFile
from worker.archive.ledger import RANGES, Ledger, Row
from worker.archive.nouns import Input, Range
from worker.archive.orders import CANCELLED, read_orders
from worker.archive.place import Place, place
from worker.archive.plan import FAR, Job, jobs, meets
from worker.archive.readers import Reader, reader_for
from worker.archive.run import Cleaners
from worker.archive.settings import Settings
from worker.archive.writing import Work

FAILED = "_dehusk/failed"


@dataclass(frozen=True, slots=True)
class Errand:
    """A range to be done, as a message names it."""

    slug: str  # of the input
    index: int

    @property
    def key(self) -> str:
        return f"{self.slug}-{self.index:05d}"


def errands(inputs: list[Input], settings: Settings, ledger: Ledger) -> Iterator[Errand]:
    """Ranges that are not done. Of an input that is read in turn only the next one: it names the one after it."""
    turns: set[str] = set()
    for job in jobs(inputs, settings, ledger):
        if job.reader.sequential:
            job.reader.ended = True  # nobody knows whether there are more before this one is read
            if job.range.input.slug in turns:
                continue
            turns.add(job.range.input.slug)
        yield Errand(job.range.input.slug, job.range.index)


class Desk:
    """A process that does errands. Keeps its cleaning process from one to the next."""

    def __init__(self) -> None:
        self._cleaners: Cleaners | None = None
        self._digest = ""

    def do(self, address: str, errand: Errand) -> Errand | None:
        """Do one range. Returns the one that follows, where nobody else knows of it.

        Raises:
            ArchiveError: it cannot be done.
        """
        target = place(address)
        if cancelled(target):
            return None
        settings, inputs = read_orders(target)
        input = next((one for one in inputs if one.slug == errand.slug), None)
        if input is None:
            raise BadFile(f"{address} has no input {errand.slug}.")
        ledger = Ledger(target)
        known = self._row(ledger, errand.key)
        before = self._row(ledger, Errand(errand.slug, errand.index - 1).key) if errand.index else None
        reader = reader_for(input, settings.cut)
        try:
            range = _range(reader, errand.index)
            start: int | None = None
            if range.kind == "bytes" and before is not None and before.is_of(input) and before.made_by(settings):
                start = FAR if before.next is None else before.next
            if known is None or not known.fits(range, settings) or not meets(start, known):
                known = self._clean(Job(range, reader, start), settings, ledger)
        finally:
            reader.close()
        return Errand(errand.slug, errand.index + 1) if reader.sequential and not known.ended else None

    def _row(self, ledger: Ledger, key: str) -> Row | None:
        try:
            return Row.read(ledger.place.read(f"{RANGES}/{key}.json"))
        except FileNotFoundError:
            return None

    def _clean(self, job: Job, settings: Settings, ledger: Ledger) -> Row:
        work = Work(job, settings, ledger)
        try:
            feed = batches(0, job.reader, job.reader.read(job.range, job.start), settings.sample)
            for batch, results in self._ready(settings).map(feed):
                work.take(batch, results)
            work.read_to_the_end()
            return work.finish()
        finally:
            work.drop()

    def _ready(self, settings: Settings) -> Cleaners:
        if self._cleaners is None or self._digest != settings.digest:
            self.close()
            self._cleaners, self._digest = Cleaners(settings, 1), settings.digest
        return self._cleaners

    def failed(self, address: str, errand: Errand, message: str) -> None:
        """Leave word of what went wrong where `archive status` finds it."""
        self.close()
        with contextlib.suppress(ArchiveError, OSError):  # the store itself may be what failed
            place(address).write(f"{FAILED}/{errand.key}.txt", message.encode("utf-8", "replace"))

    def close(self) -> None:
        """End the cleaning process."""
        if self._cleaners is not None:
            self._cleaners.close()
            self._cleaners = None


def cancelled(target: Place) -> bool:
    """Whether somebody has called the run off."""
    return CANCELLED.rsplit("/", 1)[1] in target.names(CANCELLED.rsplit("/", 1)[0])


def _range(reader: Reader, index: int) -> Range:
    if not reader.sequential:
        return reader.ranges()[index]
    size = reader.cut.range_records
    return Range(reader.input, index, "records", index * size, (index + 1) * size)
