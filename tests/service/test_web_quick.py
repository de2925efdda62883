"""The pages stay quick: each question of theirs is answered by look-ups, not by reading a table."""

import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from benchmarks.data import Sample
from benchmarks.service import first_view, second_opinion
from dashboard.figures import hosts as table
from dashboard.figures.hosts import Order
from dashboard.seed import name_of, seed
from tests.service.web_helpers import serving
from worker.store.database import Database


def plans(database: Database, ask: object) -> list[str]:
    """How SQLite goes about what is asked while `ask` runs."""
    asked: list[tuple[str, object]] = []

    def note(connection: object, cursor: object, statement: str, parameters: object, *more: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        assert callable(ask)
        ask()
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        found = []
        for statement, parameters in asked:
            if statement.lstrip().startswith("SELECT"):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
                found += [str(row[-1]) for row in rows]
        return found


def test_hosts_are_looked_up(tmp_path: Path) -> None:
    now = round(time.time() * 1000)
    with serving(tmp_path) as site:
        database = site.store.database
        assert seed(database, hosts=300, days=12, now=now) > 7_000
        for order in Order:
            steps = plans(database, lambda order=order: table.hosts(database, search="", order=order, start=0, now=now))
            assert steps and not [step for step in steps if step.startswith("SCAN") and "host_state" not in step], steps
        steps = plans(database, lambda: table.host(database, name_of(7), now))
        assert steps and not [step for step in steps if step.startswith("SCAN")], steps


def test_pages_of_a_filled_store_are_there(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        seed(site.store.database, hosts=120, days=3, now=round(time.time() * 1000))
        for path in ("/", "/?span=quarter", "/hosts", "/hosts?order=kept_share&start=50", "/hosts/host-7.example"):
            assert site.http.get(path, headers={"Accept": "text/html"}).status_code == 200, path


def test_first_views_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", f"first_view --hosts 60 --days 2 --hours 3 --rounds 1 --folder {tmp_path}".split())
    assert first_view.main() in (0, 1)
    said = capsys.readouterr().out
    assert all(path in said for path in first_view.PAGES) and "slowest page" in said


def test_the_cost_of_second_opinions_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinion, "TIMES", 2)
    monkeypatch.setattr("worker.quality.second.is_chosen", lambda name: True)
    words = "The ferry stayed at its pier until the afternoon, and the harbour was quiet. "
    samples = [Sample(id=str(n), html=f"<p>{words * 20}{n}</p>".encode(), gold=words) for n in range(3)]
    assert "of 6 pages: 6 asked" in second_opinion.report(samples)
