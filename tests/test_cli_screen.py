"""What a person at a terminal sees: explanations, colours, progress, help, mistakes."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cleaners import Cleaned, Drop, Mark, clean
from cleaners.version import RELEASE
from tests.cli_helpers import PAGE, PARAGRAPHS, dehusk, environment, on_terminal
from worker.cli.explain import explain, pieces

STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "river.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_explain_in_plain_marks(page: Path) -> None:
    out = dehusk("clean", "--explain", page).out
    assert "\x1b" not in out
    assert re.search(r"\[-[^\]]*cookies[^\]]*-\]\{cookie_notice", out)
    assert PARAGRAPHS[1] in out
    assert re.search(r"^cookie_notice: \d+ characters in \d+ span", out, re.MULTILINE)
    assert re.search(r"^kept: \d+ of \d+ characters$", out, re.MULTILINE)


def test_explain_in_colours_on_a_terminal_only(page: Path) -> None:
    seen = on_terminal("clean", "--explain", page).out
    assert "\x1b[9;31m" in seen
    assert "[-" not in STYLE.sub("", seen)
    assert "\x1b" not in on_terminal("clean", "--explain", page, NO_COLOR="1").out
    assert "\x1b[9;31m" in dehusk("clean", "--explain", "--color", "always", page).out
    assert "\x1b" not in on_terminal("clean", "--explain", "--color", "never", page).out


def test_the_explanation_holds_the_whole_source() -> None:
    cleaned = clean(PAGE)
    assert "".join(piece.text for piece in pieces(cleaned)) == cleaned.source_text


def made(source: str, drops: tuple[Drop, ...] = (), flags: tuple[Mark, ...] = ()) -> Cleaned:
    text = source
    for drop in reversed(drops):
        text = text[: drop.start] + text[drop.end :] if drop.field == "text" else text
    return replace(clean(source), text=text, source_text=source, drops=drops, flags=flags)


def test_flags_are_shown_around_drops() -> None:
    drop = Drop("text", 5, 9, " bad", "boilerplate", "judge", 0.9, "")
    flags = (Mark(3, 12, "flag", "spam_injection", "spam_injection"), Mark(0, 2, "flag", "tags", "tags"))
    body = explain(made("ab cd bad efgh", (drop,), flags), colour=False).split("\n\n")[1]
    spam = "{spam_injection}"
    assert body == f"[?ab?]{{tags}} [?cd?]{spam} [-bad-]{{boilerplate: judge}} [?ef?]{spam}gh"


def test_what_a_terminal_would_obey_is_shown_and_not_sent() -> None:
    source = "red \x1b[31m text, bell \x07, next line \x85, title \x9d0;x"
    for colour in (False, True):
        shown = STYLE.sub("", explain(made(source), colour))
        assert not set(shown) & {"\x1b", "\x07", "\x85", "\x9d"}
        assert "red ␛[31m text" in shown


def test_removed_metadata_is_shown() -> None:
    drop = Drop("title", 0, 6, "casino", "spam_injection", "spam_injection", 1.0, "")
    assert "title: [-casino-]{spam_injection}" in explain(made("text", (drop,)), colour=False)


def test_a_bar_is_for_a_person_whose_output_goes_elsewhere(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"id": n, "html": PAGE * 8}) + "\n" for n in range(250)))
    ran = on_terminal("clean", "--jsonl", "--jobs", "1", rows, only_errors=True)
    assert ran.status == 0
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == list(range(250))
    assert re.search(r"\d+ rows, \d+ a second", STYLE.sub("", ran.errors))
    assert re.search(r"\d+%", ran.errors)


def test_json_is_indented_for_a_person(page: Path) -> None:
    assert on_terminal("clean", "-f", "json", page).out.startswith('{\r\n  "schema": 1,')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clean"], "Missing argument"),
        (["clean", "--format", "pdf", "a.html"], "pdf"),
        (["clean", "--profile", "nothing", "a.html"], "Packaged: default"),
        (["clean", "--jobs", "0", "a.html"], "--jobs"),
        (["clean", "--jsonl", "--explain", "a"], "--explain: it does not go with --jsonl"),
        (["clean", "--jsonl", "--output", "d", "a"], "--output: it does not go with --jsonl"),
        (["clean", "--jsonl", "--url", "u", "a"], "--url: it does not go with --jsonl"),
        (["clean", "--explain", "--format", "json", "a"], "--format: it does not go with --explain"),
        (["clean", "--url", "u", "a", "b"], "the address of one page"),
        (["clean", "-", "-"], "only once"),
        (["cleen"], "cleen"),
    ],
)
def test_a_command_that_makes_no_sense(arguments: list[str], words: str) -> None:
    ran = dehusk(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert words in ran.errors
    assert "Traceback" not in ran.errors


def test_a_profile_that_makes_no_sense(tmp_path: Path) -> None:
    profile = tmp_path / "bad.toml"
    profile.write_text("colour = 7")
    ran = dehusk("clean", "--profile", profile, "a.html")
    assert (ran.status, ran.out) == (2, "")
    assert "unknown key `colour`" in ran.errors


def test_version() -> None:
    ran = dehusk("--version")
    assert re.fullmatch(rf"dehusk {re.escape(RELEASE)} \(cleaner \S+\+[0-9a-f]{{12}}\)\n", ran.out)


def test_a_full_disk_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "worker.cli", "clean", "-"]
        ran = subprocess.run(
            command, input=PAGE.encode(), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert ran.returncode == 1
    assert ran.stderr == b"dehusk: standard output: No space left on device\n"


def imported(*arguments: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "worker.cli", *arguments]
    ran = subprocess.run(command, input=PAGE.encode(), capture_output=True, env=environment(), check=True)
    return {line.rpartition("|")[2].strip() for line in ran.stderr.decode().splitlines() if "|" in line}


def test_help_loads_little() -> None:
    modules = imported("clean", "--help")
    assert "typer" in modules
    heavy = {
        "rich",
        "lxml",
        "lxml.etree",
        "selectolax",
        "cleaners.pipeline",
        "multiprocessing",
        "celery",
        "numpy",
    }
    assert not modules & heavy


def test_a_page_loads_no_more_than_it_needs() -> None:
    modules = imported("clean", "-")
    assert "cleaners.pipeline" in modules
    assert not modules & {"rich", "celery", "trafilatura", "asyncio", "http.client", "requests"}
