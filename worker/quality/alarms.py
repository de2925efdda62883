"""Alarms as they are kept: opened, grouped by cause, acknowledged, snoozed, closed. One notification a cause."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.quality.advice import what_to_do
from worker.quality.tables import alarm
from worker.store.audit import note
from worker.store.database import Database
from worker.store.ids import HOUR, to_ms, to_time

MANY = 5  # hosts with the same sign within an hour: one cause, and not theirs
CHANGE = 2 * HOUR  # so long after a change of rules or version, the change is the cause
JOINS = 6 * HOUR  # an alarm of a cause told that recently is not told again
AGAIN = 24 * HOUR  # nor one that opens again after it closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: something is wrong, or no longer is."""

    kind: str
    subject: str = ""  # a host; "" is the whole service
    wrong: bool
    at: int  # ms
    evidence: Mapping[str, Any] = field(default_factory=dict)  # figures that a person can check; JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm, for people."""

    id: int
    cause: str  # alarms of one cause belong together
    kind: str
    subject: str  # a host; "" is the whole service
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    evidence: Mapping[str, Any]
    what_to_do: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Alarms of one cause, the latest first."""

    cause: str
    alarms: tuple[Alarm, ...]

    @property
    def open(self) -> bool:
        """Something of it is still wrong."""
        return any(one.closed_at is None for one in self.alarms)


def record(connection: sa.Connection, findings: Sequence[Finding], changes: Sequence[tuple[str, int]] = ()) -> list[int]:
    """Open and close alarms; ids of those that opened. `changes` are (what, ms) of new versions and rules, for causes."""
    opened: list[int] = []
    for found in findings:
        mine = (alarm.c.kind == found.kind, alarm.c.subject == found.subject, alarm.c.closed_at.is_(None))
        row = connection.execute(sa.select(alarm.c.id, alarm.c.evidence).where(*mine)).first()
        if row is not None:
            values: dict[str, Any] = {"last_at": found.at}
            if found.wrong:
                values["evidence"] = _json({**json.loads(row.evidence), **found.evidence})
            else:
                values["closed_at"] = found.at
                values["evidence"] = _json({**json.loads(row.evidence), "closed": dict(found.evidence)})
            connection.execute(sa.update(alarm).where(alarm.c.id == row.id).values(**values))
        elif found.wrong:
            made = {
                "cause": _cause(connection, found, changes),
                "kind": found.kind,
                "subject": found.subject,
                "opened_at": found.at,
                "last_at": found.at,
                "evidence": _json(found.evidence),
            }
            opened.append(int(connection.execute(sa.insert(alarm).values(**made).returning(alarm.c.id)).scalar_one()))
    return opened


def _cause(connection: sa.Connection, found: Finding, changes: Sequence[tuple[str, int]]) -> str:
    """What alarms are told together as."""
    if not found.subject:
        return found.kind
    recent = [(at, what) for what, at in changes if 0 <= found.at - at <= CHANGE]
    if recent:
        return max(recent)[1]
    wave = f"{found.kind} on many hosts"
    near = (alarm.c.kind == found.kind, alarm.c.subject != "", alarm.c.opened_at > found.at - HOUR)
    rows = connection.execute(sa.select(alarm.c.id, alarm.c.subject, alarm.c.cause).where(*near)).all()
    if len({row.subject for row in rows} | {found.subject}) < MANY:
        return f"host {found.subject}"
    alone = [row.id for row in rows if row.cause.startswith("host ")]
    if alone:
        connection.execute(sa.update(alarm).where(alarm.c.id.in_(alone)).values(cause=wave))
    return wave


def to_tell(connection: sa.Connection, now: int) -> list[Group]:
    """Causes that nobody was told of: open, not acknowledged, not snoozed. They count as told from now on."""
    fresh = sa.select(alarm).where(alarm.c.closed_at.is_(None), alarm.c.notified_at.is_(None))
    rows = connection.execute(fresh.where(alarm.c.acknowledged_at.is_(None)).order_by(alarm.c.opened_at.desc())).all()
    asleep = sa.select(alarm.c.cause).where(alarm.c.snoozed_until > now)
    quiet = set(connection.execute(asleep).scalars())
    told = sa.select(alarm.c.cause).where(alarm.c.notified_at > now - JOINS)
    known = set(connection.execute(told).scalars())
    before = sa.select(alarm.c.kind, alarm.c.subject).where(alarm.c.notified_at > now - AGAIN)
    same = {tuple(row) for row in connection.execute(before)}
    groups: dict[str, list[Alarm]] = {}
    done: list[int] = []
    for row in rows:
        if row.cause in quiet:
            continue  # told when the time is over, if it is still open
        done.append(row.id)
        if row.cause not in known and (row.kind, row.subject) not in same:
            groups.setdefault(row.cause, []).append(alarm_of(row))
    if done:
        connection.execute(sa.update(alarm).where(alarm.c.id.in_(done)).values(notified_at=now))
    return [Group(cause=cause, alarms=tuple(alarms)) for cause, alarms in groups.items()]


def untold(connection: sa.Connection, causes: Sequence[str], at: int) -> None:
    """What `to_tell` gave at that time did not arrive: give it again."""
    mine = sa.update(alarm).where(alarm.c.notified_at == at, alarm.c.cause.in_(causes))
    connection.execute(mine.values(notified_at=None))


def alarms(
    database: Database,
    *,
    open_only: bool = True,
    subject: str | None = None,
    since: datetime | None = None,
    limit: int = 500,
) -> list[Group]:
    """Groups of alarms, the one with the latest alarm first."""
    wanted = sa.select(alarm).order_by(alarm.c.opened_at.desc(), alarm.c.id.desc()).limit(limit)
    if open_only:
        wanted = wanted.where(alarm.c.closed_at.is_(None))
    if subject is not None:
        wanted = wanted.where(alarm.c.subject == subject)
    if since is not None:
        wanted = wanted.where(alarm.c.opened_at >= to_ms(since))
    groups: dict[str, list[Alarm]] = {}
    with database.read() as connection:
        for row in connection.execute(wanted):
            groups.setdefault(row.cause, []).append(alarm_of(row))
    return [Group(cause=cause, alarms=tuple(found)) for cause, found in groups.items()]


def count_open(database: Database) -> dict[str, int]:
    """Open alarms by kind, for `/metrics`."""
    with database.read() as connection:
        return Counter(connection.execute(sa.select(alarm.c.kind).where(alarm.c.closed_at.is_(None))).scalars())


def acknowledge(database: Database, cause: str, *, by: str, at: datetime) -> int:
    """Somebody has seen to it; how many open alarms."""
    return _change(database, cause, "alarm.acknowledged", by, {}, acknowledged_at=to_ms(at), acknowledged_by=by)


def snooze(database: Database, cause: str, *, by: str, until: datetime | None) -> int:
    """Nothing is told of this cause until then (None: from now on it is); how many open alarms."""
    if until is None:
        return _change(database, cause, "alarm.woken", by, {}, snoozed_until=None)
    return _change(database, cause, "alarm.snoozed", by, {"until": until.isoformat()}, snoozed_until=to_ms(until))


def _change(database: Database, cause: str, action: str, by: str, detail: Mapping[str, Any], **values: Any) -> int:
    change = sa.update(alarm).where(alarm.c.cause == cause, alarm.c.closed_at.is_(None)).values(**values)

    def write(connection: sa.Connection) -> int:
        count = connection.execute(change).rowcount
        if count:
            note(connection, action, cause, by=by, detail={**detail, "alarms": count})
        return count

    return database.write(write)


def _json(evidence: Mapping[str, Any]) -> str:
    return json.dumps(dict(evidence), ensure_ascii=False, separators=(",", ":"))


def alarm_of(row: Any) -> Alarm:
    """A row of the table."""

    def time(moment: int | None) -> datetime | None:
        return None if moment is None else to_time(moment)

    return Alarm(
        id=row.id,
        cause=row.cause,
        kind=row.kind,
        subject=row.subject,
        opened_at=to_time(row.opened_at),
        last_at=to_time(row.last_at),
        closed_at=time(row.closed_at),
        evidence=json.loads(row.evidence),
        what_to_do=what_to_do(row.kind),
        acknowledged_at=time(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by,
        snoozed_until=time(row.snoozed_until),
    )
