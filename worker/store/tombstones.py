"""What was deleted, for consumers that hold copies: the feed of takedowns."""

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import to_time
from worker.store.nouns import Tombstone, Tombstones
from worker.store.tables import tombstone
from worker.store.views import LAST, MOST, parse_cursor


def deleted(database: Database, cursor: str | None, limit: int) -> Tombstones:
    """See Store.deleted."""
    number, name = parse_cursor(cursor)
    limit = max(1, min(limit, MOST))
    with database.read() as connection:
        horizon = database.horizon(connection)
        after = sa.tuple_(tombstone.c.feed, tombstone.c.page_id) > sa.tuple_(number, name)
        wanted = sa.select(tombstone).where(tombstone.c.feed < horizon, after)
        rows = connection.execute(wanted.order_by(tombstone.c.feed, tombstone.c.page_id).limit(limit + 1)).all()
    found = tuple(Tombstone(page_id=row.page_id, at=to_time(row.at)) for row in rows[:limit])
    if len(rows) > limit:
        return Tombstones(rows=found, cursor=f"{rows[limit - 1].feed}.{rows[limit - 1].page_id}", more=True)
    return Tombstones(rows=found, cursor=f"{max(number, horizon - 1)}.{LAST}", more=False)
