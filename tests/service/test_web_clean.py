"""Cleaning while somebody waits: in processes that can be killed, and no page hurts another."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cleaners import clean
from cleaners.errors import CleanError, MemoryLimit, NotText, TimeLimit, WorkerDied
from cleaners.form import to_json
from cleaners.profile import Profile, names
from dashboard.clean.desk import LINE, Desk, Order
from dashboard.errors import Busy
from tests.service.desk_functions import naughty
from tests.service.web_helpers import PAGE, Site, serving
from worker.pool import EngineFault
from worker.settings import Settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("web"), max_page_bytes=200_000) as site:
        yield site


def order(body: bytes) -> Order:
    return Order(
        body=body, url=None, content_type=None, encoding=None, profile=Profile.load(), markdown=False, source_text=False
    )


def test_the_answer_is_the_engines(site: Site) -> None:
    answer = site.http.post("/v1/clean?markdown=true&source_text=true", json={"html": PAGE, "url": "https://a.example/x"})
    assert answer.status_code == 200
    cleaned = clean(PAGE.encode(), url="https://a.example/x", content_type="text/html", encoding="utf-8")
    assert answer.json() == to_json(cleaned, source=True, markdown=True)


def test_nothing_is_stored(site: Site) -> None:
    site.http.post("/v1/clean", json={"text": "The ferry stayed at its pier."})
    assert site.store.counts()["received"] == 0


def test_the_profile_is_a_packaged_one(site: Site) -> None:
    row = {"html": PAGE.replace("</h1>", "</h1><p>By Ines Holm</p>")}
    texts = {name: site.http.post(f"/v1/clean?profile={name}", json=row).json()["text"] for name in names()}
    assert texts == {name: clean(row["html"], profile=name).text for name in names()}
    assert len(set(texts.values())) > 1
    for name in ("../../etc/passwd", "nothing", ""):
        assert site.http.post("/v1/clean", params={"profile": name}, json=row).status_code == 422


def test_a_rule_that_was_switched_off_is_off_here_too(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        site.store.change_rule("navigation", enabled=False, by="test")
        text = site.http.post("/v1/clean", json={"html": PAGE}).json()["text"]
        assert "Home News" in text


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"html": ""}, "empty_input"),
        ({"html_base64": "JVBERi0xLjcKJeLjz9MK"}, "not_text"),
        ({"html": "x" * 300_000}, "page_too_large"),
        ({"blob": {"url": "s3://crawl/a.warc"}}, "not_allowed"),
    ],
)
def test_what_is_wrong_with_a_page_has_a_name(site: Site, row: dict[str, object], name: str) -> None:
    answer = site.http.post("/v1/clean", json=row)
    assert (answer.status_code, answer.json()["error"]["name"]) == (422, name)


def test_the_engine_is_not_in_the_web_process(site: Site) -> None:
    """Requests at the same time are answered by processes; whoever asks for health meanwhile does not wait for them."""
    long = {"html": "<p>" + "The ferry stayed at its pier until the afternoon. " * 3500}
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(httpx.post(site.url + "/v1/clean", json=long, timeout=60).status_code)
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        start = time.monotonic()
        assert site.http.get("/healthz").status_code == 200
        waits.append(time.monotonic() - start)
        time.sleep(0.01)
    assert answers == [200] * 6
    assert sorted(waits)[len(waits) // 2] < 0.2


def test_a_page_that_misbehaves_costs_nobody_but_itself(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path, workers=2, deadline_seconds=2, memory_mb=512)
    desk = Desk(settings, naughty)
    try:
        bodies = [b"hang", b"a", b"die", b"b", b"fault", b"c", b"named", b"d", b"eat", b"e"]
        futures = [desk.ask(order(body)) for body in bodies]
        found: list[object] = []
        for future in futures:
            try:
                found.append(future.result(60))
            except CleanError as error:
                found.append(type(error))
        assert found == [TimeLimit, b"A", WorkerDied, b"B", EngineFault, b"C", NotText, b"D", MemoryLimit, b"E"]
        assert desk.ask(order(b"again")).result(60) == b"AGAIN"
    finally:
        desk.close()


def test_a_full_line_says_come_back(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path, workers=1, deadline_seconds=20)
    desk = Desk(settings, naughty)
    try:
        with pytest.raises(Busy) as caught:
            for _ in range(10 * LINE):
                desk.ask(order(b"hang"))
        assert caught.value.headers["Retry-After"]
    finally:
        start = time.monotonic()
        desk.close()
    assert time.monotonic() - start < 5, "closing waits for no page"
    with pytest.raises(Busy):
        desk.ask(order(b"a"))
