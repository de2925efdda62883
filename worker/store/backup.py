"""A copy of everything that any database can be filled from: tables as rows of JSON, packs as they are.

One form for SQLite and PostgreSQL, so that what began embedded can move to servers.
"""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import zstandard

import worker.quality.tables
import worker.store.tables_admin
import worker.store.tables_rollup  # noqa: F401
from worker.store.blobs import BlobStore
from worker.store.database import Database
from worker.store.errors import BodyMissing, RestoreRefused
from worker.store.migrate import SCHEMAS, migrate, schema_of
from worker.store.tables import document, metadata, page, setting

FORM = 1
MANIFEST = "manifest.json"
AT_ONCE = 2000
Manifest = dict[str, Any]


def backup(database: Database, blobs: BlobStore, target: Path, *, bodies: bool) -> Manifest:
    """See Store.backup. Tables first: the packs they point to were there before them."""
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty")
    (target / "tables").mkdir()
    manifest: Manifest = {"form": FORM, "made_at": datetime.now(UTC).isoformat(), "tables": {}, "packs": {}}
    with database.read() as connection:
        manifest["schema"] = schema_of(connection)
        for table in metadata.sorted_tables:
            manifest["tables"][table.name] = _write_table(connection, table, target / "tables" / f"{table.name}.jsonl.zst")
    if bodies:
        for name in blobs.shelf.every_pack():
            try:
                data = blobs.shelf.whole(name)
            except BodyMissing:
                continue  # house-keeping was quicker: nothing points to it any more
            path = target / "packs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            manifest["packs"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    unfinished = target / f".{MANIFEST}"
    unfinished.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    unfinished.replace(target / MANIFEST)  # last: a folder without one is no backup
    return manifest


def _write_table(connection: sa.Connection, table: sa.Table, path: Path) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    rows = connection.execution_options(yield_per=AT_ONCE).execute(sa.select(table))
    count = 0
    with path.open("wb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as squeezed:
        squeezed.write(json.dumps(names).encode() + b"\n")
        for row in rows:
            plain = [_plain(value) for value in row]
            squeezed.write(json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
            count += 1
    return {"rows": count, "sha256": _digest(path)}


def _plain(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(database: Database, blobs: BlobStore, source: Path) -> Manifest:
    """See Store.restore. Bodies first, then all rows in one transaction: a restore that breaks off leaves no rows."""
    manifest = _checked(source)
    migrate(database, manifest["schema"])
    _refuse_full(database)
    for name, told in manifest["packs"].items():
        data = (source / "packs" / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != told["sha256"]:
            raise RestoreRefused(f"{name} is damaged.")
        blobs.shelf.load(name, data)

    def fill(connection: sa.Connection) -> None:
        connection.execute(sa.delete(setting))
        for table in metadata.sorted_tables:
            if table.name in manifest["tables"]:
                _fill(connection, table, source / "tables" / f"{table.name}.jsonl.zst")
        _count_on(database, connection)

    database.write(fill)
    migrate(database)
    return manifest


def _checked(source: Path) -> Manifest:
    try:
        manifest: Manifest = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RestoreRefused(f"{source} has no readable {MANIFEST}.") from error
    if manifest.get("form") != FORM or manifest.get("schema") not in SCHEMAS:
        raise RestoreRefused("It was made by a newer program.")
    for name, told in manifest["tables"].items():
        path = source / "tables" / f"{name}.jsonl.zst"
        if not path.exists() or _digest(path) != told["sha256"]:
            raise RestoreRefused(f"Table {name} is damaged.")
    return manifest


def _refuse_full(database: Database) -> None:
    with database.read() as connection:
        if connection.execute(sa.select(page.c.id).limit(1)).first() is not None:
            raise RestoreRefused("There are pages in this store already.")


def _fill(connection: sa.Connection, table: sa.Table, path: Path) -> None:
    known = {column.name for column in table.columns}
    lines = _lines(path)
    names = json.loads(next(lines))
    group: list[dict[str, Any]] = []
    for line in lines:
        values = zip(names, map(_lively, json.loads(line)), strict=True)
        group.append({name: value for name, value in values if name in known})
        if len(group) == AT_ONCE:
            connection.execute(sa.insert(table), group)
            group.clear()
    if group:
        connection.execute(sa.insert(table), group)


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as plain:
        yield from io.TextIOWrapper(plain, encoding="utf-8", newline="\n")


def _lively(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


def _count_on(database: Database, connection: sa.Connection) -> None:
    """Numbers given from now on must come after those that came with the rows."""
    if not database.postgres:
        highest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(document.c.feed), 0))).scalar_one()
        ahead = sa.update(setting).where(setting.c.name == "feed", setting.c.value < highest)
        connection.execute(ahead.values(value=highest))
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, highest, False)))
