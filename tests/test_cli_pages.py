"""`dehusk clean` on files, folders and standard input."""

import json
import os
from pathlib import Path

import pytest

from tests.cli_helpers import PAGE, PARAGRAPHS, dehusk

HEADLINE = "River rises at Aldersea"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "river.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def assert_clean(text: str) -> None:
    assert all(paragraph in text for paragraph in PARAGRAPHS)
    assert "cookies" not in text
    assert "All rights reserved" not in text


def test_a_file(page: Path) -> None:
    ran = dehusk("clean", page)
    assert (ran.status, ran.errors) == (0, "")
    assert_clean(ran.out)
    assert ran.out.endswith("buses.\n")


def test_standard_input(page: Path) -> None:
    ran = dehusk("clean", "-", stdin=page.read_bytes())
    assert ran == dehusk("clean", page)


def test_text_that_was_extracted_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "river.txt"
    path.write_text("Accept all cookies\n\n" + "\n\n".join(PARAGRAPHS), encoding="utf-8")
    ran = dehusk("clean", path)
    assert ran.status == 0
    assert_clean(ran.out)


def test_markdown(page: Path) -> None:
    ran = dehusk("clean", "--format", "markdown", page)
    assert ran.out.startswith(f"# {HEADLINE}\n")
    assert_clean(ran.out)


def test_json_is_one_object_a_line(page: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text(PAGE)
    ran = dehusk("clean", "-f", "json", page, other)
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["schema"] for row in rows] == [1, 1]
    assert rows[0] == rows[1]
    assert_clean(rows[0]["text"])
    assert {drop["reason"] for drop in rows[0]["drops"]} >= {"cookie_notice", "navigation"}


def test_folders_are_searched_and_several_pages_get_headings(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "b").mkdir(parents=True)
    for name in ("a.html", "b/c.htm", "b/D.XHTML", "e.txt", "style.css", "picture.png"):
        (folder / name).write_text(PAGE)
    ran = dehusk("clean", "pages", cwd=tmp_path)
    heads = [line for line in ran.out.splitlines() if line.startswith("==>")]
    assert heads == [f"==> pages/{name} <==" for name in ("a.html", "b/D.XHTML", "b/c.htm", "e.txt")]
    assert ran.out.count(PARAGRAPHS[0]) == 4
    assert ran.status == 0


def test_one_bad_page_does_not_stop_the_others(page: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_text(" \n")
    missing = tmp_path / "missing.html"
    ran = dehusk("clean", empty, page, missing)
    assert ran.status == 1
    assert_clean(ran.out)
    assert ran.errors.splitlines() == [
        f"dehusk: {empty}: There is nothing in this page: no bytes, or white space alone.",
        f"dehusk: {missing}: No such file or directory",
    ]


def test_a_folder_without_pages(tmp_path: Path) -> None:
    ran = dehusk("clean", tmp_path)
    assert ran.status == 1
    assert ran.errors == f"dehusk: {tmp_path}: No .html, .htm, .xhtml or .txt file in this folder\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    ran = dehusk("clean", tmp_path)
    assert ran.errors.startswith(f"dehusk: {closed}: Permission denied\n")
    assert ran.status == 1


def test_links_that_lead_in_circles_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "again").symlink_to(tmp_path)
    ran = dehusk("clean", "-f", "json", tmp_path)
    assert len(ran.out.splitlines()) == 1


def test_output_to_a_folder(tmp_path: Path) -> None:
    for name in ("in/a.html", "in/b/a.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE)
    for _ in range(2):  # what the first run wrote is not read by the second
        ran = dehusk("clean", "in", "--output", "in/out", "--format", "markdown", cwd=tmp_path)
        assert (ran.status, ran.out, ran.errors) == (0, "", "")
        written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.md"))
        assert written == ["in/out/in/a.html.md", "in/out/in/b/a.html.md"]
    assert_clean((tmp_path / "in/out/in/b/a.html.md").read_text())
    assert not list(tmp_path.rglob("*.txt"))


def test_a_page_never_lands_outside_the_output_folder(page: Path, tmp_path: Path) -> None:
    inner = tmp_path / "work"
    inner.mkdir()
    dehusk("clean", "../river.html", "-o", "out", cwd=inner)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.html.txt")] == ["work/out/river.html.txt"]


def test_a_profile_by_name_and_by_file(page: Path, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text('name = "mine"\n[reasons]\ncookie_notice = "keep"\n')
    by_file = json.loads(dehusk("clean", "-f", "json", "--profile", profile, page).out)
    by_name = json.loads(dehusk("clean", "-f", "json", "--profile", "strict", page).out)
    default = json.loads(dehusk("clean", "-f", "json", page).out)
    assert "cookie_notice" in {drop["rule"] for drop in default["drops"]}
    assert "cookie_notice" not in {drop["rule"] for drop in by_file["drops"]}
    assert len({form["cleaner_version"] for form in (by_file, by_name, default)}) == 3


def test_encoding_and_content_type(tmp_path: Path) -> None:
    path = tmp_path / "page"
    words = "<p>Größe und Übermut: " + "der Fluss stieg über Nacht um einen Meter. " * 5
    path.write_bytes(words.encode("utf-16-le"))
    form = json.loads(dehusk("clean", "-f", "json", "--encoding", "utf-16-le", path).out)
    assert "Größe und Übermut" in form["text"]
    path.write_bytes(words.encode("cp1250"))
    form = json.loads(dehusk("clean", "-f", "json", "--content-type", "text/html; charset=windows-1250", path).out)
    assert form["encoding"] == "windows-1250"


def test_an_empty_text_is_never_silent(tmp_path: Path) -> None:
    path = tmp_path / "shell.html"
    path.write_text('<html><body><div id="root"></div>' + "<script>render()</script>" * 20 + "</body></html>")
    ran = dehusk("clean", path)
    assert ran.out.strip() == ""
    assert ran.errors.startswith(f"dehusk: {path}: ")
    assert "JavaScript" in ran.errors or ran.status == 1
