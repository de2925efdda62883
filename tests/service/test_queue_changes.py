"""Decisions about rules and profiles reach running workers, and can be undone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from cleaners import clean
from cleaners.errors import BadProfile
from cleaners.profile import Profile
from worker.queue.changes import CurrentProfile, effective
from worker.store.errors import StoreUnavailable
from worker.store.nouns import RuleChange

PAGE = """<!doctype html><title>A day</title><nav><a href="/">Home</a> <a href="/news">News</a></nav><main><h1>A day</h1>
<p>The river rose by a foot overnight, and the ferry stayed at its pier until the afternoon.</p></main>"""
HOST = "https://sub.paper.example/a"


def change(what: str, name: str, body: str, host: str | None = None, undone: bool = False) -> RuleChange:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    parts: dict[str, Any] = {"id": 1, "what": what, "name": name, "body": body, "host": host, "at": at, "by": "me"}
    return RuleChange(**parts, note="", undone_at=at if undone else None, undone_by=None)


def text(profile: Profile, url: str = HOST) -> str:
    return clean(PAGE, url=url, profile=profile).text


def test_a_rule_is_switched_off_everywhere() -> None:
    off = effective("default", [change("rule", "navigation", "disabled")])
    assert "Home" not in text(effective("default", []))
    assert "Home" in text(off)
    assert off.digest != effective("default", []).digest


def test_a_rule_is_switched_off_on_one_host_and_below_it() -> None:
    off = effective("default", [change("rule", "navigation", "disabled", host="paper.example")])
    assert "Home" in text(off)
    assert "Home" not in text(off, "https://other.example/a")


def test_switching_on_again_takes_the_later_word() -> None:
    changes = [change("rule", "navigation", "disabled"), change("rule", "navigation", "enabled")]
    assert "Home" not in text(effective("default", changes))


def test_what_was_undone_does_not_count() -> None:
    undone = effective("default", [change("rule", "navigation", "disabled", undone=True)])
    assert undone.digest == effective("default", []).digest


def test_switching_off_goes_before_what_a_host_says(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[hosts."paper.example"]\ntitle = false\n')
    off = effective(str(mine), [change("rule", "navigation", "disabled")])
    assert "Home" in text(off)
    below = effective(str(mine), [change("rule", "navigation", "disabled", host="sub.paper.example")])
    assert "Home" in text(below)
    assert "A day" not in text(below)  # what held for the domain still holds


def test_a_stored_profile_is_laid_over_the_one_in_the_settings(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("title = false\n")
    found = effective(str(mine), [change("profile", "ours", '[reasons]\nnavigation = "keep"\n')])
    assert "Home" in text(found)
    assert "A day" not in text(found)


def test_a_stored_profile_that_is_broken_is_skipped_and_told() -> None:
    with capture_logs() as logs:
        found = effective("default", [change("profile", "ours", "title = 7\n")])
    assert found.digest == effective("default", []).digest
    assert [line["event"] for line in logs] == ["profile_skipped"]


def test_running_workers_look_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("title = true\n")
    decided: list[RuleChange] = []
    current = CurrentProfile(str(mine), lambda: decided)
    before = current.now().digest
    decided.append(change("rule", "navigation", "disabled"))
    assert current.now().digest == before  # not asked for every page
    monkeypatch.setattr("worker.queue.changes.LOOK_EVERY", 0)
    after = current.now().digest
    assert after != before
    mine.write_text("title = false\n")  # an edited file counts too
    assert current.now().digest not in (before, after)


def test_a_store_that_is_away_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.queue.changes.LOOK_EVERY", 0)

    def away() -> list[RuleChange]:
        raise StoreUnavailable

    assert CurrentProfile("default", away).now().digest == effective("default", []).digest


def test_a_profile_that_does_not_exist_is_no_start() -> None:
    with pytest.raises(BadProfile, match="nowhere"):
        CurrentProfile("/nowhere.toml", list)
