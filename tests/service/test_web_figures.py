"""Behind every chart stand figures for programs, described, documented, and as the documentation shows them."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.api.shapes import Host, Hosts, Overview
from dashboard.figures.outcomes import OUTCOMES, VERDICTS, fault_of
from tests.cli_helpers import ROOT
from tests.service.web_helpers import PAGE, Site, serving
from tests.test_docs import assert_prints, programs

DOCS = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| `(\w+)`", DOCS, re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("figures")) as site:
        for n in range(4):
            site.put(url=f"https://news.example/{n}", html=PAGE)
        site.put(url="https://news.example/none", html=" ")
        site.work()
        site.store.rollup()
        yield site


def figures(site: Site, path: str) -> dict[str, Any]:
    answer = site.http.get(path.replace("{host}", "news.example"))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_every_chart_is_documented_with_the_figures_it_draws(site: Site) -> None:
    used = set()
    for template in (ROOT / "dashboard/templates").glob("*.html"):
        used |= set(re.findall(r'data-chart="(\w+)"', template.read_text(encoding="utf-8")))
    assert {chart for chart, _, _ in ROWS} == used
    for chart, path, field in ROWS:
        assert field in figures(site, path), chart


def test_figures_are_as_described(site: Site) -> None:
    overview = Overview.model_validate(figures(site, "/v1/figures/overview?span=hour"))
    assert {row.name: row.total for row in overview.outcomes.series} == {"content": 4, "rejected": 1}
    assert overview.faults == {"none": 4, "crawler": 1, "cleaner": 0}
    assert sum(overview.outcomes.series[0].values) == 4 and sum(overview.confidence.bins) == 4
    hosts = Hosts.model_validate(figures(site, "/v1/figures/hosts"))
    assert [(row.host, row.pages) for row in hosts.rows] == [("news.example", 4)]
    host = Host.model_validate(figures(site, "/v1/figures/hosts/{host}"))
    assert [day.pages for day in host.days] == [5]
    described = site.http.get("/openapi.json").json()
    for path, model in (("overview", "Overview"), ("hosts", "Hosts"), ("hosts/{host}", "Host")):
        answer = described["paths"][f"/v1/figures/{path}"]["get"]["responses"]["200"]["content"]["application/json"]
        assert answer["schema"] == {"$ref": f"#/components/schemas/{model}"}


def test_outcomes_are_the_verdicts_there_are() -> None:
    schema = (ROOT / "cleaners/data/cleaned.schema.json").read_text(encoding="utf-8")
    listed = re.search(r'"verdict": \{.*?"enum": \[(.*?)\]', schema, re.DOTALL)
    assert listed is not None
    assert sorted(re.findall(r'"(\w+)"', listed[1])) == sorted(VERDICTS)
    assert {fault_of(outcome) for outcome in OUTCOMES} == {"none", "crawler", "cleaner"}


def test_the_examples_print_what_is_shown(site: Site, tmp_path: Path) -> None:
    programs(tmp_path)
    (shown,) = re.findall(r"^```console\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
    for part in shown.removeprefix("$ ").split("\n$ "):
        command, printed = part.split("\n", 1)
        command = command.replace("http://127.0.0.1:8000", site.url)
        assert shlex.split(command)[0] == "curl"
        path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
        ran = subprocess.run(["sh", "-ec", command], env={"PATH": path}, capture_output=True, text=True, check=True)
        assert_prints(ran.stdout, printed)
