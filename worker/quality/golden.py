"""Pages with a text that a person approved: what the cleaner makes of them now, and whether that got worse."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import zstandard

from cleaners.profile import Profile
from cleaners.version import cleaner_version
from worker.quality.alarms import Finding, record
from worker.quality.second import agreement
from worker.quality.tables import golden_page, golden_score
from worker.quality.trial import Cleaner, Trial, supervised
from worker.store import Store
from worker.store.audit import note
from worker.store.database import Database
from worker.store.ids import DAY, new_id, now_ms, to_time
from worker.store.tables import document, page, revision

FLOOR = 0.85  # mean F1 below which there is an alarm, unless somebody sets another
FALL = 0.02  # below the best of the last runs: an alarm too
RUNS = 30
NIGHTLY = DAY  # ms between two scores that nobody asked for
WORST = 20  # pages named in a score
SAID = {"html": "text/html", "text": "text/plain"}  # of pages that were handed in decoded


_no_bodies = sa.select(*(column for column in golden_page.c if column.name != "body"))


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenPage:
    """A page of the golden set."""

    id: str
    page_id: str | None
    url: str
    text: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One run over the golden set. Means over pages; a page that gives an error counts as 0."""

    at: datetime
    cleaner_version: str
    profile: str
    pages: int
    failed: int
    f1: float
    precision: float
    recall: float
    worst: tuple[tuple[str, float], ...]  # (golden page, F1), the worst first


def approve(store: Store, document_id: str, text: str, *, by: str) -> str:
    """Put a document's page into the golden set, with the text it should have; its id there. Again: the text is replaced.

    Raises:
        KeyError: there is no such document.
        BodyMissing: the raw page is gone.
    """
    columns = (page.c.id, page.c.url, revision.c.content_type, revision.c.encoding, revision.c.kind)
    wanted = (
        sa.select(*columns, revision.c.id.label("revision_id"))
        .join(document, document.c.page_id == page.c.id)
        .join(revision, revision.c.id == document.c.revision_id)
        .where(document.c.id == document_id)
    )
    with store.database.read() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        raise KeyError(document_id)
    return add(
        store.database,
        store.body(row.revision_id),
        text,
        by=by,
        url=row.url,
        content_type=row.content_type,
        encoding=row.encoding,
        kind=row.kind,
        page_id=row.id,
    )


def add(
    database: Database,
    body: bytes,
    text: str,
    *,
    by: str,
    url: str = "",
    content_type: str | None = None,
    encoding: str | None = None,
    kind: str = "auto",
    page_id: str | None = None,
) -> str:
    """Put a page into the golden set; its id there."""
    name = new_id()
    row = {
        "id": name,
        "page_id": page_id,
        "url": url,
        "content_type": content_type,
        "encoding": encoding,
        "kind": kind,
        "body": zstandard.ZstdCompressor().compress(body),
        "text": text,
        "approved_by": by,
        "approved_at": now_ms(),
    }

    def write(connection: sa.Connection) -> None:
        if page_id is not None:
            connection.execute(sa.delete(golden_page).where(golden_page.c.page_id == page_id))
        connection.execute(sa.insert(golden_page).values(**row))
        note(connection, "golden.approved", name, by=by, detail={"page": page_id})

    database.write(write)
    return name


def remove(database: Database, golden_id: str, *, by: str = "") -> bool:
    """Take a page out; whether it was there."""
    gone = sa.delete(golden_page).where(golden_page.c.id == golden_id)

    def write(connection: sa.Connection) -> bool:
        was_there = connection.execute(gone).rowcount > 0
        if was_there:
            note(connection, "golden.removed", golden_id, by=by)
        return was_there

    return database.write(write)


def edit(database: Database, golden_id: str, text: str, *, by: str) -> bool:
    """Give a page of the set another text; whether it was there."""
    mine = sa.update(golden_page).where(golden_page.c.id == golden_id)

    def write(connection: sa.Connection) -> bool:
        values = {"text": text, "approved_by": by, "approved_at": now_ms()}
        was_there = connection.execute(mine.values(values)).rowcount > 0
        if was_there:
            note(connection, "golden.approved", golden_id, by=by)
        return was_there

    return database.write(write)


def golden_pages(database: Database) -> list[GoldenPage]:
    """All, the latest first."""
    return _golden(database, _no_bodies.order_by(golden_page.c.id.desc()))


def one_page(database: Database, golden_id: str) -> GoldenPage | None:
    """A page of the set."""
    return next(iter(_golden(database, _no_bodies.where(golden_page.c.id == golden_id))), None)


def of_page(database: Database, page_id: str) -> GoldenPage | None:
    """A stored page's place in the set."""
    return next(iter(_golden(database, _no_bodies.where(golden_page.c.page_id == page_id))), None)


def _golden(database: Database, wanted: sa.Select[Any]) -> list[GoldenPage]:
    with database.read() as connection:
        return [
            GoldenPage(
                id=row.id,
                page_id=row.page_id,
                url=row.url,
                text=row.text,
                approved_by=row.approved_by,
                approved_at=to_time(row.approved_at),
            )
            for row in connection.execute(wanted)
        ]


def score_now(
    database: Database,
    profile: Profile,
    *,
    name: str = "default",
    floor: float = FLOOR,
    cleaner: Cleaner = supervised,
    progress: Callable[[int, int], None] | None = None,
) -> Score | None:
    """Clean the golden set, keep the score, open or close the alarm. None: the set is empty. Nightly, and on demand.

    Args:
        progress: told how many pages are done, and of how many.
    """
    with database.read() as connection:
        rows = connection.execute(sa.select(golden_page).order_by(golden_page.c.id)).all()
    if not rows:
        return None
    found: list[tuple[str, float, float, float]] = []
    failed = 0
    for row, made in zip(rows, cleaner(trial_of(row, profile) for row in rows), strict=True):
        failed += bool(made.error)
        found.append((row.id, *((0.0, 0.0, 0.0) if made.error else compared(made.text, row.text))))
        if progress is not None:
            progress(len(found), len(rows))
    pages = len(found)
    score = Score(
        at=to_time(now_ms()),
        cleaner_version=cleaner_version(profile),
        profile=name,
        pages=pages,
        failed=failed,
        f1=sum(one[1] for one in found) / pages,
        precision=sum(one[2] for one in found) / pages,
        recall=sum(one[3] for one in found) / pages,
        worst=tuple((one[0], one[1]) for one in sorted(found, key=lambda one: one[1])[:WORST]),
    )
    database.write(lambda connection: _keep(connection, score, floor))
    return score


def is_due(database: Database, now: int | None = None) -> bool:
    """Whether there is a golden set that was not scored for a day."""
    since = (now_ms() if now is None else now) - NIGHTLY
    with database.read() as connection:
        if connection.execute(sa.select(golden_page.c.id).limit(1)).first() is None:
            return False
        return connection.execute(sa.select(golden_score.c.id).where(golden_score.c.at > since).limit(1)).first() is None


def history(database: Database, limit: int = 100) -> list[Score]:
    """The latest scores, newest first."""
    with database.read() as connection:
        rows = connection.execute(sa.select(golden_score).order_by(golden_score.c.at.desc()).limit(limit))
        return [
            Score(
                at=to_time(row.at),
                cleaner_version=row.cleaner_version,
                profile=row.profile,
                pages=row.pages,
                failed=row.failed,
                f1=row.f1,
                precision=row.precision,
                recall=row.recall,
                worst=tuple((name, value) for name, value in json.loads(row.worst)),
            )
            for row in rows
        ]


def trial_of(row: Any, profile: Profile) -> Trial:
    """A row of the golden set, to be cleaned."""
    body = zstandard.ZstdDecompressor().decompress(bytes(row.body))
    return Trial(body, row.url, SAID.get(row.kind) or row.content_type, row.encoding, profile)


def compared(text: str, gold: str) -> tuple[float, float, float]:
    """F1, precision and recall of the words."""
    both = agreement(text, gold)
    ours, theirs = agreement(text, ""), agreement("", gold)
    common = ours.only_ours - both.only_ours
    precision = common / ours.only_ours if ours.only_ours else float(not theirs.only_theirs)
    recall = common / theirs.only_theirs if theirs.only_theirs else 1.0
    return both.score, precision, recall


def _keep(connection: sa.Connection, score: Score, floor: float) -> None:
    """The row, and the alarm: below the floor, or below what this profile and set reached lately."""
    latest = sa.select(golden_score.c.f1).where(golden_score.c.profile == score.profile, golden_score.c.pages == score.pages)
    before = list(connection.execute(latest.order_by(golden_score.c.at.desc()).limit(RUNS)).scalars())
    best = max(before, default=score.f1)
    now = now_ms()
    values = {
        "cleaner_version": score.cleaner_version,
        "profile": score.profile,
        "pages": score.pages,
        "failed": score.failed,
    }
    values |= {"f1": score.f1, "precision": score.precision, "recall": score.recall, "worst": json.dumps(score.worst)}
    connection.execute(sa.insert(golden_score).values(id=new_id(), at=now, **values))
    wrong = score.f1 < floor or score.f1 < best - FALL
    evidence = {"f1": round(score.f1, 4), "floor": floor, "best": round(best, 4), "version": score.cleaner_version}
    evidence["worst"] = [name for name, _ in score.worst[:5]]
    record(connection, [Finding(kind="golden_score", wrong=wrong, at=now, evidence=evidence)])
