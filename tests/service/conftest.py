"""Stores to test with: each test on SQLite and on PostgreSQL, empty, in a folder of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.service.postgres import Server, programs, server
from worker.quality import tables as tables_quality
from worker.settings import Settings
from worker.store import Store, tables_admin, tables_rollup
from worker.store.tables import metadata, setting

assert (
    tables_quality.alarm.metadata is tables_admin.token.metadata is tables_rollup.delta.metadata is metadata
)  # all tables are known to `empty`

OpenStore = Callable[..., Store]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running PostgreSQL; on a laptop without one its tests are skipped, in CI they fail."""
    if programs() is None:
        if os.environ.get("CI"):
            pytest.fail("CI tests PostgreSQL too: install Debian's `postgresql` or the `pgserver` wheel.")
        pytest.skip("there is no PostgreSQL here")
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_store(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a PostgreSQL database with the schema in it."""
    return _migrated(postgres.database(), tmp_path_factory.mktemp("postgresql"))


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema in it, to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "dehusk.sqlite3"
    _migrated(f"sqlite:///{file}", file.parent)
    return file


def _migrated(url: str, folder: Path) -> str:
    store = Store.open(Settings.load(data_dir=folder, database_url=url))
    store.migrate()
    store.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database with the schema in it."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_store"), tmp_path / "dehusk.sqlite3")
        return f"sqlite:///{tmp_path / 'dehusk.sqlite3'}"
    url: str = request.getfixturevalue("postgres_store")
    empty(url)
    return url


def empty(url: str) -> None:
    """No rows, and nobody connected: processes that a test killed may not be gone for the server yet."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with engine.begin() as connection:
        connection.execute(sa.text(others))
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY"))
        connection.execute(sa.insert(setting), {"name": "feed", "value": 0})


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an empty store."""
    return Settings.load(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
def open_store(settings: Settings) -> Iterator[OpenStore]:
    """Opens the same store, as often as wanted, with other settings if given."""
    opened: list[Store] = []

    def open_it(**changes: Any) -> Store:
        opened.append(Store.open(settings.model_copy(update=changes)))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """An empty store."""
    return open_store()
