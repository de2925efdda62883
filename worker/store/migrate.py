"""Bringing a database up to the schema of this program, by one process at a time."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from worker.store.database import Database
from worker.store.tables import document, setting

FOLDER = Path(__file__).parent / "migrations"
MIGRATOR = 0x6465_6876  # the advisory lock of PostgreSQL


def config() -> Config:
    """Alembic's settings: where the steps are."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return made


def head() -> str:
    """The newest schema this program knows."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def schema_of(connection: sa.Connection) -> str:
    """The schema a database has; "" when it has none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def known_schemas() -> frozenset[str]:
    """All schemas that this program has steps for."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(config()).walk_revisions())


def usable(schema: str) -> bool:
    """The newest this program knows, or one of a newer program: steps expand before they contract."""
    return schema == head() or (schema != "" and schema not in known_schemas())


def migrate(database: Database, to: str = "head") -> None:
    """See Store.migrate. All steps are one transaction: a step that fails leaves everything as it was."""

    def upgrade(connection: sa.Connection) -> None:
        if database.postgres:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATOR)))
        schema = schema_of(connection)
        if schema and schema not in known_schemas():
            return  # a newer program was here, and its schema serves this one too
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, to)
        if database.postgres and to == "head":
            _keep_feed_ahead(connection)

    database.write(upgrade)


def _keep_feed_ahead(connection: sa.Connection) -> None:
    """After a move to another server, whose transactions count from lower, new documents must still come last."""
    highest = sa.select(sa.func.coalesce(sa.func.max(document.c.feed), 0)).scalar_subquery()
    here = sa.text("pg_current_xact_id()::text::bigint")
    ahead = sa.update(setting).where(setting.c.name == "feed", setting.c.value + here <= highest)
    connection.execute(ahead.values(value=highest - here + 1))
