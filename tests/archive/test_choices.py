"""What a person can choose: records, filters, formats of the parts, the shape of the output."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.archive.helpers import archive, clean, counts, rows
from tests.archive.material import jsonl, make_all, warc, wet

COUNT = 12


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choices")
    (folder / "a.warc.gz").write_bytes(warc(COUNT))
    (folder / "b.jsonl").write_bytes(jsonl(COUNT))
    (folder / "c.warc.wet.gz").write_bytes(wet(4))
    return folder


def test_select_by_fields(crawl: Path, tmp_path: Path) -> None:
    clean(crawl, "--out", tmp_path / "run", "--select", "host=host1.example", "--select", r"url~/story/\d$")
    urls = {row["url"] for row in rows(tmp_path / "run")}
    assert urls == {f"https://host1.example/story/{number}" for number in (1, 4, 7)}
    assert counts(tmp_path / "run")["skipped"] > COUNT
    bad = archive("clean", crawl, "--out", tmp_path / "other", "--select", "host")
    assert bad.status == 2 and "FIELD=VALUE" in bad.errors
    assert not (tmp_path / "other").exists()


def test_sample_is_the_same_every_time(crawl: Path, tmp_path: Path) -> None:
    ids = []
    for jobs in ("1", "3"):
        clean(crawl, "--out", tmp_path / jobs, "--sample", "0.4", "--jobs", jobs)
        ids.append([row["id"] for row in rows(tmp_path / jobs)])
    assert ids[0] == ids[1]
    assert 0 < len(ids[0]) < 2 * COUNT


def test_limit_counts_pages_and_holds_over_a_second_call(crawl: Path, tmp_path: Path) -> None:
    arguments = (crawl, "--out", tmp_path / "run", "--limit", "15", "--range-mb", "0.02")
    clean(*arguments)
    total = counts(tmp_path / "run")
    assert total["in"] - total["skipped"] == 15
    assert "nothing to do" in clean(*arguments).errors
    assert counts(tmp_path / "run") == total


def test_what_a_filter_leaves_out_keeps_its_text(crawl: Path, tmp_path: Path) -> None:
    clean(crawl, "--out", tmp_path / "run", "--lang", "vi,fr")
    total = counts(tmp_path / "run")
    assert total["filtered"] == 2 * COUNT + 4 and total["clean"] == 0
    account = rows(tmp_path / "run", "removed")[0]
    assert (account["outcome"], account["filter"]) == ("filtered", "language")
    assert account["text"].startswith("Story number")


def test_filters_by_words_confidence_and_verdict(crawl: Path, tmp_path: Path) -> None:
    for option, value in (("--min-words", "100000"), ("--min-confidence", "1"), ("--verdict", "soft_404")):
        clean(crawl / "c.warc.wet.gz", "--out", tmp_path / option, option, value)
        assert counts(tmp_path / option)["clean"] == 0, option


def test_parquet_says_what_jsonl_says(tmp_path: Path) -> None:
    make_all(tmp_path / "crawl", 7)
    clean(tmp_path / "crawl", "--out", tmp_path / "lines")
    clean(tmp_path / "crawl", "--out", tmp_path / "table", "--format", "parquet", "--part-mb", "0.01")
    lines, table = rows(tmp_path / "lines"), rows(tmp_path / "table")
    assert len(list((tmp_path / "table" / "data").glob("*.parquet"))) >= 15
    assert len(lines) == len(table)
    for one, other in zip(lines, table, strict=True):
        extra = json.loads(other.pop("extra", None) or "{}")
        for name, value in {**one, **extra}.items():
            if name not in extra:
                assert other.get(name) == value or extra == {} or name in ("crawl", "input_title", "title", "score"), name
    rows_of_h = [row for row in table if row["source"] == "h.parquet"]
    assert {(row["crawl"], tuple(row["tags"]), row["raw_bytes"]) for row in rows_of_h} == {("may", ("a", "b"), "AP8=")}
    assert [row["score"] for row in rows_of_h] == [number / 4 for number in range(500, 507)]


def test_source_text_and_attributes(crawl: Path, tmp_path: Path) -> None:
    refused = archive("clean", crawl, "--out", tmp_path / "run", "--attributes")
    assert refused.status == 2 and "--emit source" in refused.errors
    clean(crawl / "a.warc.gz", "--out", tmp_path / "run", "--emit", "source", "--attributes")
    texts = {row["id"]: row["text"] for row in rows(tmp_path / "run")}
    accounts = {row["id"]: row for row in rows(tmp_path / "run", "removed")}
    attributes = rows(tmp_path / "run", "attributes")
    assert [row["id"] for row in attributes] == list(texts)
    for row in attributes:
        text = texts[row["id"]]
        assert hashlib.sha256(text.encode()).hexdigest() == accounts[row["id"]]["source_sha256"]
        ((start, end, score),) = row["attributes"]["dehusk__cookie_notice"]
        assert text[start:end].startswith("We use cookies") and 0 < score <= 1


def test_fields_by_name(tmp_path: Path) -> None:
    lines = [{"key": "k1", "link": "https://a.example/1", "body_html": "<p>The tide comes at six.</p>", "text": "no"}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    clean(
        tmp_path / "a.jsonl",
        "--out",
        tmp_path / "run",
        "--html-field",
        "body_html",
        "--id-field",
        "key",
        "--url-field",
        "link",
    )
    (row,) = rows(tmp_path / "run")
    assert (row["id"], row["url"], row["text"], row["input_text"]) == (
        "k1", "https://a.example/1", "The tide comes at six.", "no",
    )  # fmt: skip


def test_inputs_can_be_lists_globs_and_files_without_suffix(crawl: Path, tmp_path: Path) -> None:
    (tmp_path / "noname").write_bytes((crawl / "a.warc.gz").read_bytes())
    (tmp_path / "all.paths").write_text(f"# what to read\n{crawl}/b.jsonl\nnoname\n")
    clean(tmp_path / "all.paths", f"{crawl}/*.wet.gz", "--out", tmp_path / "run")
    assert {row["source"] for row in rows(tmp_path / "run")} == {"b.jsonl", "noname", "c.warc.wet.gz"}
    for wrong, said in ((tmp_path / "nothing.warc", "names no file"), (Path(__file__), "no format")):
        ran = archive("clean", wrong, "--out", tmp_path / "other")
        assert ran.status == 1 and said in ran.errors


def test_files_of_one_name_keep_apart(crawl: Path, tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "b.jsonl").write_bytes((crawl / "b.jsonl").read_bytes())
    clean(tmp_path / "x/b.jsonl", tmp_path / "y/b.jsonl", "--out", tmp_path / "run")
    assert counts(tmp_path / "run")["clean"] == 2 * COUNT
    assert {row["source"] for row in rows(tmp_path / "run")} == {"b.jsonl", "y/b.jsonl"}
