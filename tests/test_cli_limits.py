"""The hard limits hold on the command line, for one page as for many."""

import json
from pathlib import Path

import pytest

from tests.cli_helpers import PAGE, PARAGRAPHS, dehusk


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.html"
    path.write_text("<body>" + "".join(f"<p>{PARAGRAPHS[n % 3]} {n}</p>" for n in range(120_000)))
    return path


def profile(folder: Path, limits: str) -> Path:
    path = folder / "limits.toml"
    path.write_text(f'name = "limits"\n[limits]\n{limits}\n')
    return path


def test_the_deadline_ends_one_page_alone(large: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.html"
    small.write_text(PAGE)
    ran = dehusk("clean", "-p", profile(tmp_path, "deadline_seconds = 0.7"), small, large, small)
    assert ran.status == 1
    assert ran.out.count(PARAGRAPHS[0]) == 2
    (line,) = ran.errors.splitlines()
    assert line.startswith(f"dehusk: {large}: The page took longer than its time limit")
    assert line.endswith("Limit: 0.7 s.")


def test_the_memory_limit_ends_one_page_alone(large: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.html"
    small.write_text(PAGE)
    ran = dehusk("clean", "-p", profile(tmp_path, "max_memory_mb = 64"), small, large, small)
    assert ran.status == 1
    assert ran.out.count(PARAGRAPHS[0]) == 2
    assert f"dehusk: {large}: The page needed more memory than a process may take." in ran.errors


def test_a_page_beyond_the_size_limit(large: Path, tmp_path: Path) -> None:
    settings = profile(tmp_path, "max_bytes = 100000")
    ran = dehusk("clean", "-p", settings, large)
    assert ran.status == 1
    assert ran.errors.startswith(f"dehusk: {large}: The page is larger than the limit.")
    piped = dehusk("clean", "-p", settings, "-", stdin=large.read_bytes())
    assert piped.errors.startswith("dehusk: standard input: The page is larger than the limit.")
    assert piped.errors.endswith("Limit: 100,000 bytes.\n")


def test_a_host_may_have_a_limit_of_its_own(large: Path, tmp_path: Path) -> None:
    words = "max_bytes = 1000\n[hosts.'courier.example'.limits]\nmax_bytes = 30_000_000"
    settings = profile(tmp_path, words)
    assert dehusk("clean", "-p", settings, large).status == 1
    ran = dehusk("clean", "-p", settings, "--url", "https://www.courier.example/1", large)
    assert (ran.status, ran.errors) == (0, "")


def test_rows_that_pass_a_limit_say_so_in_their_place(large: Path, tmp_path: Path) -> None:
    rows = [{"id": n, "html": large.read_text() if n == 1 else PAGE, "keep": n} for n in range(3)]
    data = "\n".join(json.dumps(row) for row in rows).encode()
    ran = dehusk("clean", "-p", profile(tmp_path, "deadline_seconds = 0.7"), "--jsonl", "-", stdin=data)
    out = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["id"] for row in out] == [0, 1, 2]
    assert [row["keep"] for row in out] == [0, 1, 2]
    assert out[1]["error"]["name"] == "time_limit"
    assert "text" not in out[1]
    assert "error" not in out[0]
    assert ran.status == 1


def test_a_line_that_never_ends_is_one_row(tmp_path: Path) -> None:
    settings = profile(tmp_path, "max_bytes = 10000")
    data = b'{"id": 1, "html": "' + b"x" * 3_000_000 + b'"}\n{"id": 2, "text": "' + PARAGRAPHS[0].encode() + b'"}'
    ran = dehusk("clean", "-p", settings, "--jsonl", "-", stdin=data)
    first, second = [json.loads(line) for line in ran.out.splitlines()]
    assert first == {"id": 1, "error": first["error"]}
    assert first["error"]["name"] == "page_too_large"
    assert second["id"] == 2
    assert PARAGRAPHS[0] in second["text"]
