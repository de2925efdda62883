"""When the cleaner itself changed: what then looks odd on many hosts has one cause, and it is not the hosts."""

import sqlalchemy as sa

from worker.store.ids import HOUR
from worker.store.tables_admin import rule_change
from worker.store.tables_rollup import hour_total

KNOWN = 14 * 24 * HOUR  # a version not seen for that long is new again


def changes_since(connection: sa.Connection, since: int) -> list[tuple[str, int]]:
    """(what, ms): decisions about rules and profiles, and versions first seen since then. Versions by the hour."""
    hour = since - since % HOUR
    found: list[tuple[str, int]] = []
    decided = sa.select(rule_change).where(sa.or_(rule_change.c.at >= since, rule_change.c.undone_at >= since))
    for row in connection.execute(decided):
        where = f" on {row.host}" if row.host else ""
        found.append((f"{row.what} {row.name} changed{where}", max(row.at, row.undone_at or 0)))
    first = sa.select(hour_total.c.cleaner_version, sa.func.min(hour_total.c.hour).label("hour"))
    mine = first.where(hour_total.c.hour >= hour - KNOWN, hour_total.c.cleaner_version != "")
    versions = connection.execute(mine.group_by(hour_total.c.cleaner_version)).all()
    if len(versions) > 1:  # the first version of all changes nothing
        found += [(f"version {row.cleaner_version}", row.hour) for row in versions if row.hour >= hour]
    return found
