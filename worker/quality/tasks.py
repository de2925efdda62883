"""What waits for a person's word: a span with all that is known of it, and the text around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from cleaners.page import WHITE_SPACE
from worker.quality.spans import source_of
from worker.quality.tables import review, review_task
from worker.store.database import Database
from worker.store.ids import to_time
from worker.store.tables import document, page

AROUND = 400  # characters of the source text shown before and after a span


class Around(NamedTuple):
    """A part of the text around a span."""

    text: str
    removed_for: str  # "" was kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A span to be judged, with what stands around it."""

    id: str
    document_id: str
    page_id: str
    revision_id: str
    url: str
    host: str
    title: str
    language: str
    start: int
    end: int
    before: tuple[Around, ...]
    text: str
    after: tuple[Around, ...]
    reason: str  # "" for kept text
    rule: str
    score: float | None  # of the removal; None for kept text
    evidence: str
    confidence: float  # of the document
    why: str  # it was drawn
    probability: float
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A verdict as it was given, for the record."""

    task_id: str
    page_id: str
    url: str
    text: str
    removed_for: str
    answer: str  # keep, drop, unsure, or a split's two
    reason: str
    probability: float
    by: str
    at: datetime


_of = (
    sa.select(
        review_task,
        document.c.text,
        document.c.account,
        document.c.title,
        document.c.language,
        document.c.confidence,
        document.c.revision_id,
        page.c.id.label("page_id"),
        page.c.url,
        page.c.host,
    )
    .join(document, document.c.id == review_task.c.document_id)
    .join(page, page.c.id == document.c.page_id)
)
_order = (review_task.c.drawn_at, review_task.c.document_id, review_task.c.start, review_task.c.id)


def next_tasks(database: Database, limit: int = 20, after: str = "") -> list[Task]:
    """What waits for a verdict, the oldest first; spans of one document together.

    `after` is a task that is left for later.
    """
    wanted = _of.where(review_task.c.done_at.is_(None)).order_by(*_order).limit(limit)
    with database.read() as connection:
        if after:
            place = connection.execute(sa.select(*_order).where(review_task.c.id == after)).first()
            if place is not None:
                wanted = wanted.where(sa.tuple_(*_order) > sa.tuple_(*place))
        return [_task(row) for row in connection.execute(wanted)]


def one_task(database: Database, task_id: str) -> Task | None:
    """A task, also one that has its verdict."""
    with database.read() as connection:
        row = connection.execute(_of.where(review_task.c.id == task_id)).first()
    return _task(row) if row is not None else None


def waiting(database: Database) -> int:
    """Tasks without a verdict."""
    with database.read() as connection:
        open_ = sa.select(sa.func.count()).select_from(review_task).where(review_task.c.done_at.is_(None))
        return int(connection.execute(open_).scalar_one())


def given(database: Database, limit: int = 100) -> list[Given]:
    """The latest verdicts, newest first; those that another took the place of, too."""
    columns = (review_task.c.start, review_task.c.end, review_task.c.reason.label("removed_for"), review_task.c.probability)
    wanted = (
        sa.select(review, *columns, document.c.text, document.c.account, page.c.id.label("page_id"), page.c.url)
        .join(review_task, review_task.c.id == review.c.task_id)
        .join(document, document.c.id == review.c.document_id)
        .join(page, page.c.id == document.c.page_id)
        .order_by(review.c.at.desc(), review.c.id.desc())
        .limit(limit)
    )
    with database.read() as connection:
        return [_given(row) for row in connection.execute(wanted)]


def _given(row: Any) -> Given:
    said = row.answer
    if row.split_at is not None:
        said = f"{row.answer_before}, then {row.answer}"
    return Given(
        task_id=row.task_id,
        page_id=row.page_id,
        url=row.url,
        text=source_of(row.text, bytes(row.account))[0][row.start : row.end],
        removed_for=row.removed_for,
        answer=said,
        reason=row.reason or "",
        probability=row.probability,
        by=row.by,
        at=to_time(row.at),
    )


def _task(row: Any) -> Task:
    source, drops = source_of(row.text, bytes(row.account))
    mine = next((drop for drop in drops if (drop["start"], drop["end"]) == (row.start, row.end)), None)
    return Task(
        id=row.id,
        document_id=row.document_id,
        page_id=row.page_id,
        revision_id=row.revision_id,
        url=row.url,
        host=row.host,
        title=row.title or "",
        language=row.language or "",
        start=row.start,
        end=row.end,
        before=_around(source, drops, max(0, row.start - AROUND), row.start),
        text=source[row.start : row.end],
        after=_around(source, drops, row.end, min(len(source), row.end + AROUND)),
        reason=row.reason,
        rule=row.rule,
        score=mine["confidence"] if mine is not None else None,
        evidence=mine["evidence"] if mine is not None else "",
        confidence=row.confidence,
        why=row.why,
        probability=row.probability,
        done=row.done_at is not None,
    )


def _around(source: str, drops: list[dict[str, Any]], start: int, end: int) -> tuple[Around, ...]:
    found: list[Around] = []
    at = start
    for drop in drops:
        if drop["end"] <= start or drop["start"] >= end or drop["reason"] == WHITE_SPACE:
            continue
        left, right = max(drop["start"], start), min(drop["end"], end)
        if at < left:
            found.append(Around(source[at:left], ""))
        found.append(Around(source[left:right], drop["reason"]))
        at = right
    if at < end:
        found.append(Around(source[at:end], ""))
    return tuple(found)
