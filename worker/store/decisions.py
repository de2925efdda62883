"""Decisions of operators about running workers: rules off and on, profiles laid over the one in the settings."""

from typing import Any, cast

import sqlalchemy as sa

from worker.store.audit import note as on_record
from worker.store.database import Database
from worker.store.errors import NoSuchChange
from worker.store.ids import now_ms, to_time
from worker.store.nouns import RuleChange
from worker.store.tables_admin import rule_change


def add(database: Database, what: str, name: str, body: str, host: str | None, by: str, note: str) -> RuleChange:
    """Put a change on record; it is in force from now on."""
    row = {"what": what, "name": name, "body": body, "host": host.lower().rstrip(".") if host else None}
    row |= {"by": by, "note": note}
    insert = sa.insert(rule_change).values(**row, at=now_ms()).returning(rule_change)

    def write(connection: sa.Connection) -> RuleChange:
        made = _change(connection.execute(insert).one())
        action = f"rule.{body}" if what == "rule" else "profile.laid_over"
        on_record(connection, action, name, by=by, detail={"change": made.id, "host": made.host, "note": note})
        return made

    return database.write(write)


def undo(database: Database, change_id: int, by: str) -> RuleChange:
    """See Store.undo_change."""
    standing = (rule_change.c.id == change_id, rule_change.c.undone_at.is_(None))
    update = sa.update(rule_change).where(*standing).values(undone_at=now_ms(), undone_by=by).returning(rule_change)

    def write(connection: sa.Connection) -> RuleChange | None:
        row = connection.execute(update).first()
        if row is not None:
            on_record(connection, f"{row.what}.undone", row.name, by=by, detail={"change": change_id, "host": row.host})
        return _change(row) if row is not None else None

    found = database.write(write)
    if found is None:
        raise NoSuchChange(str(change_id))
    return found


def changes(database: Database, undone: bool) -> list[RuleChange]:
    """See Store.changes."""
    wanted = sa.select(rule_change).order_by(rule_change.c.id)
    if not undone:
        wanted = wanted.where(rule_change.c.undone_at.is_(None))
    with database.read() as connection:
        return [_change(row) for row in connection.execute(wanted)]


def _change(row: Any) -> RuleChange:
    return RuleChange(
        id=row.id,
        what=cast(Any, row.what),
        name=row.name,
        body=row.body,
        host=row.host,
        at=to_time(row.at),
        by=row.by,
        note=row.note,
        undone_at=to_time(row.undone_at) if row.undone_at is not None else None,
        undone_by=row.undone_by,
    )
