"""Stores to test with: each test on SQLite and on PostgreSQL, empty, in a folder of its own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.postgres import Server, programs, server
from worker.settings import Settings
from worker.store import Store

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
def migrated(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the schema in it, to copy."""
    url = postgres.database()
    store = Store.open(Settings.load(data_dir=tmp_path_factory.mktemp("template"), database_url=url))
    store.migrate()
    store.close()
    return url.split("?")[0].rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database with the schema in it."""
    if request.param == "postgresql":
        postgres: Server = request.getfixturevalue("postgres")
        return postgres.database(request.getfixturevalue("migrated"))
    url = f"sqlite:///{tmp_path / 'dehusk.sqlite3'}"
    store = Store.open(Settings.load(data_dir=tmp_path, database_url=url))
    store.migrate()
    store.close()
    return url


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
