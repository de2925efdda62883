"""From the answers of the workers to finished ranges: in order, counted, published, booked."""

from __future__ import annotations

from worker.archive.cleaning import Batch, Entry, Result
from worker.archive.columns import Table
from worker.archive.ledger import Ledger, Row
from worker.archive.nouns import OUTCOMES, Broken, Range
from worker.archive.parts import Parts, Written
from worker.archive.plan import Job
from worker.archive.rows import error_row
from worker.archive.settings import Settings
from worker.archive.tally import Tally

STAGED = "_dehusk/staged"  # parts that wait until duplicates are known


class Work:
    """One range between its first answer and its row in the books."""

    def __init__(self, job: Job, settings: Settings, ledger: Ledger) -> None:
        self.range = job.range
        self._reader = job.reader
        self._settings = settings
        self._ledger = ledger
        table = Table(job.range.input, job.reader) if settings.format == "parquet" else None
        self._parts = Parts(ledger.place.scratch(), job.range.key, settings, table)
        self._tally = Tally()
        self._counts = dict.fromkeys(("in", *OUTCOMES), 0)
        self._cpu = 0.0
        self._seams: tuple[int | None, int | None, bool] = (None, None, False)

    @property
    def counts(self) -> dict[str, int]:
        return self._counts

    @property
    def taken(self) -> int:
        """Records that count against --limit."""
        return self._counts["in"] - self._counts["skipped"]

    def read_to_the_end(self) -> None:
        """The reader has come to the end of the range: keep what it knows before it goes on."""
        self._seams = (self._reader.first, self._reader.next, self._reader.ended)

    def take(self, batch: Batch, results: list[Result], room: int | None = None) -> int:
        """Write what became of a batch, up to `room` records that count. Returns how many counted."""
        entries = [entry for result in results for entry in result.entries]
        work: list[tuple[int, Entry]] = [(r.number, e) for r, e in zip(batch.records, entries, strict=True)]
        work += [(item.number, self._beside(batch.source, item)) for item in batch.aside if isinstance(item, Broken)]
        skips = [item for item in batch.aside if not isinstance(item, Broken)]
        work += [(item.number, Entry("skipped")) for item in skips]
        work.sort(key=lambda pair: pair[0])
        before = self.taken
        for _, entry in work:
            if room is not None and self.taken - before >= room:
                break
            self._counts["in"] += 1
            self._counts[entry.outcome] += 1
            self._parts.add(entry)
        for item in skips:
            self._tally.count("skips", item.reason)
        for result in results:
            self._tally.add(Tally.from_json(result.tally))
            self._cpu += result.cpu
        for record in batch.records:
            self._tally.bytes_in += len(record.data)
        return self.taken - before

    def _beside(self, source: str, item: Broken) -> Entry:
        self._tally.count("errors", item.name)
        id = item.id.strip("<>") or f"{source}:{item.at}"
        row = error_row(id=id, source=source, at=item.at, number=item.number, name=item.name, message=item.message)
        return Entry("error", error=row, why=item.name)

    def finish(self, cut: bool = False) -> Row:
        """Publish the files, then the row."""
        files = self._parts.finish()
        staged = self._settings.duplicates
        for file in files:
            self._ledger.place.publish(f"{STAGED}/{file.name}" if staged and _settles(file) else file.name, file.path)
        first, next, ended = self._seams
        range, input = self.range, self.range.input
        row = Row(
            key=range.key,
            input=input.name,
            uri=input.uri,
            size=input.size,
            tag=input.tag,
            kind=range.kind,
            index=range.index,
            start=range.start,
            end=range.end,
            settings=self._settings.digest,
            cleaner_version=self._settings.version,
            host_memory=self._settings.host_digest,
            counts=self._counts,
            outputs=tuple(file.row() for file in sorted(files, key=lambda file: file.name)),
            first=first,
            next=next,
            ended=ended,
            cut=cut,
            settled=not staged,
        )
        self._ledger.commit(row, self._tally, {"cpu": round(self._cpu, 3)}, self._parts.digests)
        return row

    def drop(self) -> None:
        self._parts.drop()


def _settles(file: Written) -> bool:
    return file.name.startswith(("data/", "removed/", "attributes/"))


def expected(range: Range) -> str:
    """For messages: a range as a person would name it."""
    return f"{range.input.name} [{range.index}]"
