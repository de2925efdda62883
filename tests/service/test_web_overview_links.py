"""What the overview counts, it leads to: each row of its tables is a link, down to pages."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from cleaners import clean
from tests.service.web_helpers import PAGE, Site, serving

VERSION = clean("A text.").cleaner_version
PEOPLE = {"Accept": "text/html"}
WALL = "<title>Just a moment...</title><p>Checking your browser before accessing news.example. Enable cookies.</p>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("links")) as site:
        for n in range(3):
            site.put(url=f"https://news.example/{n}", html=PAGE)
        site.put(url="https://news.example/wall", html=WALL)
        site.put(url="https://news.example/none", html=" ")
        site.work()
        site.store.rollup()
        yield site


def links(text: str, start: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', text) if found.startswith(start)]


def listed(text: str) -> list[str]:
    return re.findall(r"<bdi>https://news\.example/(\w+)</bdi>", text)


def test_outcomes_languages_versions_and_reasons_are_links(site: Site) -> None:
    overview = site.http.get("/", headers=PEOPLE).text
    tables = "".join(re.findall(r"<tbody>.*?</tbody>", overview, re.DOTALL))
    found = links(tables, "/pages?")
    asked = {pair: link for link in found for pair in parse_qsl(urlsplit(link).query)}
    expected = {
        ("verdict", "content"): ["2", "1", "0"],
        ("verdict", "challenge"): ["wall"],
        ("state", "rejected"): ["none"],
        ("language", "en"): ["wall", "2", "1", "0"],
        ("cleaner_version", VERSION): ["wall", "2", "1", "0"],
    }
    assert asked.keys() == expected.keys()
    for pair, pages in expected.items():
        assert listed(site.http.get(asked[pair], headers=PEOPLE).text) == pages, pair
        rows = site.http.get("/v1" + asked[pair]).json()["rows"]
        assert [row["url"].rpartition("/")[2] for row in rows] == pages, pair
    (compare,) = (link for link in links(tables, "/compare?") if "rule=navigation&" in link)
    form = site.http.get(compare, headers=PEOPLE).text
    assert '<option value="navigation" selected>' in form and 'name="sample" value="pages" checked' in form


def test_older_pages_are_asked_for_with_the_same_choice(site: Site) -> None:
    chosen = f"verdict=content&language=en&cleaner_version={VERSION.replace('+', '%2B')}&host=news.example&limit=2"
    first = site.http.get(f"/pages?{chosen}", headers=PEOPLE).text
    assert listed(first) == ["2", "1"]
    assert '<option value="content" selected>' in first and f'name="cleaner_version" value="{VERSION}"' in first
    (older,) = links(first, "/pages?")
    assert listed(site.http.get(older, headers=PEOPLE).text) == ["0"]


def test_a_form_left_empty_asks_for_all(site: Site) -> None:
    shown = site.http.get("/pages?state=&verdict=&host=&source=", headers=PEOPLE)
    assert listed(shown.text) == ["none", "wall", "2", "1", "0"]
