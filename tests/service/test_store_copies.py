"""Schema steps, backups that any database can be filled from, exports."""

import inspect
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
import zstandard
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.service.conftest import OpenStore
from tests.service.postgres import Server
from tests.service.store_helpers import assert_adds_up, cleaned, put, put_clean, rows, submission
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import RestoreRefused
from worker.store.export import COLUMNS
from worker.store.migrate import SCHEMAS, config, schema_of
from worker.store.nouns import Where
from worker.store.rows import document_row
from worker.store.tables import event, metadata, revision


def test_the_schema_steps_make_the_tables_that_the_program_uses(store: Store) -> None:
    with store.database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    assert found == []
    assert [step.revision for step in ScriptDirectory.from_config(config()).walk_revisions()][::-1] == list(SCHEMAS)


def test_steps_go_back_and_forth(tmp_path: Path, database_url: str) -> None:
    store = Store.open(Settings.load(data_dir=tmp_path, database_url=database_url))

    def back(connection: sa.Connection) -> None:
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, "base")

    store.database.write(back)
    assert "schema" in store.check()
    store.migrate()
    store.migrate()
    assert store.check() == {}
    put_clean(store, submission(1))
    store.close()


def test_a_newer_schema_is_left_alone_and_used(tmp_path: Path) -> None:
    store = Store.open(Settings.load(data_dir=tmp_path))
    store.migrate()
    store.database.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    store.migrate()
    with store.database.read() as connection:
        assert schema_of(connection) == "9999"
    assert store.check() == {}
    put_clean(store, submission(1))
    store.close()


def test_check_names_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("no folder")
    store = Store.open(Settings.load(data_dir=tmp_path))
    assert set(store.check()) == {"schema", "blobs"}
    store.close()


def other_store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A second, empty database of that kind, without schema."""
    folder = tmp_path / "other"
    if kind == "sqlite":
        return Store.open(Settings.load(data_dir=folder))
    server: Server = request.getfixturevalue("postgres")
    return Store.open(Settings.load(data_dir=folder, database_url=server.database()))


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_backup_fills_any_empty_store(store: Store, to: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    put_clean(store, *map(submission, range(30)), title="Übersicht")
    put(store, submission(40, meta={"a": [1, None]}))
    store.claim([put(store, submission(41))[0].revision_id], "w")
    store.delete(page_id=put(store, submission(42))[0].page_id)
    store.change_rule("comments", enabled=False, by="jane")
    _, secret = store.create_token("crawler", ["submit"])
    cursor = store.documents(Where(), limit=10).cursor
    rest = [found.id for found in store.documents(Where(), cursor).documents]
    manifest = store.backup(tmp_path / "backup")
    assert manifest["tables"]["revision"]["rows"] == 32 and manifest["packs"]
    other = other_store(to, request, tmp_path)
    assert other.restore(tmp_path / "backup") == manifest
    assert other.check() == {}
    for table in metadata.sorted_tables:
        if table.name != "setting":
            order = [column.name for column in table.primary_key]
            here, there = (sorted(rows(s, table), key=lambda row: [getattr(row, n) for n in order]) for s in (store, other))
            assert here == there, table.name
    assert other.counts() == store.counts() and other.token(secret) is not None
    assert_adds_up(other)
    assert all(other.body(row.id) == store.body(row.id) for row in rows(store, revision, "id"))
    assert [found.id for found in other.documents(Where(), cursor).documents] == rest
    follow = other.documents(Where(), cursor).cursor
    put_clean(other, submission(50))
    assert [found.url for found in other.documents(Where(), follow).documents] == [submission(50).url]
    assert len({row.id for row in rows(other, event)}) == len(rows(other, event))
    with pytest.raises(RestoreRefused, match="already"):
        other.restore(tmp_path / "backup")
    with pytest.raises(FileExistsError):
        store.backup(tmp_path / "backup")
    other.close()


def test_a_backup_is_one_moment_though_the_service_runs(store: Store, tmp_path: Path) -> None:
    import threading

    put(store, *map(submission, range(20)))
    stop = threading.Event()

    def write() -> None:
        number = 100
        while not stop.is_set():
            put_clean(store, submission(number))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        store.backup(tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    other = Store.open(Settings.load(data_dir=tmp_path / "other"))
    other.restore(tmp_path / "backup")
    assert_adds_up(other)
    assert all(other.body(row.id) for row in rows(other, revision, "id"))
    other.close()


def test_a_damaged_backup_is_refused_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    put_clean(store, submission(1))
    store.backup(tmp_path / "backup")
    other = Store.open(Settings.load(data_dir=tmp_path / "other"))
    with pytest.raises(RestoreRefused, match="manifest"):
        other.restore(tmp_path)
    packs = list((tmp_path / "backup" / "packs").rglob("*.pack"))
    packs[0].write_bytes(packs[0].read_bytes()[:-1] + b"?")
    with pytest.raises(RestoreRefused, match="damaged"):
        other.restore(tmp_path / "backup")
    table = tmp_path / "backup" / "tables" / "page.jsonl.zst"
    table.write_bytes(table.read_bytes() + b"?")
    with pytest.raises(RestoreRefused, match="page is damaged"):
        other.restore(tmp_path / "backup")
    assert rows(other, revision) == []
    other.close()


def test_a_backup_without_bodies_keeps_all_rows(store: Store, tmp_path: Path) -> None:
    put_clean(store, submission(1))
    manifest = store.backup(tmp_path / "backup", bodies=False)
    assert manifest["packs"] == {} and not (tmp_path / "backup" / "packs").exists()


def test_documents_are_exported_as_rows(store: Store, tmp_path: Path) -> None:
    put_clean(store, *map(submission, range(3)), title="Ü")
    put_clean(store, submission(1, "<p>changed"))
    assert store.export(str(tmp_path / "all.jsonl"), "jsonl", Where()) == 4
    found = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert tuple(found[0]) == COLUMNS
    assert found[0]["title"] == "Ü" and [row["current"] for row in found].count(True) == 3
    assert found == list(store.rows(Where()))
    assert store.export(str(tmp_path / "now.jsonl.zst"), "jsonl.zst", Where(current=True)) == 3
    with (tmp_path / "now.jsonl.zst").open("rb") as file:
        plain = zstandard.ZstdDecompressor().stream_reader(file).read()
    assert [json.loads(line)["id"] for line in plain.splitlines()] == [row["id"] for row in found if row["current"]]
    assert store.export("memory://export/all.jsonl", "jsonl", Where(host="nowhere.example")) == 0
    assert sorted(path.name for path in tmp_path.glob("*.jsonl*")) == ["all.jsonl", "now.jsonl.zst"]
    with pytest.raises(ValueError, match="Forms are"):
        store.export(str(tmp_path / "x"), "csv", Where())


def test_documents_are_exported_as_parquet(open_store: OpenStore, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    from cleaners import clean
    from worker.store.form import document as made
    from worker.store.nouns import Outcome

    store = open_store()
    found = clean("<nav>Home News</nav><p>The ferry stayed at its pier until the afternoon.</p>")
    (job,) = store.claim([put(store, submission(1))[0].revision_id], "w")
    store.finish([Outcome(job_id=job.id, attempt=1, document=made(found, "default"))])
    (job,) = store.claim([put(store, submission(2))[0].revision_id], "w")
    store.finish([cleaned(job)])
    assert store.export(str(tmp_path / "all.parquet"), "parquet", Where()) == 2
    table = pq.read_table(tmp_path / "all.parquet").to_pylist()
    assert tuple(table[0]) == COLUMNS
    assert table[0]["text"] == found.text and table[0]["drops"] == [drop._asdict() for drop in found.drops]
    assert table[0]["cleaned_at"] == store.documents(Where()).documents[0].cleaned_at


def test_an_export_that_breaks_off_leaves_no_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_clean(store, submission(1))

    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("worker.store.export._jsonl", broken)
    with pytest.raises(OSError, match="No space"):
        store.export(str(tmp_path / "out" / "all.jsonl"), "jsonl", Where())
    assert list((tmp_path / "out").iterdir()) == []


def test_the_row_form_has_no_field_that_the_export_forgets(store: Store) -> None:
    put_clean(store, submission(1))
    (found,) = store.documents(Where()).documents
    assert tuple(document_row(found)) == COLUMNS
    assert set(COLUMNS) - set(document_row(found, drops=False)) == {"drops", "flags", "notes"}


def test_every_method_of_the_store_says_what_it_does() -> None:
    methods = [value for name, value in vars(Store).items() if not name.startswith("_") and inspect.isfunction(value)]
    assert len(methods) > 30 and all(method.__doc__ for method in methods)
