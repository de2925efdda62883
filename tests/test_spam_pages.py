"""Pages that were broken into come out as they were before."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cleaners import clean
from tests.cases import difference
from tests.properties import check_account

FOLDER = Path(__file__).parent.parent / "fixtures" / "spam"
SLUGS = sorted(path.parent.name for path in FOLDER.glob("*/case.toml"))


def test_there_are_pages() -> None:
    assert len(SLUGS) >= 30


@pytest.mark.parametrize("slug", SLUGS)
def test_page_is_whole_again(slug: str) -> None:
    folder = FOLDER / slug
    case = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    cleaned = clean((folder / "page.html").read_bytes(), content_type="text/html; charset=utf-8")
    assert difference(cleaned.text, (folder / "expected.txt").read_text("utf-8")) == ""
    shown = f"{cleaned.text}\n{cleaned.title}\n{cleaned.description}"
    assert [word for word in case["gone"] if word in shown] == []
    assert cleaned.title == case["title"]
    check_account(cleaned)
