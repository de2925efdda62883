"""A run on this machine: one process reads and writes, the supervised pool cleans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from cleaners.errors import CleanError
from worker.archive.batches import batches
from worker.archive.cleaning import Batch, Result, clean_batch, failed, warm_up
from worker.archive.errors import RunChanged
from worker.archive.ledger import Ledger, Row
from worker.archive.nouns import Input
from worker.archive.place import Place
from worker.archive.plan import ALL, Changes, Job, Shard, changes, jobs
from worker.archive.settings import Settings
from worker.archive.writing import Work
from worker.pool import EngineFault, Pool
from worker.pool.flow import Answer

PRELOAD = ("worker.archive.cleaning", "cleaners", "worker.cli.rows")
WINDOW_MB = 48
SLACK = 2.0  # times a page's deadline that a batch may take, before its records are tried one by one


@dataclass(slots=True)
class Progress:
    """How far a run is, for who watches it."""

    records: int = 0
    clean: int = 0
    errors: int = 0
    bytes: int = 0  # of the input, done now or before
    total: int = 0  # bytes of all inputs
    chars_in: int = 0
    chars_kept: int = 0


Watch = Callable[[Progress], None]


class Cleaners:
    """The pool, and a second one for the records of a batch that brought a process down."""

    def __init__(self, settings: Settings, processes: int | None) -> None:
        self._settings = settings
        self._pool = self._start(processes, SLACK)
        self._rescue: Pool[Batch, Result] | None = None

    def _start(self, processes: int | None, slack: float) -> Pool[Batch, Result]:
        limits = self._settings.profile.limits
        return Pool(
            partial(clean_batch, self._settings),
            jobs=processes,
            deadline=slack * limits.deadline_seconds,
            memory_mb=int(limits.max_memory_mb),
            prepare=partial(warm_up, self._settings),
            method="forkserver",  # reading from stores has threads
            preload=PRELOAD,
            window_mb=WINDOW_MB,
        )

    def map(self, feed: Iterator[Batch]) -> Iterator[tuple[Batch, list[Result]]]:
        """Batches with their results, in order."""
        answers = self._pool.map(feed)
        try:
            for answer in answers:
                yield answer.task, self._results(answer)
        finally:
            answers.close()

    def _results(self, answer: Answer[Batch, Result]) -> list[Result]:
        if answer.value is not None:
            return [answer.value]
        return self.one_by_one(answer.task)

    def one_by_one(self, batch: Batch) -> list[Result]:
        """The results of a batch that failed as a whole: its records alone, the culprit with its error."""
        if self._rescue is None:
            self._rescue = self._start(1, 1.0)
        out: list[Result] = []
        for record in batch.records:
            alone = self._rescue.run(Batch(batch.slot, batch.source, (record,)))
            error: CleanError = alone.error or EngineFault()
            out.append(alone.value or failed(self._settings, batch.source, record, error))
        return out

    def close(self) -> None:
        self._pool.close()
        if self._rescue is not None:
            self._rescue.close()


class Run:
    """Everything between the books and the pool for one call of the command."""

    def __init__(self, place: Place, inputs: list[Input], settings: Settings, shard: Shard = ALL) -> None:
        self.inputs = inputs
        self.settings = settings
        self.shard = shard
        self.ledger = Ledger(place)
        self.progress = Progress(total=sum(input.size for input in inputs))
        self._works: dict[int, Work] = {}
        self._taken = 0
        self._full = False

    def changes(self) -> Changes:
        """What is not as the finished ranges have it."""
        self.ledger.load()
        return changes(self.ledger, self.inputs, self.settings)

    def clean(self, processes: int | None = None, *, redo: bool = False, watch: Watch | None = None) -> int:
        """Do all ranges that are not done. Returns how many were done now.

        Raises:
            RunChanged: finished ranges do not fit what is asked, and `redo` does not allow to do them again.
        """
        found = self.changes()
        if found and not redo:
            raise RunChanged("\n".join(["", *found.lines()]))
        self.ledger.begin(self.settings, self.inputs)
        self._count_done()
        if self._full:
            return 0
        cleaners = Cleaners(self.settings, processes)
        done = 0
        try:
            for batch, results in cleaners.map(self._feed()):
                done += self._take(batch, results, watch)
                if self._full:
                    break
        finally:
            cleaners.close()
            for work in self._works.values():
                work.drop()
        return done

    def _count_done(self) -> None:
        by_name = {input.name: input for input in self.inputs}
        for row in self.ledger.rows.values():
            if row.input in by_name and row.is_of(by_name[row.input]) and row.made_by(self.settings):
                self._taken += row.counts["in"] - row.counts["skipped"]
                self._full = self._full or row.cut
                if row.kind == "bytes":
                    self.progress.bytes += row.end - row.start

    def _feed(self) -> Iterator[Batch]:
        for slot, job in enumerate(jobs(self.inputs, self.settings, self.ledger, self.shard)):
            yield from self._read(slot, job)

    def _read(self, slot: int, job: Job) -> Iterator[Batch]:
        work = self._works[slot] = Work(job, self.settings, self.ledger)
        before = job.range.start if job.range.kind == "bytes" else job.reader.position
        items = job.reader.read(job.range, job.start)
        for batch in batches(slot, job.reader, items, self.settings.sample):
            if batch.last:
                work.read_to_the_end()
            now = max(before, job.reader.position)
            yield batch._replace(position=now - before)
            before = now

    def _take(self, batch: Batch, results: list[Result], watch: Watch | None) -> int:
        work = self._works[batch.slot]
        room = self.settings.limit - self._taken if self.settings.limit else None
        counts = dict(work.counts)
        self._taken += work.take(batch, results, room)
        self._full = bool(self.settings.limit) and self._taken >= self.settings.limit
        self._advance(batch, results, counts, work.counts)
        if watch is not None:
            watch(self.progress)
        if not (batch.last or self._full):
            return 0
        self._book(work.finish(cut=self._full))
        del self._works[batch.slot]
        return 1

    def _book(self, row: Row) -> None:
        """For those who want to know when a range is done."""

    def _advance(self, batch: Batch, results: list[Result], before: dict[str, int], after: dict[str, int]) -> None:
        progress = self.progress
        progress.records += after["in"] - before["in"]
        progress.clean += after["clean"] - before["clean"]
        progress.errors += after["error"] - before["error"]
        progress.bytes = min(progress.total, progress.bytes + batch.position)
        for result in results:
            progress.chars_in += result.tally["chars_in"]
            progress.chars_kept += result.tally["chars_kept"]
