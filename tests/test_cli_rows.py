"""`dehusk clean --jsonl`: rows in, rows out, in order, nothing lost."""

import base64
import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli_helpers import COMMAND, PAGE, PARAGRAPHS, dehusk, environment


def bulk(*rows: object, options: tuple[str, ...] = ()) -> list[Any]:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    ran = dehusk("clean", "--jsonl", *options, "-", stdin="\n".join(lines).encode())
    assert "Traceback" not in ran.errors
    return [json.loads(line) for line in ran.out.splitlines()]


def test_the_three_ways_to_send_a_page() -> None:
    text = "\n\n".join(PARAGRAPHS)
    html, encoded, plain = bulk(
        {"id": "a", "html": PAGE, "url": "https://courier.example/river"},
        {"id": "b", "html_base64": base64.b64encode(PAGE.encode()).decode()},
        {"id": "c", "text": text},
    )
    assert [row["id"] for row in (html, encoded, plain)] == ["a", "b", "c"]
    assert html["text"] == encoded["text"]
    assert html["url"] == "https://courier.example/river"
    assert (html["encoding"], encoded["encoding"]) == (None, "utf-8")
    assert (html["input_kind"], plain["input_kind"]) == ("html", "text")
    assert plain["text"].split() == text.split()
    for row in (html, encoded, plain):
        assert row["language"] == "en"
        assert row["verdict"] == "content"
        assert not {"html", "html_base64", "blocks", "source_text", "error"} & set(row)


def test_unknown_fields_pass_through_and_known_names_are_ours() -> None:
    given = {
        "id": {"any": "value"},
        "crawl": 7,
        "tags": ["a", None],
        "half": "\ud83d",
        "title": "mine",
        "text": PAGE,
    }
    (row,) = bulk(given)
    assert row["id"] == {"any": "value"}
    assert (row["crawl"], row["tags"], row["half"]) == (7, ["a", None], "\ud83d")
    assert row["title"] != "mine"


def test_numbers_that_json_does_not_have_become_null() -> None:
    (row,) = bulk('{"id": 1, "html": "<p>x</p>", "score": NaN, "more": [1e999]}')
    assert (row["score"], row["more"]) == (None, [None])


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("{", "bad_row"),
        ("[1, 2]", "bad_row"),
        ('{"url": "https://a.example/"}', "bad_row"),
        ('{"html": 7}', "bad_row"),
        ('{"html": "<p>x", "url": 7}', "bad_row"),
        ('{"html_base64": "%%%"}', "bad_row"),
        ('{"html": "  "}', "empty_input"),
        ('{"html": ' + "[" * 100_000 + "}", "bad_row"),
        ('{"html": "<p>x", "number": ' + "9" * 10_000 + "}", "bad_row"),
        ('{"html_base64": "' + base64.b64encode(b"%PDF-1.7\n\x00\xff\xfe" * 50).decode() + '"}', "not_text"),
    ],
)
def test_a_bad_row_has_its_error_in_its_place(line: str, name: str) -> None:
    before, bad, after = bulk({"id": 1, "html": PAGE}, line, {"id": 3, "html": PAGE})
    assert bad["error"]["name"] == name
    assert bad["error"]["message"]
    assert bad["id"] == 2  # rows without an id are known by their line
    assert "text" not in bad
    assert before["text"] == after["text"]


def test_status_and_summary_of_failures() -> None:
    ran = dehusk("clean", "--jsonl", "-", stdin=b'{"text": ""}\n\n' + json.dumps({"html": PAGE}).encode())
    assert ran.status == 1
    assert ran.errors == "dehusk: 1 of 2 rows could not be cleaned; they say why.\n"
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [1, 3]


def test_format_json_and_markdown_add_to_the_row() -> None:
    (whole,) = bulk({"id": 1, "html": PAGE}, options=("--format", "json"))
    (marked,) = bulk({"id": 1, "html": PAGE}, options=("--format", "markdown"))
    (row,) = bulk({"id": 1, "html": PAGE})
    assert {**row, "blocks": whole["blocks"]} == whole
    assert {**row, "markdown": marked["markdown"]} == marked
    assert marked["markdown"].startswith("# ")


def test_files_of_rows_and_a_missing_one(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text("\ufeff" + json.dumps({"id": name, "html": PAGE}) + "\n")
    ran = dehusk("clean", "--jsonl", "a.jsonl", "missing.jsonl", "b.jsonl", cwd=tmp_path)
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["a", "b"]
    assert ran.errors == "dehusk: missing.jsonl: No such file or directory\n"
    assert ran.status == 1


def test_many_rows_stay_in_order_over_several_processes() -> None:
    rows = [{"id": n, "html": PAGE if n % 7 else PAGE * 5} for n in range(300)]
    assert [row["id"] for row in bulk(*rows, options=("--jobs", "3"))] == list(range(300))


def start(*arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*COMMAND, "clean", "--jsonl", *arguments, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )


def test_an_answer_does_not_wait_for_the_next_row() -> None:
    process = start()
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(3):
        process.stdin.write(json.dumps({"id": number, "html": PAGE}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    out, errors = process.communicate()
    assert (out, errors, process.returncode) == (b"", b"", 0)


def test_a_reader_that_leaves_ends_the_command_quietly() -> None:
    process = start()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"id": 1, "html": PAGE}).encode() + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write(json.dumps({"id": 2, "html": PAGE}).encode() + b"\n")
    process.stdin.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(timeout=20) == -signal.SIGPIPE
    process.stderr.close()


def test_ctrl_c_ends_at_once_and_quietly() -> None:
    process = start("--jobs", "2")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"id": 1, "html": PAGE}).encode() + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    started = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=20)
    assert time.monotonic() - started < 1
    assert (out, errors, process.returncode) == (b"", b"", -signal.SIGINT)


def test_memory_stays_the_same_on_an_endless_input() -> None:
    process = start("--jobs", "1")
    assert process.stdin is not None
    assert process.stdout is not None
    row = json.dumps({"html": PAGE, "padding": "x" * 200_000}).encode() + b"\n"
    peaks = []
    for _ in range(3):
        for _ in range(150):  # 30 MB a round
            process.stdin.write(row)
            process.stdin.flush()
            process.stdout.readline()
        peaks.append(peak_memory(process.pid))
    process.communicate()
    assert peaks[2] <= peaks[0] * 1.1


def peak_memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])
