"""Kinds of pages, by declaration, address and structure."""

from __future__ import annotations

import pytest

from cleaners.stages.json_ld import LinkedData
from cleaners.stages.page_kind import page_kind
from tests.metadata_helpers import kind, ld_script, prose, read_text

POST = "<div class=postbody><p><a href='/u/a'>a</a></p><p>" + "It rains here too, and the ferry is late. " * 5 + "</p></div>"
CARD = "<div class='product-card'><h3><a href='/products/{0}'>Kettle {0}</a></h3><p class=price>€ {0}.90</p></div>"
TEASER = "<div class=teaser><h3><a href='/a/{0}'>Rain in valley number {0}</a></h3><p>The river rose again.</p></div>"


def test_plain_text_is_an_article() -> None:
    assert page_kind(read_text("anything at all"), LinkedData()) == "article"


@pytest.mark.parametrize("html", ["", "<h1>404</h1>", "<form><input></form><p>Sign in</p>", "<div id=root></div>"])
def test_pages_without_text_are_other(html: str) -> None:
    assert kind(html) == "other"


@pytest.mark.parametrize(
    "html",
    [
        f"<h1>Which forum software we chose</h1><p><time datetime=2024-05-01>May</time></p>{prose(400)}",
        f"<meta property=og:type content=article><h1>A review of the Alder kettle</h1>{prose(300)}<p>€ 49</p><p>€ 39</p>",
        f"<h1>Ask, get an answer</h1><p class=byline>By Jane Doe</p>{prose(500)}{'<div class=question>Why?</div>' * 6}",
        f"<h1>How we write documentation</h1><p class=date>May 1, 2024</p>{prose(500)}<pre>{'make docs ' * 15}</pre>",
        ld_script('{"@type": "Product", "name": "Alder"}') + f"<p class=byline>By Jane Doe</p>{prose(700)}",
    ],
)
def test_articles_about_other_kinds(html: str) -> None:
    assert kind(html) == "article"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://rain.example/2024/05/01/rain-at-last", "article"),
        ("https://rain.example/blog/rain-at-last", "article"),
        ("https://forum.rain.example/t/rain-at-last/1234", "forum"),
        ("https://rain.example/forums/viewtopic.php?t=12", "forum"),
        ("https://rain.example/community/threads/rain.12/", "forum"),
        ("https://docs.rain.example/en/latest/install.html", "documentation"),
        ("https://rain.example/services/roof-repair/", "service"),
        ("https://[broken", "article"),
    ],
)
def test_addresses(url: str, expected: str) -> None:
    assert kind(f"<h1>Rain</h1>{prose(250)}", url) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ld_script('{"@type": "DiscussionForumPosting", "headline": "Rain"}'), "forum"),
        (ld_script('{"@type": "QAPage", "mainEntity": {"@type": "Question", "name": "Why?"}}'), "forum"),
        ("<meta name=generator content='Discourse 3.2'>", "forum"),
        ("<meta name=generator content='Docusaurus v3.1'>", "documentation"),
        ("<meta name=generator content='Sphinx 7'>", "documentation"),
        ("<meta name=generator content='WordPress 6.5'>", "article"),
        ("<meta property=og:type content=product>", "product"),
        ("<meta property=og:type content=product.group>", "collection"),
        (ld_script('{"@type": "Product", "name": "Rain", "offers": {"price": "9.90", "priceCurrency": "EUR"}}'), "product"),
        (ld_script('{"@type": "Event", "name": "Rain"}'), "other"),
        (ld_script('{"@type": "NewsArticle", "headline": "Rain"}'), "article"),
    ],
)
def test_declarations(head: str, expected: str) -> None:
    assert kind(f"<head><title>Rain</title>{head}</head><h1>Rain</h1>{prose(250)}") == expected


def test_structure() -> None:
    assert kind(f"<title>Kettles</title><h1>Kettles</h1>{''.join(map(CARD.format, range(40)))}") == "collection"
    assert kind(f"<title>Weather</title><h1>Weather</h1>{''.join(map(TEASER.format, range(30)))}") == "listing"
    thread = f"<title>Rain</title><h1>Rain</h1>{POST * 8}"
    assert kind(thread, "https://community.rain.example/rain") == "forum"


def test_one_product_among_others_is_not_the_page() -> None:
    other = ld_script('{"@type": "Product", "name": "Walker ST-5", "offers": {"price": "108", "priceCurrency": "USD"}}')
    html = f"<title>Kettles and pots</title>{other}<h1>Kettles and pots</h1>{''.join(map(CARD.format, range(20)))}"
    assert kind(html, "https://shop.example/category/kettles") == "collection"
