"""docs/store.md is true: its commands run, its SQL runs on both databases, its tables are the tables there are."""

import re
import shlex
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from tests.cli_helpers import ROOT
from tests.service.store_helpers import put_clean, submission
from worker.cli.app import app
from worker.settings import Settings
from worker.store import Store
from worker.store.tables import metadata

TEXT = (ROOT / "docs" / "store.md").read_text(encoding="utf-8")


def fences(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_its_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.open(Settings.load())
    store.migrate()
    put_clean(store, *map(submission, range(6)))
    store.close()
    lines = [line for fence in fences("sh") for line in fence.splitlines()]
    assert len(lines) > 10
    for line in lines:
        program, *words = shlex.split(line)
        ran = CliRunner().invoke(app, words)
        assert (program, ran.exit_code) == ("dehusk", 0), (line, ran.output)
        assert not ran.output.startswith("0 "), line


def test_its_sql_answers(store: Store) -> None:
    put_clean(store, *map(submission, range(6)))
    store.rollup()
    statements = [part for fence in fences("sql") for part in fence.split(";") if part.strip()]
    assert len(statements) == 8
    with store.database.read() as connection:
        found = [len(connection.execute(sa.text(statement)).all()) for statement in statements]
    assert found == [2, 0, 1, 1, 1, 3, 1, 0]


def test_it_names_every_view_with_its_columns(store: Store) -> None:
    rows = re.findall(r"^\| `(dehusk_\w+)` \|.*?\|(.*)\|$", TEXT, re.MULTILINE)
    measures = re.search(r"^The measures are (.*?)\. Pages", TEXT, re.MULTILINE | re.DOTALL)
    assert measures is not None
    with store.database.read() as connection:
        found = sa.inspect(connection)
        assert sorted(name for name, _ in rows) == sorted(
            name for name in found.get_view_names() if name.startswith("dehusk_")
        )
        for name, told in rows:
            named = re.findall(r"`(\w+)`", told) + (re.findall(r"`(\w+)`", measures[1]) if "measures" in told else [])
            assert [column["name"] for column in found.get_columns(name)] == named, name


def test_it_names_every_table_and_no_other() -> None:
    first = [row.split("|")[1] for row in re.findall(r"^\| `.*$", TEXT.split("## Tables")[1].split("##")[0], re.MULTILINE)]
    assert sorted(name for cell in first for name in re.findall(r"`(\w+)`", cell)) == sorted(metadata.tables)


def test_it_names_every_retention_setting() -> None:
    settings = {name for name in Settings.model_fields if name.startswith("retention_")}
    assert settings == set(re.findall(r"^\| `(retention_\w+)`", TEXT, re.MULTILINE))


COMMANDS = (
    *("dead list", "dead show", "dead retry", "reclean", "rule disable", "rule enable", "rule profile", "rule list"),
    *("rule undo", "token create", "token list", "token revoke", "export", "delete", "backup", "restore", "prune"),
    *("migrate", "audit"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"]).output
    options = set(re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", shown)) - {"-h", "--help", "--data-dir"}
    (row,) = [line for line in TEXT.splitlines() if line.startswith("|") and f"`dehusk {command}" in line]
    named = set(re.findall(r"`(--?[a-z][a-z-]*)", row)) | {"-w", "--where"}
    assert options <= named, row


def test_every_group_is_listed_here() -> None:
    for group in ("dead", "rule", "token"):
        shown = CliRunner().invoke(app, [group, "--help"]).output
        words = re.findall(r"^  ([a-z]+) ", shown.split("Commands:")[1], re.MULTILINE)
        assert {f"{group} {word}" for word in words} <= set(COMMANDS) and words
