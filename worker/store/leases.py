"""How long a claim holds: prolonged by who works, ended at once when it is known that nobody does."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import now_ms
from worker.store.nouns import Job
from worker.store.tables import is_in, revision
from worker.store.tables_admin import reclean_job

TABLES = (revision, reclean_job)
AT_ONCE = 5000


def renew(database: Database, jobs: Sequence[Job], lease_ms: int) -> None:
    """See Store.renew."""

    def write(connection: sa.Connection) -> None:
        until = now_ms() + lease_ms
        for job in sorted(jobs, key=lambda job: job.id):
            table = reclean_job if job.rebuild else revision
            mine = (table.c.id == job.id, is_in(table, "cleaning"), table.c.attempt == job.attempt)
            connection.execute(sa.update(table).where(*mine).values(lease_until=until))

    if jobs:
        database.write(write)


def abandon(database: Database, worker: str) -> int:
    """See Store.abandon."""

    def write(connection: sa.Connection) -> int:
        now = now_ms()
        count = 0
        for table in TABLES:
            held = (is_in(table, "cleaning"), table.c.worker == worker, table.c.lease_until > now)
            count += connection.execute(sa.update(table).where(*held).values(lease_until=now)).rowcount
        return count

    return database.write(write)


def forget_messages(database: Database) -> int:
    """See Store.forget_messages. Some thousands a transaction, so that nobody waits long."""
    total = 0
    for table in TABLES:
        done = AT_ONCE
        while done == AT_ONCE:
            done = _forget(database, table)
            total += done
    return total


def _forget(database: Database, table: sa.Table) -> int:
    now = now_ms()
    some = sa.select(table.c.id).where(is_in(table, "received"), table.c.lease_until > now).limit(AT_ONCE)
    if database.postgres:
        some = some.with_for_update(skip_locked=True)
    due = sa.update(table).where(table.c.id.in_(some)).values(lease_until=now)
    return database.write(lambda connection: connection.execute(due).rowcount)


def send_again(database: Database, ids: Iterable[str]) -> None:
    """See Store.send_again."""
    wanted = sorted(set(ids))

    def write(connection: sa.Connection) -> None:
        now = now_ms()
        for table in TABLES:
            mine = (database.among(table.c.id, wanted), table.c.state == "received", table.c.lease_until > now)
            connection.execute(sa.update(table).where(*mine).values(lease_until=now))

    if wanted:
        database.write(write)
