"""For those with dashboards already: Debian's Prometheus scrapes a real service, and every query of ours has an answer."""

import json
import math
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from cleaners.profile import Profile
from dashboard.exposed import now
from tests.cli_helpers import ROOT, dehusk
from tests.service.test_queue_remote import free_port
from tests.service.web_helpers import PAGE, Site, serving
from worker.quality import golden
from worker.quality.alarms import Finding, record
from worker.quality.tables import second_opinion
from worker.store.ids import now_ms
from worker.store.nouns import Outcome, Where

PROMTOOL, PROMETHEUS = shutil.which("promtool"), shutil.which("prometheus")
CONFIG = ROOT / "deploy/prometheus/prometheus.yml"
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/dashboards/dehusk.json").read_text(encoding="utf-8"))
DOCS = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
VARIABLES = {"$__rate_interval": "10s", "$lane": ".*", "$job": ".*", "[5m:1m]": "[10s:1s]"}
NAME = re.compile(r"\b(?:dehusk|process)_[a-z0-9_]+\b")

needs_prometheus = pytest.mark.skipif(
    (PROMTOOL is None or PROMETHEUS is None) and not os.environ.get("CI"), reason="apt-get install prometheus"
)


def promtool(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    assert PROMTOOL is not None, "CI installs Debian's prometheus: see .ci/run"
    folder = ROOT / "deploy/prometheus"
    return subprocess.run([PROMTOOL, *words], cwd=folder, input=given, capture_output=True, text=True, check=False)


def queries() -> list[tuple[str, str]]:
    found = [(panel["title"], one["expr"]) for panel in BOARD["panels"] for one in panel.get("targets", ())]
    return found + [(one["name"], one["expr"]) for one in BOARD["annotations"]["list"]]


QUERIES = queries()


def finish(site: Site, **wanted: Any) -> None:
    """Finish one page as said: rejected, failed, or with a document of that verdict."""
    put = site.put(url=f"https://news.example/{time.monotonic_ns()}", lane=wanted.pop("lane", "crawl"))
    while jobs := site.store.claim([put["revision_id"]], "test"):
        site.store.finish([Outcome(job_id=jobs[0].id, attempt=jobs[0].attempt, cpu_ms=20, **wanted)])


def fill(site: Site) -> None:
    """Something of everything that there are series for."""
    finish(site, rejected=("empty_input", ""))
    finish(site, failed=("worker_died", ""))
    site.store.limits = site.store.limits.__class__(attempts=1)
    finish(site, failed=("worker_died", ""))
    finish(site, lane="interactive", rejected=("not_text", ""))
    site.put(url="https://news.example/", html=PAGE)
    site.work()
    site.store.count("submissions_refused", {"door": "stream", "error": "bad_row"})
    site.store.count("leases_passed", {"lane": "crawl"})
    site.put(url="https://gone.example/")
    site.store.delete(host="gone.example", by="test")
    site.store.reclean(Where(), by="test")
    golden.add(site.store.database, PAGE.encode(), "The ferry stayed at its pier until the afternoon.", by="test")
    golden.score_now(site.store.database, Profile.load())
    (found, *_) = site.store.documents(Where()).documents
    opinion = {"document_id": found.id, "host": found.host, "agreement": 0.9, "only_ours": 1, "only_theirs": 2}
    alarm = Finding(kind="spam_wave", subject="news.example", wrong=True, at=now_ms())

    def write(connection: Any) -> None:
        connection.execute(second_opinion.insert().values(**opinion, cpu_ms=1.0, at=now_ms()))
        record(connection, [alarm])

    site.store.database.write(write)
    site.store.rollup()


def busy(site: Site, seconds: float) -> None:
    """Pages come and are cleaned, so that rates are more than nothing."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        site.put(url=f"https://news.example/{time.monotonic_ns()}")
        site.work()
        finish(site, failed=("worker_died", ""))
        finish(site, rejected=("empty_input", ""))
        site.store.rollup()
        time.sleep(0.2)


class Scraper:
    """A running Prometheus that scrapes the service every second."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=10)

    def ask(self, path: str, **asked: str) -> Any:
        answer = self.http.get(f"/api/v1/{path}", params=asked).json()
        assert answer["status"] == "success", (asked, answer)
        return answer["data"]

    def values(self, query: str) -> list[float]:
        for name, value in VARIABLES.items():
            query = query.replace(name, value)
        return [float(row["value"][1]) for row in self.ask("query", query=query)["result"]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    patch = pytest.MonkeyPatch()
    patch.setattr(now, "QUALITY_SECONDS", 0.5)
    with serving(tmp_path_factory.mktemp("watched")) as site:
        fill(site)
        yield site
    patch.undo()


@pytest.fixture(scope="module")
def scraper(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraper]:
    """The configuration as it is shipped, but for the address, the pace, and a token made as the documentation says."""
    assert PROMETHEUS is not None, "CI installs Debian's prometheus: see .ci/run"
    folder = tmp_path_factory.mktemp("prometheus")
    (line,) = re.findall(r"^```sh\ndehusk (.*)$", DOCS, re.MULTILINE)
    made = dehusk(*line.split(), "--data-dir", str(site.settings.data_dir))
    (folder / "token").write_text(made.out.splitlines()[-1])
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    config["global"] = dict.fromkeys(config["global"], "1s")
    config["scrape_configs"][0]["static_configs"][0]["targets"] = [site.url.removeprefix("http://")]
    shutil.copy(ALERTS, folder)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    secret = (folder / "token").read_text()
    site.http.headers["Authorization"] = f"Bearer {site.store.create_token('test', ['admin'])[1]}"
    address = f"127.0.0.1:{free_port()}"
    options = (f"--config.file={folder / 'prometheus.yml'}", f"--web.listen-address={address}", "--log.level=warn")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROMETHEUS, *options, f"--storage.tsdb.path={folder / 'data'}"], stdout=log, stderr=log, cwd=folder
        )
    found = Scraper(f"http://{address}")
    try:
        ends = time.monotonic() + 30
        while not _scraped(found):
            assert process.poll() is None and time.monotonic() < ends, (folder / "log").read_text()[-2000:]
            busy(site, 0.3)
        site.store.change_rule("navigation", enabled=False, by="test")
        busy(site, 5)
        assert secret not in site.http.get("/metrics").text
        yield found
    finally:
        found.http.close()
        process.terminate()
        process.wait(10)


def _scraped(found: Scraper) -> bool:
    try:
        if found.http.get("/-/ready").status_code != 200:
            return False
        return found.values('up{job="dehusk"}') == [1.0]
    except httpx.TransportError:
        return False


@needs_prometheus
def test_series_are_well_named(site: Site) -> None:
    text = httpx.get(f"{site.url}/metrics", headers=dict(site.http.headers)).text
    checked = promtool("check", "metrics", given=text)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@needs_prometheus
def test_the_files_are_right_and_every_alert_fires_when_it_should() -> None:
    for words in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")):
        ran = promtool(*words)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    checked = promtool("check", "config", "--syntax-only", "prometheus.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_alert_is_tested_and_documented() -> None:
    rules = [rule for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
    tests = yaml.safe_load((ROOT / "deploy/prometheus/alerts_test.yml").read_text(encoding="utf-8"))["tests"]
    cases = [case for one in tests for case in one["alert_rule_test"]]
    alerts = {rule["alert"] for rule in rules}
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == alerts
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == alerts
    told = dict(re.findall(r"^\| `(Dehusk\w+)` \| ([^|]+) \|", DOCS, re.MULTILINE))
    after = {rule["alert"]: rule["for"].replace("m", " min") if "for" in rule else "at once" for rule in rules}
    assert told == after


@needs_prometheus
def test_queries_variables_and_alerts_have_answers(scraper: Scraper, site: Site) -> None:
    """In one test, since the scraper is slow to start and tests are spread over processes."""
    silent = [title for title, query in QUERIES if not any(map(math.isfinite, scraper.values(query)))]
    if silent:  # the last pages may have come too long ago
        busy(site, 3)
    assert [
        (title, query) for title, query in QUERIES if title in silent and not any(map(math.isfinite, scraper.values(query)))
    ] == []
    for one in BOARD["templating"]["list"]:
        if one["type"] == "query":
            asked = re.fullmatch(r"label_values\((\w+), (\w+)\)", one["definition"])
            assert asked is not None
            assert scraper.ask(f"label/{asked[2]}/values", **{"match[]": asked[1]}), one["name"]
    (group,) = scraper.ask("rules")["groups"]
    assert [(rule["name"], rule.get("lastError")) for rule in group["rules"] if rule["health"] != "ok"] == []
    assert {rule["name"] for rule in group["rules"] if rule["state"] == "firing"} == {"DehuskQualityAlarm"}


def test_queries_alerts_and_documentation_name_series_that_exist(site: Site) -> None:
    text = httpx.get(f"{site.url}/metrics", headers=dict(site.http.headers)).text
    there = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    rules = [rule for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
    asked = " ".join([*(query for _, query in QUERIES), *(rule["expr"] for rule in rules)])
    assert {re.sub(r"_bucket$", "", name) for name in NAME.findall(asked)} <= there
    rows = re.findall(r"^\| (`(?:dehusk|process)_.*?) \|", DOCS, re.MULTILINE)
    assert {name for row in rows for name in NAME.findall(row)} == there


def test_what_stands_beside_compose_mounts_files_that_exist() -> None:
    beside = yaml.safe_load((ROOT / "deploy/watch.yaml").read_text(encoding="utf-8"))
    for config in beside["configs"].values():
        assert "content" in config or (ROOT / config["file"]).is_file()
    named = {one["source"] for part in beside["services"].values() for one in part["configs"]}
    assert named == set(beside["configs"])
    places = {one["target"] for one in beside["services"]["grafana"]["configs"]}
    (provider,) = yaml.safe_load((ROOT / "deploy/grafana/provisioning/dashboards/dehusk.yml").read_text())["providers"]
    assert f"{provider['options']['path']}/dehusk.json" in places
