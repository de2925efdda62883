"""Results out over HTTP: a page's story, a feed that misses nothing, and pages taken down."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dehusk_client import Client

from cleaners import clean
from tests.service.web_helpers import PAGE, Site, serving


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as site:
        yield site


def feed(site: Site, **asked: Any) -> tuple[list[dict[str, Any]], str, bool]:
    answer = site.http.get("/v1/documents", params=asked)
    assert answer.status_code == 200, answer.text
    *documents, last = [json.loads(line) for line in answer.text.splitlines()]
    return documents, last["cursor"], last["more"]


def test_a_page_tells_its_story(site: Site) -> None:
    fetched = "2026-05-01T12:00:00+00:00"
    put = site.put(url="https://news.example/ferry", id="f1", source="may", meta={"depth": 2}, fetched_at=fetched)
    waiting = site.http.get(f"/v1/pages/{put['page_id']}").json()
    assert (waiting["state"], waiting["document"], waiting["key"], waiting["host"]) == (
        "received",
        None,
        "f1",
        "news.example",
    )
    site.work()
    found = site.http.get(f"/v1/pages/{put['page_id']}").json()
    cleaned = clean(PAGE.encode(), url="https://news.example/ferry")
    assert found["state"] == "clean"
    assert [(event["from"], event["to"]) for event in found["revisions"][0]["events"]] == [
        (None, "received"),
        ("received", "cleaning"),
        ("cleaning", "clean"),
    ]
    assert (found["revisions"][0]["meta"], found["revisions"][0]["encoding"]) == ({"depth": 2}, "utf-8")
    (row,), _, _ = feed(site, state="clean")
    assert (row["meta"], row["fetched_at"]) == ({"depth": 2}, fetched)
    document = found["document"]
    assert (document["text"], document["title"], document["verdict"]) == (cleaned.text, cleaned.title, cleaned.verdict)
    assert document["drops"] == [drop._asdict() for drop in cleaned.drops]
    assert site.http.get(f"/v1/pages/{put['revision_id']}").json()["id"] == put["page_id"]


def test_a_page_that_cannot_be_cleaned_says_why(site: Site) -> None:
    put = site.put(url="https://news.example/empty", html="   ")
    site.work()
    found = site.http.get(f"/v1/pages/{put['page_id']}").json()
    assert (found["state"], found["document"], found["revisions"][0]["error"]) == ("rejected", None, "empty_input")
    (row,) = site.http.get("/v1/pages", params={"state": "rejected"}).json()["rows"]
    assert (row["page_id"], row["error"]) == (put["page_id"], "empty_input")


def test_an_unknown_page_is_not_found(site: Site) -> None:
    for method in ("GET", "DELETE"):
        answer = site.http.request(method, "/v1/pages/" + "0" * 32)
        assert (answer.status_code, answer.json()["error"]["name"]) == (404, "not_found")
    assert site.http.get("/v1/pages/x%00y").status_code == 422


def test_a_consumer_that_keeps_its_cursor_misses_nothing(site: Site) -> None:
    seen: list[str] = []
    cursor = ""
    for start in range(0, 50, 10):
        for n in range(start, start + 10):
            site.put(url=f"https://a.example/{n}", text=f"Page {n}. The ferry stayed at its pier.", html=None)
        site.work()
        more = True
        while more:
            documents, cursor, more = feed(site, limit=3, **({"cursor": cursor} if cursor else {}))
            seen += [document["url"] for document in documents]
    assert sorted(seen) == sorted(f"https://a.example/{n}" for n in range(50))
    documents, after, more = feed(site, cursor=cursor)
    assert (documents, more) == ([], False)
    site.put(url="https://a.example/late", html=PAGE)
    site.work()
    assert [document["url"] for document in feed(site, cursor=after)[0]] == ["https://a.example/late"]


def test_the_feed_can_be_narrowed(site: Site) -> None:
    site.put(url="https://a.example/1", source="may")
    site.put(url="https://b.example/1", source="may")
    site.put(url="https://b.example/2", source="june", html="<title>Just a moment...</title><p>Checking your browser")
    site.work()

    def urls(**asked: Any) -> list[str]:
        return sorted(document["url"] for document in feed(site, **asked)[0])

    assert urls(host="b.example") == ["https://b.example/1", "https://b.example/2"]
    assert urls(source="may") == ["https://a.example/1", "https://b.example/1"]
    assert urls(url="https://a.example/1") == ["https://a.example/1"]
    assert urls(since="2100-01-01T00:00:00Z") == [] and len(urls(until="2100-01-01T00:00:00Z")) == 3
    assert len(urls(state="clean")) == 3 and urls(state="dead") == []
    verdict = feed(site, url="https://b.example/2")[0][0]["verdict"]
    assert "https://b.example/2" in urls(verdict=verdict)


@pytest.mark.parametrize(
    "asked",
    [
        {"cursor": "nonsense"},
        {"limit": "0"},
        {"limit": "100000"},
        {"since": "yesterday"},
        {"state": "lost"},
        {"hots": "a.example"},
    ],
)
def test_a_question_that_makes_no_sense_is_said_to_make_none(site: Site, asked: dict[str, str]) -> None:
    answer = site.http.get("/v1/documents", params=asked)
    assert answer.status_code == 422 and answer.json()["error"]["message"]


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_the_calendar_are_times_too(site: Site, since: str) -> None:
    assert feed(site, since=since)[2] is False


def test_a_takedown_leaves_nothing_to_read(site: Site) -> None:
    gone = [site.put(url=f"https://gone.example/{n}", html=PAGE + f"secret {n}") for n in range(3)]
    stays = site.put(url="https://stays.example/")
    site.work()
    assert site.http.delete(f"/v1/pages/{gone[0]['page_id']}").json() == {"deleted": 1}
    assert site.http.delete("/v1/pages", params={"url": "https://gone.example/1"}).json() == {"deleted": 1}
    assert site.http.delete("/v1/pages", params={"host": "gone.example"}).json() == {"deleted": 1}
    assert site.http.delete("/v1/pages", params={"host": "gone.example"}).json() == {"deleted": 0}
    for page in gone:
        assert site.http.get(f"/v1/pages/{page['page_id']}").status_code == 404
    assert [document["url"] for document in feed(site)[0]] == ["https://stays.example/"]
    with Client(site.url) as client:
        rows, cursor = client.deleted()
        assert {row["page_id"] for row in rows} == {page["page_id"] for page in gone}
        assert client.deleted(cursor) == ([], cursor)
    assert site.http.get(f"/v1/pages/{stays['page_id']}").status_code == 200


@pytest.mark.parametrize("asked", [{}, {"url": "https://a.example/", "host": "a.example"}])
def test_a_takedown_names_exactly_one_thing(site: Site, asked: dict[str, str]) -> None:
    assert site.http.delete("/v1/pages", params=asked).status_code == 422


def test_listings_go_on_to_their_end(site: Site) -> None:
    for n in range(7):
        site.put(url=f"https://a.example/{n}")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = site.http.get("/v1/pages", params={"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["url"] for row in answer["rows"]]
        cursor = answer["cursor"]
    assert seen == [f"https://a.example/{n}" for n in reversed(range(7))]


def test_answers_are_data_to_a_browser(site: Site) -> None:
    answer = httpx.get(site.url + "/v1/pages")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
