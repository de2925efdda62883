"""The documentation of command line and JSON form is true: its examples run, its options are all there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cleaners.form import NAMES
from tests.cli_helpers import ROOT, dehusk, environment

COMMAND_LINE = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
JSON_FORM = (ROOT / "docs/json-form.md").read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


EXAMPLES = [block for text in (COMMAND_LINE, JSON_FORM) for block in blocks(text, "console")]


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """A folder with the page of the examples and a `dehusk` on the path."""
    (page,) = blocks(COMMAND_LINE, "html")
    (tmp_path / "river.html").write_text(page, encoding="utf-8")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "dehusk").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m worker.cli "$@"\n')
    (programs / "dehusk").chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    return tmp_path


@pytest.mark.skipif(shutil.which("sh") is None, reason="the examples are for a shell")
@pytest.mark.parametrize("example", EXAMPLES, ids=[example.splitlines()[0][2:50] for example in EXAMPLES])
def test_an_example(example: str, shell: Path) -> None:
    command, expected = example.removeprefix("$ ").split("\n", 1)
    path = f"{shell / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=shell,
        env=environment(PATH=path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    out = ran.stdout.decode()
    pattern = ".*?".join(re.escape(part) for part in expected.strip().split("…"))
    assert re.fullmatch(pattern, out.strip(), re.DOTALL), out


def test_the_python_of_the_json_form() -> None:
    code = "\n".join(blocks(JSON_FORM, "python"))
    assert "rebuild" in code
    ran = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_every_option_is_documented() -> None:
    shown = dehusk("--help").out + dehusk("clean", "--help").out
    options = set(re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", shown))
    assert {"--explain", "-o", "--version"} <= options
    documented = set(re.findall(r"`(--?[a-z][a-z-]*)`", COMMAND_LINE))
    assert options == documented & options
    in_table = set(re.findall(r"^\| .*?(?=\| )", COMMAND_LINE, re.MULTILINE))
    assert all(any(f"`{option}`" in row for row in in_table) for option in options)


def test_every_field_is_documented() -> None:
    rows = " ".join(re.findall(r"^\| (.*?) \|", JSON_FORM, re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", rows))
    assert named >= set(NAMES) - {"drops", "flags", "blocks", "source_text"}
    for name in ("drops", "flags", "blocks", "source_text"):
        assert re.search(rf"`{name}` is ", JSON_FORM)
