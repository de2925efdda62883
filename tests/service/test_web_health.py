"""For those who watch: alive, ready, and figures that Prometheus can read."""

import re
import sqlite3
import time
from pathlib import Path

from tests.service.web_helpers import Site, serving
from worker.store.store import BACKLOG_SECONDS

LINE = re.compile(r'^dehusk_[a-z0-9_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+$')


def series(site: Site) -> dict[str, float]:
    answer = site.http.get("/metrics")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert all(LINE.match(line) for line in lines if not line.startswith("# "))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_alive_and_ready(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        assert site.http.get("/healthz").json() == {"status": "alive"}
        assert site.http.get("/readyz").json() == {"ready": True, "problems": {}}


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
        assert sum(value for name, value in after.items() if "moves_total" in name and 'after="clean"' in name) == 4
        assert "host-" not in site.http.get("/metrics").text
        assert after["dehusk_accepting"] == 1
