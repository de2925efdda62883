"""Alarms as pages show them: by cause, the newest first, however many hosts a cause has."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.quality.alarms import Alarm, alarm_of
from worker.quality.tables import alarm
from worker.store.database import Database
from worker.store.ids import now_ms, to_ms, to_time

CAUSES = 50  # at once
SHOWN = 20  # alarms of a cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Alarms that belong together."""

    cause: str
    open: int  # alarms that are still wrong
    total: int
    hosts: int
    opened_at: datetime  # the first of them
    last_at: datetime  # the last sign of any
    acknowledged_by: str | None  # when all that is open was
    acknowledged_at: datetime | None
    snoozed_until: datetime | None  # in the future
    alarms: tuple[Alarm, ...]  # the latest


def causes(
    database: Database,
    *,
    open_only: bool = True,
    subject: str | None = None,
    since: datetime | None = None,
    now: int | None = None,
    limit: int = CAUSES,
) -> list[Cause]:
    """Causes with an alarm that is open, or was opened since then; the one with the latest alarm first."""
    where: list[sa.ColumnElement[bool]] = []
    if open_only:
        where.append(alarm.c.closed_at.is_(None))
    if subject is not None:
        where.append(alarm.c.subject == subject)
    if since is not None:
        where.append(sa.or_(alarm.c.opened_at >= to_ms(since), alarm.c.closed_at.is_(None)))
    is_open = alarm.c.closed_at.is_(None)
    one = sa.case((is_open, 1), else_=0)
    seen = sa.case((sa.and_(is_open, alarm.c.acknowledged_at.is_not(None)), 1), else_=0)
    sums = (
        sa.select(
            alarm.c.cause,
            sa.func.count().label("total"),
            sa.func.sum(one).label("open"),
            sa.func.sum(seen).label("seen"),
            sa.func.count(sa.distinct(sa.func.nullif(alarm.c.subject, ""))).label("hosts"),
            sa.func.min(alarm.c.opened_at).label("opened_at"),
            sa.func.max(alarm.c.opened_at).label("latest"),
            sa.func.max(alarm.c.last_at).label("last_at"),
            sa.func.max(sa.case((is_open, alarm.c.snoozed_until))).label("snoozed_until"),
        )
        .where(*where)
        .group_by(alarm.c.cause)
        .order_by(sa.desc("latest"), alarm.c.cause)
        .limit(limit)
    )
    place = sa.func.row_number().over(partition_by=alarm.c.cause, order_by=(alarm.c.opened_at.desc(), alarm.c.id.desc()))
    with database.read() as connection:
        rows = connection.execute(sums).all()
        mine = database.among(alarm.c.cause, [row.cause for row in rows])
        numbered = sa.select(alarm, place.label("place")).where(*where, mine).subquery()
        latest: dict[str, list[Alarm]] = defaultdict(list)
        for found in connection.execute(sa.select(numbered).where(numbered.c.place <= SHOWN).order_by(numbered.c.place)):
            latest[found.cause].append(alarm_of(found))
    moment = now_ms() if now is None else now
    return [_cause(row, tuple(latest[row.cause]), moment) for row in rows]


def _cause(row: Any, alarms: tuple[Alarm, ...], now: int) -> Cause:
    seen = next((one for one in alarms if one.acknowledged_at is not None), None) if row.seen == row.open > 0 else None
    return Cause(
        cause=row.cause,
        open=int(row.open),
        total=int(row.total),
        hosts=int(row.hosts),
        opened_at=to_time(row.opened_at),
        last_at=to_time(row.last_at),
        acknowledged_by=seen.acknowledged_by if seen is not None else None,
        acknowledged_at=seen.acknowledged_at if seen is not None else None,
        snoozed_until=to_time(row.snoozed_until) if (row.snoozed_until or 0) > now else None,
        alarms=alarms,
    )


def count_waiting(database: Database, now: int | None = None) -> int:
    """Causes that nobody has seen to: open, not acknowledged, not snoozed."""
    moment = now_ms() if now is None else now
    awake = sa.or_(alarm.c.snoozed_until.is_(None), alarm.c.snoozed_until <= moment)
    mine = sa.select(sa.func.count(sa.distinct(alarm.c.cause))).where(
        alarm.c.closed_at.is_(None), alarm.c.acknowledged_at.is_(None), awake
    )
    with database.read() as connection:
        return int(connection.execute(mine).scalar_one())
