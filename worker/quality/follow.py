"""Reading the feed of documents a part at a time, each exactly once: what is made of a part is written with the place."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from worker.quality.tables import follower
from worker.store.database import Database
from worker.store.tables import document, page

YOUNG = 1000  # documents


def follow(
    database: Database,
    name: str,
    columns: Sequence[sa.ColumnElement[Any]],
    limit: int,
    take: Callable[[sa.Connection, list[Any]], None],
) -> int:
    """Give the next documents to `take`, in one transaction with the place in the feed; how many there were.

    Rows have the asked columns, and `host`, `feed`, `id`. In a store with many documents a new follower begins at the
    end. Documents of a re-cleaning are left out.
    """

    def write(connection: sa.Connection) -> int:
        known = sa.select(follower.c.feed, follower.c.document_id).where(follower.c.name == name)
        place = connection.execute(known.with_for_update() if database.postgres else known).first()
        horizon = database.horizon(connection)
        if place is None:
            begun = _beginning(connection, horizon)
            mine = {"name": name, "feed": begun, "document_id": "" if begun == 0 else "~"}
            connection.execute(database.insert(follower).values(**mine).on_conflict_do_nothing())
            return limit  # go on at once
        older = document.alias()
        again = sa.exists().where(older.c.revision_id == document.c.revision_id, older.c.id < document.c.id)
        wanted = (
            sa.select(document.c.id, document.c.feed, page.c.host, again.label("again"), *columns)
            .join(page, page.c.id == document.c.page_id)
            .where(
                document.c.feed < horizon,
                sa.tuple_(document.c.feed, document.c.id) > sa.tuple_(place.feed, place.document_id),
            )
            .order_by(document.c.feed, document.c.id)
            .limit(limit)
        )
        rows = list(connection.execute(wanted))
        if rows:
            take(connection, [row for row in rows if not row.again])
            here = {"feed": rows[-1].feed, "document_id": rows[-1].id}
            connection.execute(sa.update(follower).where(follower.c.name == name).values(**here))
        return len(rows)

    return database.write(write)


def _beginning(connection: sa.Connection, horizon: int) -> int:
    """A young store is read from its first document; the past of an old one would be alarms about what is long over."""
    old = connection.execute(sa.select(document.c.id).offset(YOUNG).limit(1)).first() is not None
    return horizon - 1 if old else 0


def begin(database: Database, name: str) -> None:
    """Make a new follower read from the very beginning."""
    insert = database.insert(follower).values(name=name, feed=0, document_id="")
    database.write(lambda connection: connection.execute(insert.on_conflict_do_nothing()))
