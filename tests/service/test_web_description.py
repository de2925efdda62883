"""Every operation is asked strange things: those of the API answer as described, pages and forms answer and do not break.

`make drills` asks many times more: STRANGE_QUESTIONS is how many each operation gets.
"""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from dashboard.app import ROUTERS
from dashboard.cookies import SESSION
from tests.cli_helpers import ROOT, environment
from tests.service.web_helpers import PAGE, Site, serving
from worker.quality import follow, golden
from worker.quality.alarms import Finding, record
from worker.quality.reviews import NAME, draw_reviews
from worker.quality.tasks import next_tasks
from worker.store.ids import now_ms
from worker.store.nouns import Where

QUESTIONS = int(os.environ.get("STRANGE_QUESTIONS", "6"))
AS_DESCRIBED = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"
HIDDEN = [
    route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute) and not route.include_in_schema
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service with something in it to be asked about."""
    with serving(tmp_path_factory.mktemp("asked"), max_page_bytes=100_000, rate_limit=None) as site:
        site.http.headers["Authorization"] = f"Bearer {site.store.create_token('fuzz', ['admin'])[1]}"
        follow.begin(site.store.database, NAME)
        for n in range(3):
            site.put(url=f"https://news.example/{n}", html=PAGE)
        site.put(url="https://news.example/", html=" ")
        site.work()
        site.store.rollup()
        golden.add(site.store.database, PAGE.encode(), "The ferry stayed at its pier until the afternoon.", by="test")
        while draw_reviews(site.store.database, 5.0):
            pass
        alarm = Finding(kind="yield", wrong=True, at=now_ms(), evidence={"now": 0.2, "usual": 0.9})
        site.store.database.write(lambda connection: record(connection, [alarm]))
        known.extend(_known(site))
        yield site
        known.clear()


known: list[str] = []  # ids that there are, of all kinds, and a host


def _known(site: Site) -> list[str]:
    pages = site.store.revisions(Where()).rows
    documents = site.store.documents(Where()).documents
    tasks, kept = next_tasks(site.store.database), golden.golden_pages(site.store.database)
    ids = [pages[0].page_id, pages[0].id, documents[0].id, *(task.id for task in tasks[:1]), *(one.id for one in kept)]
    return [*ids, "news.example"]


def asked(site: Site, folder: Path, schema: str, checks: str, *headers: str) -> subprocess.CompletedProcess[str]:
    options = [f"--header={header}" for header in headers]
    return subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run", schema),
            *("--url", site.url, "--checks", checks, "--max-examples", str(QUESTIONS), "--seed", "7"),
            *("--phases", "examples,coverage,fuzzing", "--warnings", "off", "--no-color", *options),
        ],
        cwd=folder,
        env=environment(
            SCHEMATHESIS_HOOKS="tests.service.schemathesis_hooks", PYTHONPATH=str(ROOT), KNOWN_IDS=" ".join(known)
        ),
        capture_output=True,
        text=True,
        timeout=60 + 20 * QUESTIONS,
        check=False,
    )


def session(site: Site) -> str:
    return f"{SESSION}={site.http.headers['Authorization'].removeprefix('Bearer ')}"


def test_no_question_breaks_a_page(site: Site, tmp_path: Path) -> None:
    schema = described_pages()
    assert {"/", "/hosts/{host}", "/pages/{page_id}", "/audit"} <= set(schema["paths"])
    (tmp_path / "pages.json").write_text(json.dumps(schema))
    ran = asked(site, tmp_path, "pages.json", "not_a_server_error", f"Cookie: {session(site)}", "Accept: text/html")
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-1000:]


def described_pages() -> dict[str, Any]:
    """What the API's description leaves out."""
    for route in HIDDEN:
        route.include_in_schema = True
    try:
        return get_openapi(title="Pages", version="1", routes=HIDDEN)
    finally:
        for route in HIDDEN:
            route.include_in_schema = False


STRANGE = (
    "",
    " ",
    "0",
    "-1",
    "1e99",
    "\x00",
    "\ud7ff\uffff",
    "é" * 300,
    "²",
    "null",
    "[]",
    "{}",
    "../..",
    "%00",
    "'\"<x>",
    "2" * 30,
)


def forms_of(html: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The forms of a page that are sent by POST: where to, and what each field may say."""
    for form in HTMLParser(html).css("form[method=post]"):
        found: dict[str, list[str]] = {}
        for field in form.css("[name]"):
            values = [option.attributes.get("value") or option.text() for option in field.css("option")]
            values = values or [field.attributes.get("value") or field.text()]
            found.setdefault(str(field.attributes["name"]), []).extend(values)
        yield str(form.attributes["action"]), found


def test_no_form_breaks_what_it_is_sent_to(site: Site) -> None:
    """Each form of each page, as it stands there but for a field or two."""
    chance = random.Random(7)
    sent_to: set[str] = set()
    with httpx.Client(base_url=site.url, headers={"Accept": "text/html"}, timeout=30) as browser:
        browser.cookies.set(*session(site).split("=", 1))
        places = {re.sub(r"\{\w+\}", one, route.path) for route in HIDDEN if "GET" in route.methods for one in known}
        places |= {f"/golden/approve?document={one}" for one in known}
        for place in sorted(places):
            for action, fields in forms_of(browser.get(place).text):
                kind = re.sub("[0-9a-f]{32}", "ID", action)
                if kind in ("/signin", "/signout", *sent_to):
                    continue
                sent_to.add(kind)
                for _ in range(20 * QUESTIONS):
                    form = {name: chance.choice(values) for name, values in fields.items()}
                    for name in chance.sample(sorted(form.keys() - {"csrf"}), min(len(form) - 1, chance.randint(0, 2))):
                        form[name] = chance.choice((*STRANGE, *known))
                    answer = browser.post(action, data=form)
                    assert answer.status_code != 500, (action, form)
    forms = {"/alarms/acknowledge", "/alarms/snooze", "/compare", "/golden/approve", "/golden/ID", "/pages/ID/again"}
    assert forms | {"/review"} <= sent_to
    assert site.http.get("/healthz").status_code == 200


def test_the_api_answers_as_described(site: Site, tmp_path: Path) -> None:
    """The last one: it deletes, too."""
    described = f"{site.url}/openapi.json"
    ran = asked(site, tmp_path, described, AS_DESCRIBED, f"Authorization: {site.http.headers['Authorization']}")
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-1000:]
    assert site.http.get("/healthz").status_code == 200
