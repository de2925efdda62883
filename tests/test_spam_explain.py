"""`dehusk spam explain` says what looks injected, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from worker.cli.spam import app

PAGE = (
    "The harbour was rebuilt\n\nThe harbour was rebuilt after the storm, and the boats came back that spring. "
    "Children paint the old nets.\n\nPlay at the best online casino: free spins, no deposit bonus, instant withdrawal!\n\n"
    "The keeper of the lighthouse counts the boats every evening and writes the number into a green book.\n"
)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *arguments])
    return result.exit_code, result.output


def test_candidates_evidence_and_scores(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE, "utf-8")
    code, out = run(str(page))
    assert code == 0
    assert "Play at the best online casino" in out
    assert "default: drop" in out and "flag_only: flag" in out
    assert "(gambling)" in out and "(offer)" in out
    assert "harbour" not in out.split("\n", 1)[1]


def test_a_clean_page(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("\n\n".join(PAGE.split("\n\n")[:2]), "utf-8")
    assert "nothing looks injected" in run(str(page))[1]


@pytest.mark.parametrize("arguments", [("missing.txt",), ("-", "--profile", "no-such")])
def test_what_cannot_be_read_is_said(arguments: tuple[str, ...]) -> None:
    code, out = run(*arguments)
    assert code == 2
    assert "no-such" in out or "missing.txt" in out
