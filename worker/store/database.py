"""Transactions on SQLite and PostgreSQL alike: short, tried again where that is safe, one error when nothing answers."""

import os
import random
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from worker.store.errors import StoreUnavailable
from worker.store.tables import setting

T = TypeVar("T")
Insert = postgresql.Insert | sqlite.Insert

BUSY_SECONDS = 30  # a writer of SQLite waits that long for the one before it
TRIES = 4
LOST_RACES = {"40001", "40P01", "23503", "23505"}  # serialisation, deadlock; a page deleted or made meanwhile
READ_ONLY = {"dehusk_read": True}


class Database:
    """An engine with the habits of this store."""

    def __init__(self, url: str, durable: str) -> None:
        parsed = sa.make_url(url)
        self.postgres = parsed.get_backend_name() == "postgresql"
        if self.postgres:
            parsed = parsed.set(drivername="postgresql+psycopg")
            options: dict[str, Any] = {
                "connect_timeout": 5,
                "keepalives_idle": 10,
                "tcp_user_timeout": 20_000,  # ms until a server that fell silent counts as gone
                "application_name": "dehusk",
            }
            self.engine = sa.create_engine(parsed, connect_args=options, pool_size=8, max_overflow=24, pool_timeout=30)
            # Many rows in one INSERT: the server works a fifth less than on one statement a row, and answers once.
            self.engine.dialect.use_insertmanyvalues_wo_returning = True
        else:
            self.engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, pool_size=8, max_overflow=24)
            _teach_sqlite(self.engine, durable)
        here = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget(here()))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def make_room(self) -> None:
        """The folder of a SQLite file; everything else is there or not."""
        file = self.engine.url.database
        if not self.postgres and file and file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in one transaction; again if it lost a race or the connection. So it must be repeatable.

        Raises:
            StoreUnavailable: the database does not answer, or stays locked.
        """
        for attempt in range(1, TRIES + 1):
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except (OperationalError, InterfaceError, IntegrityError, PoolTimeout) as error:
                if not self._worth_another_try(error) or attempt == TRIES:
                    if isinstance(error, IntegrityError):
                        raise
                    raise StoreUnavailable(_short(error)) from error
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("unreachable")

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A view of the database that does not move while it is looked at.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        try:
            with self.engine.connect() as connection:
                if self.postgres:
                    connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                else:
                    connection = connection.execution_options(**READ_ONLY)
                yield connection
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise StoreUnavailable(_short(error)) from error

    def forget_deleted(self) -> None:
        """After a takedown: SQLite's log must not hold what the database no longer does.

        PostgreSQL overwrites deleted rows when it vacuums.
        """
        if not self.postgres:
            with self.engine.connect() as connection:
                driver = connection.connection.cursor()
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # with readers about, the next checkpoint does it
                driver.close()

    def tidy(self) -> None:
        """Let SQLite look after its statistics and shorten its log. PostgreSQL does so by itself."""
        if not self.postgres:
            with self.engine.connect() as connection:
                driver = connection.connection.cursor()
                driver.execute("PRAGMA optimize")
                driver.execute("PRAGMA wal_checkpoint(PASSIVE)")
                driver.close()

    def insert(self, table: sa.Table) -> Insert:
        """An INSERT that can say what to do on a conflict."""
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    def commit_number(self, connection: sa.Connection) -> int:
        """A number for this transaction. Once `horizon` has passed it, no transaction with a smaller one is to come."""
        name = setting.c.name == "feed"
        if self.postgres:
            number = sa.text("SELECT pg_current_xact_id()::text::bigint + value FROM setting WHERE name = 'feed'")
            return int(connection.execute(number).scalar_one())
        bump = sa.update(setting).where(name).values(value=setting.c.value + 1).returning(setting.c.value)
        return int(connection.execute(bump).scalar_one())

    def horizon(self, connection: sa.Connection) -> int:
        """Documents with a number below this are all there: nobody will add one between them."""
        if self.postgres:
            lowest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + value FROM setting WHERE name = 'feed'"
            return int(connection.execute(sa.text(lowest)).scalar_one())
        return int(connection.execute(sa.select(setting.c.value).where(setting.c.name == "feed")).scalar_one()) + 1

    def among(self, column: sa.ColumnElement[Any], values: Sequence[Any]) -> sa.ColumnElement[bool]:
        """`column` is one of `values`; on PostgreSQL one array, so that the statement is the same for any number."""
        if self.postgres:
            return column == sa.any_(sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type)))
        return column.in_(values)

    def _worth_another_try(self, error: Exception) -> bool:
        if not isinstance(error, DBAPIError):
            return False
        if error.connection_invalidated:
            return True
        state = getattr(error.orig, "sqlstate", None)
        return state in LOST_RACES or isinstance(error, IntegrityError)


def _teach_sqlite(engine: sa.Engine, durable: str) -> None:
    synchronous = "FULL" if durable == "power" else "NORMAL"  # NORMAL with a WAL survives kill -9

    @event.listens_for(engine, "connect")
    def connect(dbapi: Any, record: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None  # the driver opens no transactions of its own
        cursor = dbapi.cursor()
        if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            cursor.execute("PRAGMA journal_mode=WAL")  # kept in the file; asking for it again would take a lock
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-32000")  # KiB
        cursor.execute("PRAGMA journal_size_limit=67108864")  # a WAL that grew in a burst shrinks again
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # a writer takes the lock at once: one that first reads and then asks for it fails when another was quicker
        reading = connection.get_execution_options().get("dehusk_read")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _forget(database: Database | None) -> None:
    """In a forked child: the parent's connections are the parent's."""
    if database is not None:
        database.engine.dispose(close=False)


def _short(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0][:300]
