"""One object for everything the service keeps, so that queue and web need to know no table."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import sqlalchemy as sa

from worker.settings import Settings
from worker.store import (
    audit,
    claims,
    decisions,
    deletion,
    figures,
    intake,
    leases,
    listing,
    reclean_plan,
    retention,
    sweep,
    tokens,
    tombstones,
    views,
)
from worker.store.audit import Entry
from worker.store.backup import backup, restore
from worker.store.blobs import BlobStore, Shelf
from worker.store.database import Database
from worker.store.errors import StoreUnavailable
from worker.store.export import export
from worker.store.finish import finish
from worker.store.foreign import ForeignReader
from worker.store.ids import RECLEAN, now_ms, to_ms
from worker.store.merge import merge
from worker.store.migrate import SCHEMAS, migrate, schema_of, usable
from worker.store.nouns import (
    Backlog,
    Feed,
    Job,
    Lane,
    Outcome,
    PageView,
    Receipt,
    RecleanReport,
    RevisionList,
    RuleChange,
    StoredDocument,
    Submission,
    Token,
    Tombstones,
    Version,
    Where,
)
from worker.store.reclean import finish_again
from worker.store.retry import retry
from worker.store.rows import rows
from worker.store.shelf_local import LocalShelf
from worker.store.shelf_remote import RemoteShelf
from worker.store.tables import revision
from worker.store.tally import Tally

BACKLOG_SECONDS = 1.0  # intake asks at every request


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings that methods need."""

    lease_ms: int = 120_000
    resend_ms: int = 600_000
    attempts: int = 3
    max_page_bytes: int = 20_000_000

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Seconds become milliseconds."""
        return cls(
            lease_ms=round(settings.lease_seconds * 1000),
            resend_ms=round(settings.resend_seconds * 1000),
            attempts=settings.attempts,
            max_page_bytes=settings.max_page_bytes,
        )


class Store:
    """Database and blob store. Open one a process; threads share it, a forked child may go on using it."""

    def __init__(self, database: Database, blobs: BlobStore, settings: Settings) -> None:
        self.database = database
        self.blobs = blobs
        self.settings = settings
        self.limits = Limits.of(settings)
        self._backlog: tuple[float, Backlog] | None = None

    @classmethod
    def open(cls, settings: Settings) -> "Store":
        """The store that the settings name. Touches nothing until it is used."""
        durable = settings.durable
        shelf: Shelf
        if settings.blobs.startswith("file://"):
            shelf = LocalShelf(Path(url2pathname(urlsplit(settings.blobs).path)), power_safe=durable == "power")
        else:
            shelf = RemoteShelf(settings.blobs)
        foreign = ForeignReader(settings.blob_prefixes, settings.max_page_bytes)
        return cls(Database(settings.database, durable), BlobStore(shelf, foreign), settings)

    def close(self) -> None:
        """Give back connections and files."""
        self.blobs.close()
        self.database.close()

    # the schema

    def migrate(self) -> None:
        """Bring the database up to this program's schema. Safe to call from several processes at once."""
        migrate(self.database)

    def check(self) -> dict[str, str]:
        """What is wrong, by part (database, schema, blobs); empty when all is well."""
        wrong = {}
        try:
            with self.database.read() as connection:
                schema = schema_of(connection)
            if not usable(schema):
                wrong["schema"] = f"The database has schema {schema or 'none'}, this program has {SCHEMAS[-1]}."
        except StoreUnavailable as error:
            wrong["database"] = str(error)
        try:
            self.blobs.shelf.check()
        except OSError as error:
            wrong["blobs"] = str(error)
        return wrong

    # a page's way

    def submit(self, submissions: Sequence[Submission]) -> list[Receipt]:
        """Take pages in; receipts in the same order. Bodies are durable before rows, rows before this returns.

        Idempotent: the same page with the same content gives the first answer, with its state of now. Refused
        submissions (no key, no body, too large a URL …) have an `error` and do not hinder their neighbours.

        Raises:
            StoreUnavailable: nothing was stored; try all of it again.
        """
        return intake.submit(self.database, self.blobs, submissions, self.limits.max_page_bytes)

    def enqueued(self, ids: Iterable[str]) -> None:
        """Remember that messages for these jobs were sent, so that `stale` leaves them alone for `resend_seconds`."""
        claims.enqueued(self.database, ids, self.limits.resend_ms)

    def claim(self, ids: Sequence[str], worker: str) -> list[Job]:
        """received -> cleaning, with a lease of `lease_seconds`. Skips what cannot be claimed: duplicates are harmless.

        A body that cannot be read is dealt with here (tried again, or set aside) and its job left out.
        """
        jobs, unread = claims.claim(self.database, self.blobs, ids, worker, self.limits.lease_ms)
        if unread:
            self.finish(unread)
        return jobs

    def finish(self, outcomes: Sequence[Outcome]) -> list[str]:
        """cleaning -> clean | rejected | received again | dead; ids of the jobs that this call finished.

        Document, event and roll-ups are in the same transaction. An outcome whose job is no longer in that attempt
        (its lease passed, or it was finished before) changes nothing and is left out.
        """
        again = [outcome for outcome in outcomes if outcome.job_id.startswith(RECLEAN)]
        fresh = [outcome for outcome in outcomes if not outcome.job_id.startswith(RECLEAN)]
        done = finish(self.database, fresh, self.limits.attempts)
        return done + finish_again(self.database, again, self.limits.attempts)

    def release(self, jobs: Sequence[Job]) -> None:
        """cleaning -> received for jobs that were claimed and not begun, without counting as a try."""
        claims.release(self.database, jobs)

    def stale(self, limit: int = 1000) -> list[tuple[str, Lane]]:
        """Jobs to send (again), with their lanes, the most urgent first: never sent, sent
        too long ago, due for another try.

        Leases that passed are given up on the way (a try more, or dead after `attempts`).
        """
        return sweep.stale(self.database, limit, self.limits.attempts)

    def renew(self, jobs: Sequence[Job]) -> None:
        """Prolong the leases of jobs still being worked on."""
        leases.renew(self.database, jobs, self.limits.lease_ms)

    def abandon(self, worker: str) -> int:
        """That worker's process died: its leases end now, instead of when they pass; how many. `stale` does the rest."""
        return leases.abandon(self.database, worker)

    def send_again(self, ids: Iterable[str]) -> None:
        """Messages for these came to nothing: `stale` gives them out at once."""
        leases.send_again(self.database, ids)

    def forget_messages(self) -> int:
        """The broker lost what it held: everything that waits is to be sent again; how many jobs."""
        return leases.forget_messages(self.database)

    # looking

    def backlog(self) -> Backlog:
        """What waits, by lane; cheap, and at most a second old."""
        now = time.monotonic()
        if self._backlog is None or now - self._backlog[0] > BACKLOG_SECONDS:
            self._backlog = (now, figures.backlog(self.database))
        return self._backlog[1]

    def counts(self) -> dict[str, int]:
        """Revisions by state, and "deleted", exactly, from the counters."""
        return figures.counts(self.database)

    def counters(self) -> list[tuple[str, dict[str, str], float]]:
        """(name, labels, value) of every counter, for `/metrics`. No hosts among the labels."""
        return figures.counters(self.database)

    def page(self, page_id: str) -> PageView | None:
        """A page with its revisions and their events. Takes a revision's id too."""
        return views.page_view(self.database, page_id)

    def document(self, document_id: str) -> StoredDocument | None:
        """A document by its own id."""
        return views.one_document(self.database, document_id)

    def versions(self, page_id: str) -> list[Version]:
        """All documents of a page, the latest first; of very many the latest 200."""
        return views.versions(self.database, page_id)

    def documents(self, where: Where, cursor: str | None = None, limit: int = 100) -> Feed:
        """Documents in the order in which they were committed: a consumer that keeps the cursor misses none."""
        return views.feed(self.database, where, cursor, limit)

    def revisions(self, where: Where, cursor: str | None = None, limit: int = 100) -> RevisionList:
        """Revisions, newest first; those dead or rejected by when they became so.

        Of the documents that were made of them, verdict and language are those of the present one, or of the one that
        `cleaner_version` made. Content that a document of earlier content stands for is not found by these three.

        Raises:
            ValueError: there is no such state.
        """
        return listing.revisions(self.database, where, cursor, limit)

    def body(self, revision_id: str) -> bytes:
        """The raw page as it was handed in.

        Raises:
            BodyMissing: it was deleted, or retention took it.
        """
        with self.database.read() as connection:
            ref = connection.execute(sa.select(revision.c.blob_ref).where(revision.c.id == revision_id)).scalar()
        return claims.fetch_body(self.database, self.blobs, revision_id, ref).unpack()

    # setting right

    def dead(self, where: Where | None = None, cursor: str | None = None, limit: int = 100) -> RevisionList:
        """Revisions that were given up, newest first."""
        return self.revisions(replace(where or Where(), state="dead"), cursor, limit)

    def retry(self, ids: Sequence[str], lane: Lane = "crawl", *, by: str = "") -> list[str]:
        """dead or rejected -> received, as a first try; ids of those that were. Send them to workers.

        On record when `by` says who wants it.
        """
        return retry(self.database, ids, lane, by)

    def delete(self, *, page_id: str | None = None, url: str | None = None, host: str | None = None, by: str = "") -> int:
        """Takedown: text, bodies, drops, revisions and pages are gone, a tombstone without content stays. Pages deleted."""
        return deletion.delete(self.database, self.blobs, page_id, url, host, by)

    def deleted(self, cursor: str | None = None, limit: int = 1000) -> Tombstones:
        """Pages that were deleted, in the order of deletion: for consumers that hold copies."""
        return tombstones.deleted(self.database, cursor, limit)

    def reclean(self, where: Where, limit: int | None = None, by: str = "") -> str:
        """Plan the re-cleaning of stored raw pages whose documents match; the id of the run. `stale` hands the jobs out."""
        return reclean_plan.plan(self.database, where, limit, by)

    def reclean_one(self, revision_id: str, by: str = "") -> tuple[str, str] | None:
        """Plan the re-cleaning of one revision: (run, job). None: it is not clean, has no raw page, or waits already.

        Send the job to workers, or wait until `stale` hands it out.
        """
        return reclean_plan.plan_one(self.database, revision_id, by)

    def reclean_report(self, run: str) -> RecleanReport:
        """How far a run is, how many texts changed and by how much."""
        return reclean_plan.report(self.database, run)

    def reclean_runs(self, limit: int = 20) -> list[RecleanReport]:
        """The latest runs."""
        return reclean_plan.runs(self.database, limit)

    # decisions of operators

    def change_rule(self, rule: str, *, enabled: bool, host: str | None = None, by: str, note: str = "") -> RuleChange:
        """Switch a rule off or on again, everywhere or on one host, for running workers."""
        return decisions.add(self.database, "rule", rule, "enabled" if enabled else "disabled", host, by, note)

    def change_profile(self, name: str, toml: str, *, by: str, note: str = "") -> RuleChange:
        """Lay a profile over the one in the settings, for running workers."""
        return decisions.add(self.database, "profile", name, toml, None, by, note)

    def undo_change(self, change_id: int, *, by: str) -> RuleChange:
        """Take a change back; it stays on record.

        Raises:
            NoSuchChange: there is none, or it was undone.
        """
        return decisions.undo(self.database, change_id, by)

    def changes(self, *, undone: bool = False) -> list[RuleChange]:
        """Changes in force, oldest first; with `undone` all there ever were. Workers read this at most every 30 s."""
        return decisions.changes(self.database, undone)

    # tokens

    def create_token(self, name: str, scopes: Iterable[str], *, by: str = "") -> tuple[Token, str]:
        """A new token, and the secret, which is shown this once and never stored."""
        return tokens.create(self.database, name, scopes, by)

    def token(self, secret: str) -> Token | None:
        """The token of that secret, unless there is none or it was revoked. Notes its use, at most once a minute."""
        return tokens.find(self.database, secret)

    def tokens(self) -> list[Token]:
        """All, revoked ones too."""
        return tokens.every(self.database)

    def revoke_token(self, token_id: str, *, by: str = "") -> bool:
        """Whether there was such a token to revoke. By id or name."""
        return tokens.revoke(self.database, token_id, by)

    # who changed what

    def audit(
        self,
        *,
        before: int | None = None,
        action: str | None = None,
        by: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
    ) -> list[Entry]:
        """What people changed, the latest first; go on with the id of the last as `before`."""
        return audit.entries(self.database, before=before, action=action, by=by, since=since, limit=limit)

    # keeping house

    def rollup(self, limit: int = 2000) -> int:
        """Merge up to `limit` deltas into the roll-ups; how many there were. For the scheduler, every few seconds."""
        return merge(self.database, limit)

    def prune(self, now: datetime | None = None) -> dict[str, int]:
        """Apply retention and delete bytes that nothing points to; how much of what. For the scheduler, every hour."""
        return retention.prune(self.database, self.blobs, self.settings, None if now is None else to_ms(now))

    def count(self, name: str, labels: Mapping[str, str] | None = None, value: float = 1) -> None:
        """Add to a counter of `/metrics`, which ends its name in `_total`. Labels are few: never hosts, URLs or ids."""
        tally = Tally(now_ms())
        tally.count(name.removesuffix("_total"), labels, value)
        self.database.write(tally.write)

    # in and out

    def export(self, target: str, form: str, where: Where) -> int:
        """Write documents to a file or fsspec URL as "jsonl", "jsonl.zst" or "parquet"; how many."""
        return export(self.rows(where), target, form)

    def rows(self, where: Where) -> Iterator[dict[str, Any]]:
        """Documents as JSON-ready rows, in feed order, however many."""
        return rows(self.database, where)

    def backup(self, target: Path, *, bodies: bool = True) -> dict[str, Any]:
        """A consistent copy of everything into an empty folder, while the service runs; its manifest.

        Without `bodies` raw pages are left out: for object stores, which have versions and copies of their own.
        """
        return backup(self.database, self.blobs, target, bodies=bodies)

    def restore(self, source: Path) -> dict[str, Any]:
        """Fill an empty store from a backup; its manifest.

        Raises:
            RestoreRefused: the store is not empty, or the backup is damaged.
        """
        return restore(self.database, self.blobs, source)
