"""The command that says where a page's time goes counts every stage and every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

import cleaners.rules
from benchmarks.stages import STAGES, main, measure
from cleaners import clean, pipeline

PAGES = sorted((Path(__file__).parent.parent / "fixtures" / "pages").glob("*/page.html"))[:8]


def test_stages_and_rules_are_counted_and_put_back() -> None:
    before = (dict(vars(pipeline)), cleaners.rules.RULES)
    pages = [path.read_bytes() for path in PAGES]
    took = measure([*pages, b""], warm_up=2)
    assert (vars(pipeline), cleaners.rules.RULES) == before
    assert took.keys() == {"all", "judge", *STAGES, *(f"rule {rule.__name__}" for rule in cleaners.rules.RULES)}
    rules = sum(value for name, value in took.items() if name.startswith("rule "))
    assert rules <= took["marks_of"] <= took["all"]
    assert sum(took[name] for name in (*STAGES, "judge")) <= took["all"]


def test_a_timed_page_is_cleaned_as_any(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    page = PAGES[0].read_bytes()

    def keep(page: bytes) -> None:
        texts.append(clean(page).text)

    monkeypatch.setattr("benchmarks.stages.clean", keep)
    measure([page], warm_up=0)
    assert texts == [clean(page).text]


def test_no_pages_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "no pages under" in capsys.readouterr().err
