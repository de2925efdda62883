"""Drawing spans for people, keeping what they say, and what that says about each rule."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from worker.quality.draw import Facts, draw, is_drawn
from worker.quality.estimate import Estimate, Judged, estimate
from worker.quality.follow import follow
from worker.quality.spans import spans
from worker.quality.tables import review, review_task, second_opinion
from worker.store.audit import note
from worker.store.database import Database
from worker.store.ids import DAY, new_id, now_ms, to_ms, to_time
from worker.store.tables import document
from worker.store.tables_rollup import host_state, hour_reason

Answer = Literal["keep", "drop", "unsure"]

NAME = "review"
Split = tuple[int, Answer, Answer]  # (characters of the first part, its answer, the second's)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """How good a rule is, as far as reviews can tell."""

    rule: str  # "" is the whole
    reason: str
    precision: Estimate  # of what it removed, the share that should go
    recall: Estimate  # of what should go under its reason, the share that went


def draw_reviews(database: Database, rate: float, limit: int = 500) -> int:
    """Draw from the next documents; how many were looked at. For the scheduler.

    Texts are read of those that are drawn only.
    """
    with database.read() as connection:
        shares = _reason_shares(connection)

    def take(connection: sa.Connection, rows: list[Any]) -> None:
        chosen = {facts.document_id: facts for facts in _facts(database, connection, rows) if is_drawn(facts, rate)}
        texts = sa.select(document.c.id, document.c.text, document.c.account)
        tasks = []
        for row in connection.execute(texts.where(database.among(document.c.id, sorted(chosen)))) if chosen else ():
            for span, why, probability in draw(chosen[row.id], spans(row.text, bytes(row.account)), rate, shares):
                task = {**span._asdict(), "why": why, "probability": probability}
                tasks.append({**task, "id": new_id(), "document_id": row.id, "drawn_at": now_ms(), "done_at": None})
        if tasks:
            connection.execute(sa.insert(review_task), tasks)

    return follow(database, NAME, (document.c.confidence,), limit, take)


def _facts(database: Database, connection: sa.Connection, rows: list[Any]) -> list[Facts]:
    hosts = sorted({row.host for row in rows})
    seen = sa.select(host_state.c.host, host_state.c.pages).where(database.among(host_state.c.host, hosts))
    pages = {row.host: int(row.pages) for row in connection.execute(seen)}
    said = sa.select(second_opinion.c.document_id, second_opinion.c.agreement)
    mine = said.where(database.among(second_opinion.c.document_id, [row.id for row in rows]))
    opinions = {row.document_id: row.agreement for row in connection.execute(mine)}
    return [
        Facts(
            document_id=row.id,
            confidence=row.confidence,
            host_pages=pages.get(row.host, 0),
            agreement=opinions.get(row.id),
        )
        for row in rows
    ]


def answer(
    database: Database, task_id: str, said: Answer | Split, *, by: str, reason: str = "", at: datetime | None = None
) -> str:
    """Keep a verdict; its id. A second one on the same task is kept beside the first, and counts in its place.

    Args:
        said: what should happen to the span; a split says it for its two parts.
        by: who says it.
        reason: of kept text that should have gone, the reason it should have gone for.

    Raises:
        KeyError: there is no such task, or its document was deleted.
    """
    now = now_ms() if at is None else to_ms(at)
    cut, first, last = said if isinstance(said, tuple) else (None, None, said)

    def write(connection: sa.Connection) -> str:
        task = connection.execute(sa.select(review_task).where(review_task.c.id == task_id)).first()
        if task is None:
            raise KeyError(task_id)
        if cut is not None and not 0 < cut < task.end - task.start:
            raise ValueError("a split lies inside the span")
        name = new_id()
        row = {"id": name, "task_id": task_id, "document_id": task.document_id, "answer": last, "by": by, "at": now}
        parts = {"split_at": cut, "answer_before": first, "reason": reason or None}
        connection.execute(sa.insert(review).values(**row, **parts))
        connection.execute(sa.update(review_task).where(review_task.c.id == task_id).values(done_at=now))
        told = {"answer": last if cut is None else f"{first}, {last}", "reason": reason}
        note(connection, "review.answered", task_id, by=by, detail=told)
        return name

    return database.write(write)


def rule_figures(database: Database, *, since: datetime | None = None, accuracy: float = 1.0) -> list[RuleFigures]:
    """Precision and recall of the whole and of each rule, from all verdicts since then."""
    return figures(verdicts(database, since=since), accuracy=accuracy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person said of a span, or of a part of one that was split."""

    page_id: str
    document_id: str
    start: int
    end: int
    removed_for: str  # the reason it was removed for; "" was kept
    rule: str
    answer: Answer
    reason: str  # that a person gave
    probability: float
    by: str
    at: datetime


def verdicts(database: Database, *, since: datetime | None = None) -> list[Verdict]:
    """The latest verdict of each task; a split one as two."""
    wanted = (
        sa.select(review, review_task.c.start, review_task.c.end, review_task.c.probability, document.c.page_id)
        .add_columns(review_task.c.reason.label("removed_for"), review_task.c.rule)
        .join(review_task, review_task.c.id == review.c.task_id)
        .join(document, document.c.id == review.c.document_id)
        .order_by(review.c.at, review.c.id)
    )
    if since is not None:
        wanted = wanted.where(review.c.at >= to_ms(since))
    latest: dict[str, Any] = {}
    with database.read() as connection:
        for row in connection.execute(wanted):
            latest[row.task_id] = row
    return [part for row in latest.values() for part in _parts(row)]


def figures(found: Sequence[Verdict], *, accuracy: float = 1.0) -> list[RuleFigures]:
    """Of verdicts, the whole first, then rules by name."""
    sure = [one for one in found if one.answer != "unsure"]
    keys = sorted({(one.rule, one.removed_for) for one in sure if one.removed_for})
    out = [_figures("", "", sure, accuracy)]
    for rule, reason in keys:
        mine = [one for one in sure if (one.rule == rule if one.removed_for else one.reason == reason)]
        out.append(_figures(rule, reason, mine, accuracy))
    return out


def _figures(rule: str, reason: str, chosen: Sequence[Verdict], accuracy: float) -> RuleFigures:
    removed = [one for one in chosen if one.removed_for]
    should_go = [one for one in chosen if one.answer == "drop"]
    return RuleFigures(
        rule=rule,
        reason=reason,
        precision=estimate(
            [Judged(one.page_id, one.answer == "drop", one.probability) for one in removed], accuracy=accuracy
        ),
        recall=estimate([Judged(one.page_id, bool(one.removed_for), one.probability) for one in should_go]),
    )


def _parts(row: Any) -> list[Verdict]:
    ends: list[tuple[int, int, Answer]] = [(row.start, row.end, row.answer)]
    if row.split_at is not None:
        middle = row.start + row.split_at
        ends = [(row.start, middle, row.answer_before), (middle, row.end, row.answer)]
    return [
        Verdict(
            page_id=row.page_id,
            document_id=row.document_id,
            start=start,
            end=end,
            removed_for=row.removed_for,
            rule=row.rule,
            answer=said,
            reason=row.reason or "",
            probability=row.probability,
            by=row.by,
            at=to_time(row.at),
        )
        for start, end, said in ends
    ]


def _reason_shares(connection: sa.Connection) -> dict[str, float]:
    """Share of each reason among the drops of the last week."""
    drops = sa.func.sum(hour_reason.c.drops)
    rows = connection.execute(
        sa.select(hour_reason.c.reason, drops.label("drops"))
        .where(hour_reason.c.hour > now_ms() - 7 * DAY)
        .group_by(hour_reason.c.reason)
    ).all()
    found: dict[str, float] = defaultdict(float)
    total = sum(int(row.drops) for row in rows) or 1
    for row in rows:
        found[row.reason] = int(row.drops) / total
    return dict(found)
