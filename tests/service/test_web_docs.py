"""The examples of docs/api.md and docs/crawlers.md work against a running service and print what is shown."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli_helpers import ROOT, environment
from tests.service.web_helpers import Site, serving
from tests.test_docs import Fence, assert_prints, fences, programs
from worker.intake import PageRow

ADDRESS = "http://127.0.0.1:8000"
API, CRAWLERS = ROOT / "docs/api.md", ROOT / "docs/crawlers.md"


def run(command: list[str], folder: Path, site: Site) -> str:
    path = f"{folder / 'bin'}:{os.environ.get('PATH', '')}"
    given = {**site.settings.environment(), "PATH": path, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'clients/python'}"}
    ran = subprocess.run(
        command, cwd=folder, env=environment(**given), capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    site.work()
    return ran.stdout


def shown(page: Path, *kinds: str) -> list[Fence]:
    found = [fence for fence in fences(page) if fence.kind in kinds]
    assert found
    return found


def test_the_examples_for_a_shell_work(tmp_path: Path) -> None:
    programs(tmp_path)
    with serving(tmp_path / "data") as site:
        for fence in shown(API, "console", "sh"):
            body = fence.body.replace(ADDRESS, site.url)
            if fence.kind == "sh":
                assert run(["sh", "-ec", body], tmp_path, site)
            else:
                command, printed = body.removeprefix("$ ").split("\n", 1)
                assert_prints(run(["sh", "-c", command], tmp_path, site), printed)
        assert [token.name for token in site.store.tokens()] == ["crawler"]


def test_the_examples_in_python_work(tmp_path: Path) -> None:
    programs(tmp_path)
    with serving(tmp_path / "data") as site:
        for fence in shown(CRAWLERS, "python"):
            if "dehusk_client.scrapy" in fence.body:  # settings and a spider's method: test_client_scrapy.py has them whole
                compile(fence.body, "crawlers.md", "exec")
                continue
            out = run(["python", "-c", fence.body.replace(ADDRESS, site.url)], tmp_path, site)
            if fence.after:
                assert_prints(out, fence.after)
        assert site.store.counts()["clean"] == 2


@pytest.mark.parametrize("page", [API, CRAWLERS], ids=lambda page: page.name)
def test_rows_shown_are_rows(page: Path) -> None:
    for fence in fences(page):
        if fence.kind == "json" and '"error"' not in fence.body:
            PageRow.read(fence.body)


def test_every_field_and_status_is_explained(tmp_path: Path) -> None:
    text = API.read_text(encoding="utf-8")
    explained = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", text, re.MULTILINE))))
    assert set(PageRow.model_fields) <= explained
    with serving(tmp_path) as site:
        described = site.http.get("/openapi.json").json()
    statuses = {status for path in described["paths"].values() for one in path.values() for status in one["responses"]}
    named = set(re.findall(r"\b([45]\d\d)\b", text))
    assert {status for status in statuses if status >= "400"} <= named
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
    unknown = [path for path in described["paths"] if path not in pages and re.sub(r"\{\w+\}", "ID", path) not in pages]
    assert unknown == []
