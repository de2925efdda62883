"""Bringing a database up to the schema of this program, by one process at a time."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.tables import document, setting

if TYPE_CHECKING:
    from alembic.config import Config  # loaded where the schema changes, and nowhere else

FOLDER = Path(__file__).parent / "migrations"
SCHEMAS = ("0001", "0002", "0003", "0004", "0005", "0006")  # the steps in that folder, in order
MIGRATOR = 0x6465_6876  # the advisory lock of PostgreSQL


def config() -> "Config":
    """Alembic's settings: where the steps are."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return made


def schema_of(connection: sa.Connection) -> str:
    """The schema a database has; "" when it has none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")


def usable(schema: str) -> bool:
    """The newest this program knows, or one of a newer program: steps expand before they contract."""
    return schema == SCHEMAS[-1] or schema not in ("", *SCHEMAS)


def migrate(database: Database, to: str = "head") -> None:
    """See Store.migrate. All steps are one transaction: a step that fails leaves everything as it was."""

    from alembic import command

    def upgrade(connection: sa.Connection) -> None:
        if database.postgres:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATOR)))
        schema = schema_of(connection)
        if schema not in ("", *SCHEMAS):
            return  # a newer program was here, and its schema serves this one too
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, to)
        if database.postgres and to == "head":
            _keep_feed_ahead(connection)

    database.make_room()
    database.write(upgrade)


def _keep_feed_ahead(connection: sa.Connection) -> None:
    """After a move to another server, whose transactions count from lower, new documents must still come last."""
    highest = sa.select(sa.func.coalesce(sa.func.max(document.c.feed), 0)).scalar_subquery()
    here = sa.text("pg_current_xact_id()::text::bigint")
    ahead = sa.update(setting).where(setting.c.name == "feed", setting.c.value + here <= highest)
    connection.execute(ahead.values(value=highest - here + 1))
