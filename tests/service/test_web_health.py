"""For those who watch: alive, ready, and figures that Prometheus can read."""

import re
import sqlite3
import time
from pathlib import Path

import pytest

from tests.service.store_helpers import put_clean, submission
from tests.service.web_helpers import Site, serving
from worker.store import Store
from worker.store.store import BACKLOG_SECONDS

LINE = re.compile(r'^(dehusk|process)_[a-z0-9_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+$')


def series(site: Site) -> dict[str, float]:
    answer = site.http.get("/metrics")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert all(LINE.match(line) for line in lines if not line.startswith("# "))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_alive_and_ready(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        assert site.http.get("/healthz").json() == {"status": "alive"}
        assert site.http.get("/readyz").json() == {"ready": True, "problems": {}, "warnings": {}}


def test_a_broker_that_is_gone_is_a_warning(tmp_path: Path) -> None:
    """Pages are taken in and read without it: no balancer should take the web process away."""
    with serving(tmp_path, redis_url=f"unix://{tmp_path / 'nobody.sock'}") as site:
        answer = site.http.get("/readyz")
        assert (answer.status_code, answer.json()["warnings"]) == (200, {"broker": "does not answer"})
        assert site.put(url="https://news.example/")["state"] == "received"
        assert series(site)["dehusk_broker_up"] == 0


def test_without_its_schema_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    with serving(tmp_path, database_url=f"sqlite:///{tmp_path / 'real.sqlite3'}") as site:
        with sqlite3.connect(tmp_path / "real.sqlite3") as database:
            database.execute("DELETE FROM alembic_version")
        assert site.http.get("/healthz").status_code == 200
        answer = site.http.get("/readyz")
        assert (answer.status_code, answer.json()["problems"]) == (503, {"schema": "not ready"})


def test_figures_follow_what_happens_and_name_no_host(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        for n in range(4):
            site.put(url=f"https://host-{n}.example/")
        time.sleep(BACKLOG_SECONDS)
        before = series(site)
        assert before['dehusk_backlog_pages{lane="crawl",state="received"}'] == 4
        site.work()
        site.store.rollup()
        after = series(site)
        assert after['dehusk_submissions_total{lane="crawl",outcome="new"}'] == 4
        assert after['dehusk_state_changes_total{to="clean",from="cleaning",lane="crawl"}'] == 4
        assert after['dehusk_pages_total{lane="crawl",outcome="content"}'] == 4
        assert after['dehusk_pages_total{lane="crawl",outcome="dead"}'] == 0, "so that the first one is a rise"
        assert after['dehusk_page_confidence_ratio_bucket{lane="crawl",le="+Inf"}'] == 4
        assert after['dehusk_page_kept_ratio_count{lane="crawl"}'] == 4
        assert after['dehusk_revisions{state="clean"}'] == 4
        assert "host-" not in site.http.get("/metrics").text
        assert after["dehusk_intake_accepting"] == 1
        assert after['dehusk_http_requests_total{method="POST",route="/v1/pages",status="202"}'] == 4


def test_addresses_make_no_series(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        for n in range(20):
            site.http.get(f"/v1/pages/{n:032x}")
            site.http.get(f"/nowhere/{n}")
            site.http.request(f"PURGE{n}", "/healthz")
        found = [name for name in series(site) if name.startswith("dehusk_http_requests_total")]
        assert sorted(found) == [
            'dehusk_http_requests_total{method="GET",route="/v1/pages/{page_id}",status="404"}',
            'dehusk_http_requests_total{method="GET",route="none",status="404"}',
            'dehusk_http_requests_total{method="other",route="/healthz",status="405"}',
        ]


def test_counters_that_follow_from_roll_ups_add_up(store: Store) -> None:
    put_clean(store, *map(submission, range(7)), text="four words of text", verdict="content", confidence=0.42)
    before = store.counters()
    while store.rollup(1):
        pass
    assert store.counters() == before, "whatever is merged so far"
    found = {(name, tuple(sorted(labels.items()))): value for name, labels, value in store.counters()}
    lane = ("lane", "crawl")
    assert found["pages", (lane, ("outcome", "content"))] == 7
    assert found["words_kept", (lane,)] == 28
    assert found["cleaning_cpu_seconds", (lane,)] == pytest.approx(7 * 0.0025)
    assert found["languages", (lane, ("language", "en"))] == 7
    assert found["removed_words", (lane, ("reason", "navigation"))] == 28
    assert found["removed_spans", (lane, ("reason", "navigation"))] == 14
    assert found["confidence", (("bin", "8"), lane)] == 7
