"""A run over every format: each record once, counts that add up, the same bytes whatever happened on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cleaners.page import Drop
from cleaners.replay import rebuild
from tests.archive.helpers import archive, clean, counts, digests, manifest, rows
from tests.archive.material import make_all, warc
from tests.cli_helpers import COMMAND, environment

SMALL = ("--range-mb", "0.02", "--range-records", "7", "--drop-duplicates")
COUNT = 20


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archives") / "crawl"
    make_all(folder, COUNT)
    return folder


@pytest.fixture(scope="module")
def run(crawl: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The undisturbed run that others are compared with."""
    out = tmp_path_factory.mktemp("undisturbed") / "run"
    clean(crawl, "--out", out, "--jobs", "2", *SMALL)
    return out


def test_every_record_is_accounted_for(run: Path) -> None:
    total = counts(run)
    # four WARC-like inputs, four of rows, a zip and loose pages; one text in each of e, f and g is the same
    assert total["in"] == 3 * (2 * COUNT + 3) + COUNT + 4 * COUNT + (COUNT + 1) + (COUNT + 1)
    assert total["in"] == sum(total[name] for name in total if name != "in")
    assert total["error"] == 0
    assert total["skipped"] == 3 * (COUNT + 3) + 1  # requests, warcinfo, image, not found; the picture in the zip
    assert total["clean"] == len(rows(run))
    accounts = rows(run, "removed")
    assert len(accounts) == total["clean"] + total["empty"] + total["filtered"] + total["duplicate"]
    assert json.loads((run / "report.json").read_text("utf-8"))["adds_up"]


def test_duplicates_go_and_the_first_stays(run: Path) -> None:
    texts = [row["text"] for row in rows(run)]
    assert len(set(texts)) == len(texts)
    assert counts(run)["duplicate"] >= 2 * COUNT  # the rows of e, f and g are the same
    ids = [row["id"] for row in rows(run) if row["source"] == "deep/e.jsonl"]
    assert ids == []  # a.warc.gz has the same stories and comes first
    double = next(account for account in rows(run, "removed") if account["outcome"] == "duplicate")
    assert double["duplicate_of"].startswith("a-") and double["text"].startswith("Story number")


def test_texts_are_clean_and_can_be_rebuilt(run: Path) -> None:
    texts = {row["id"]: row for row in rows(run)}
    for account in rows(run, "removed"):
        if account["outcome"] != "clean":
            continue
        row = texts[account["id"]]
        assert "cookies" not in row["text"] and "Home" not in row["text"].split()
        source = rebuild(row["text"], [Drop(**drop) for drop in account["drops"]])
        assert len(source) == account["source_chars"]
        assert {drop["reason"] for drop in account["drops"]} & {"cookie_notice", "navigation"}


def test_rows_say_where_they_are_from(run: Path) -> None:
    by_source: dict[str, dict[str, object]] = {}
    for row in rows(run):
        by_source.setdefault(row["source"], row)
    page = by_source["b.warc"]
    assert page["warc_offset"] and page["warc_length"] and page["warc_payload_digest"] and page["http_status"] == 200
    assert page["id"] == "urn:uuid:00000000-0000-4000-8000-00000101bbbb"
    assert page["warc_date"] == page["crawl_date"] == "2024-05-01T12:00:00Z"
    row = by_source["h.parquet"]
    assert (row["crawl"], row["input_title"], row["tags"], row["raw_bytes"]) == ("may", "theirs", ["a", "b"], "AP8=")
    assert row["url"] == "https://host2.example/story/500"
    assert by_source["crawl"]["id"] == "crawl/deep/000.html"


def test_offsets_and_lengths_find_the_record(run: Path, crawl: Path) -> None:
    import gzip

    for row in [row for row in rows(run) if row["source"] == "a.warc.gz"]:
        data = (crawl / "a.warc.gz").read_bytes()[row["warc_offset"] :][: row["warc_length"]]
        assert row["url"].encode() in gzip.decompress(data)[:600]


def test_doing_it_again_does_nothing(run: Path, crawl: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (run / "data").iterdir()}
    ran = clean(crawl, "--out", run, "--jobs", "1", *SMALL)
    assert "nothing to do" in ran.errors
    assert {path: path.stat().st_mtime_ns for path in (run / "data").iterdir()} == before


@pytest.mark.parametrize("seed", range(2))
def test_killed_runs_end_alike(run: Path, crawl: Path, tmp_path: Path, seed: int) -> None:
    """kill -9 at random moments, another number of processes each time."""
    moments = random.Random(seed)
    out = tmp_path / "run"
    kills = 0
    for attempt in range(40):
        command = [*COMMAND, "archive", "clean", str(crawl), "--out", str(out), "--jobs", str(1 + attempt % 3), *SMALL]
        process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE)
        patience = moments.uniform(0.6, 1.6) if kills < 3 else 100
        try:
            _, errors = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
            continue
        assert process.returncode == 0, errors
        break
    assert kills  # a quick machine is done before the third
    assert digests(out) == digests(run)
    assert not list((out / "_dehusk").glob("staged/*/*"))


def test_shards_and_merge_give_the_same(run: Path, crawl: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    first = clean(crawl, "--out", out, "--shard", "2/3", *SMALL)
    assert "shard 2 of 3 is done" in first.errors
    early = archive("merge", out)
    assert early.status == 1 and "Not all ranges" in early.errors
    for part in ("1/3", "3/3"):
        clean(crawl, "--out", out, "--shard", part, *SMALL)
    merged = archive("merge", out)
    assert merged.status == 0, merged.errors
    assert digests(out) == digests(run)


def test_changes_are_noticed_and_touch_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(warc(3))
    (tmp_path / "b.warc.gz").write_bytes(warc(3, first=10))
    out = tmp_path / "run"
    clean(tmp_path / "a.warc.gz", tmp_path / "b.warc.gz", "--out", out)
    before = digests(out)
    (tmp_path / "b.warc.gz").write_bytes(warc(4, first=10))
    changed = archive("clean", tmp_path / "a.warc.gz", tmp_path / "b.warc.gz", "--out", out)
    assert changed.status == 1 and "input changed: b.warc.gz" in changed.errors and "1 finished ranges" in changed.errors
    other = archive("clean", tmp_path / "a.warc.gz", tmp_path / "b.warc.gz", "--out", out, "--profile", "everything")
    assert "setting changed" in other.errors and "cleaner changed" in other.errors and "2 finished ranges" in other.errors
    assert digests(out) == before
    clean(tmp_path / "a.warc.gz", tmp_path / "b.warc.gz", "--out", out, "--redo")
    after = digests(out)
    assert after["data/a-00000.jsonl.zst"] == before["data/a-00000.jsonl.zst"]
    assert counts(out)["clean"] == 7
    gone = archive("clean", tmp_path / "b.warc.gz", "--out", out)
    assert gone.status == 1 and "input no longer named: a.warc.gz" in gone.errors
    clean(tmp_path / "b.warc.gz", "--out", out, "--redo")
    assert [path.name for path in (out / "data").iterdir()] == ["b-00000.jsonl.zst"]
    assert [row["input"] for row in manifest(out)] == ["b.warc.gz"]


def test_two_runs_in_one_folder_do_not_meet(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(warc(30))
    command = [*COMMAND, "archive", "clean", str(tmp_path / "a.warc.gz"), "--out", str(tmp_path / "run")]
    first = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
    lock = tmp_path / "run" / "_dehusk" / "run.json"
    while not lock.exists() and first.poll() is None:
        time.sleep(0.02)
    second = archive("clean", tmp_path / "a.warc.gz", "--out", tmp_path / "run")
    assert first.wait(60) == 0
    assert "Another process is writing" in second.errors or "nothing to do" in second.errors


def test_dry_run_says_what_would_be_done(crawl: Path, run: Path, tmp_path: Path) -> None:
    ran = archive("clean", crawl, "--out", tmp_path / "new", "--dry-run", *SMALL)
    assert "0 ranges are done" in ran.out and "warc (gz): 2 inputs" in ran.out
    assert not (tmp_path / "new" / "data").exists()
    ran = archive("clean", crawl, "--out", run, "--dry-run", *SMALL)
    assert ", 0 are to be done" in ran.out, ran.out
