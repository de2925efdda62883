"""Which pages a comparison looks at."""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, get_args

import sqlalchemy as sa

from worker.quality.tables import golden_page, review
from worker.store.database import Database
from worker.store.tables import document, page, revision
from worker.store.tables_admin import reclean_job

Kind = Literal["golden", "reviewed", "pages", "run"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST = 1000  # pages
TRIES = 4  # looks for each page of a sample by chance
NEXT = 4  # pages behind a place that are looked at: the first may be in the sample already


@dataclass(frozen=True, slots=True)
class Sample:
    """A choice of pages."""

    kind: Kind
    count: int = 100
    host: str = ""  # pages: of this host alone
    run: str = ""  # run: of re-cleaning

    def __str__(self) -> str:
        """For people."""
        return {
            "golden": "the golden set",
            "reviewed": "pages that people judged",
            "pages": f"pages of {self.host}" if self.host else "pages by chance",
            "run": "a run of cleaning again",
        }[self.kind]

    def written(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> "Sample":
        """What `written` wrote."""
        return cls(**json.loads(text))


class Chosen(NamedTuple):
    """One page of a sample."""

    page_id: str | None
    revision_id: str | None
    golden_id: str | None = None
    left: str | None = None  # documents, where stored ones are compared
    right: str | None = None


def chosen(database: Database, sample: Sample, seed: int = 0) -> list[Chosen]:
    """The pages, at most `sample.count`."""
    count = max(1, min(sample.count, MOST))
    with database.read() as connection:
        if sample.kind == "golden":
            columns = sa.select(golden_page.c.id, golden_page.c.page_id).order_by(golden_page.c.id.desc()).limit(count)
            return [Chosen(row.page_id, None, row.id) for row in connection.execute(columns)]
        if sample.kind == "run":
            return [*_of_run(connection, sample.run, count)]
        if sample.kind == "reviewed":
            return [*_reviewed(connection, count)]
        return [*(_of_host(connection, sample.host, count) if sample.host else _by_chance(connection, count, seed))]


def _of_run(connection: sa.Connection, run: str, count: int) -> Iterator[Chosen]:
    job = reclean_job.c
    mine = sa.select(job.page_id, job.revision_id, job.before_document, job.after_document).where(
        job.run_id == run, job.state == "clean", job.before_document.is_not(None), job.after_document.is_not(None)
    )
    for row in connection.execute(mine.order_by(job.id).limit(count)):
        yield Chosen(row.page_id, row.revision_id, None, row.before_document, row.after_document)


def _reviewed(connection: sa.Connection, count: int) -> Iterator[Chosen]:
    latest = sa.func.max(review.c.at)
    wanted = (
        sa.select(document.c.page_id, document.c.revision_id)
        .join(review, review.c.document_id == document.c.id)
        .join(revision, revision.c.id == document.c.revision_id)
        .where(revision.c.blob_ref.is_not(None), review.c.answer != "unsure")
        .group_by(document.c.page_id, document.c.revision_id)
        .order_by(latest.desc())
    )
    for row in connection.execute(wanted.limit(count)):
        yield Chosen(row.page_id, row.revision_id)


def _clean_pages() -> sa.Select[Any]:
    """Pages with a text and a raw page."""
    return (
        sa.select(page.c.id, page.c.current_revision)
        .join(revision, revision.c.id == page.c.current_revision)
        .where(page.c.current_document.is_not(None), revision.c.blob_ref.is_not(None))
    )


def _of_host(connection: sa.Connection, host: str, count: int) -> Iterator[Chosen]:
    mine = _clean_pages().where(page.c.host == host.lower().rstrip(".")).order_by(page.c.id.desc())
    for row in connection.execute(mine.limit(count)):
        yield Chosen(row.id, row.current_revision)


def _by_chance(connection: sa.Connection, count: int, seed: int) -> Iterator[Chosen]:
    """Pages behind random places among the digests of addresses: look-ups, however many pages there are.

    Ids would not do: they begin with the time, and pages come in bursts.
    """
    few = connection.execute(_clean_pages().limit(count + 1)).all()
    if len(few) <= count:
        yield from (Chosen(row.id, row.current_revision) for row in few)
        return
    chance = random.Random(seed)
    ordered = _clean_pages().order_by(page.c.url_digest, page.c.id).limit(NEXT)
    seen: set[str] = set()
    for _ in range(TRIES * count):
        place = chance.randbytes(16)
        rows = connection.execute(ordered.where(page.c.url_digest >= place)).all()
        row = next((row for row in rows if row.id not in seen), None)
        if row is not None:
            seen.add(row.id)
            yield Chosen(row.id, row.current_revision)
            if len(seen) >= count:
                return
