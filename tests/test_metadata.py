"""Title, author, date and site: what must not be taken for them first, then what must be found."""

from __future__ import annotations

import pytest

from cleaners.stages.metadata import metadata
from tests.metadata_helpers import ld_script, meta, prose, read, read_text

HEAD = "<title>Rain at last | The Daily Rain</title><meta property='og:site_name' content='The Daily Rain'>"


def article(inside: str, head: str = HEAD, lang: str = "en") -> str:
    return f"<html lang={lang}><head>{head}</head><body><h1>Rain at last</h1>{inside}{prose(120)}</body></html>"


# -- title ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rain - a history", "Rain - a history"),
        ("Rain: what we know", "Rain: what we know"),
        ("Spider-Man returns", "Spider-Man returns"),
        (
            "Rain | Hail | Snow – three words for the same thing in the valley",
            "Rain | Hail | Snow – three words for the same thing in the valley",
        ),
        ("Rain at last - The Daily Rain", "Rain at last"),
        ("The Daily Rain: Rain at last", "Rain at last"),
        ("Rain at last — Daily Rain", "Rain at last"),
        ("Rain at last » The Daily Rain » Weather", "Rain at last"),
        ("Rain at last | dailyrain.example", "Rain at last"),
        ("The Daily Rain", "The Daily Rain"),
        ("「雨」の一日 | The Daily Rain", "「雨」の一日"),
    ],
)
def test_only_the_sites_name_is_stripped(title: str, expected: str) -> None:
    head = f"<title>{title}</title><meta property='og:site_name' content='The Daily Rain'>"
    assert (
        meta(f"<html><head>{head}</head><body>{prose(60)}</body></html>", "https://www.dailyrain.example/a").title
        == expected
    )


def test_the_logo_is_not_the_headline() -> None:
    html = f"<head>{HEAD}</head><h1 class=logo>The Daily Rain</h1><h1>Rain at last</h1><h1>Comments</h1>{prose(60)}"
    assert meta(html).title == "Rain at last"
    html = f"<head>{HEAD}</head><h1>The Daily Rain</h1><h2>Rain at last</h2>{prose(60)}"
    assert meta(html).title == "Rain at last"


def test_the_headline_as_shown_beats_the_declared_one() -> None:
    head = "<title>Rain in the valley: rivers rise</title><meta property=og:title content='Rain in the valley: rivers rise'>"
    found = meta(f"<head>{head}</head><nav><p>Menu</p></nav><h1>Rain, at last, in the valley ¶</h1>{prose(60)}")
    assert (found.title, found.lead) == ("Rain, at last, in the valley", 1)


def test_an_unrelated_heading_is_not_the_title() -> None:
    head = "<title>Prices for roof repairs</title><meta property=og:title content='Prices for roof repairs'>"
    assert meta(f"<head>{head}</head><h1>Your cart</h1>{prose(60)}").title == "Prices for roof repairs"


def test_a_rewritten_title_loses_against_the_only_headline() -> None:
    head = "<title>Cheap pills without prescription, fast delivery</title>"
    html = f"<head>{head}</head><h1>The ferry to the outer islands stays for one more winter</h1>{prose(60)}"
    assert meta(html).title == "The ferry to the outer islands stays for one more winter"


def test_titles_of_last_resort() -> None:
    declared = ld_script('{"@type": "Article", "headline": "Rain at last"}')
    assert meta(f"<h1>Rain at last</h1>{prose(60)}").title == "Rain at last"
    assert meta(f"<head>{declared}</head>{prose(60)}").title == "Rain at last"
    assert meta(f"<head><title>Rain &amp;amp; wind</title></head>{prose(60)}").title == "Rain & wind"
    assert meta(prose(60)).title == ""


def test_title_of_plain_text() -> None:
    body = "\n\n" + "The river rose by a hand in the night and the ferry stayed at its rope until noon. " * 4
    assert metadata(read_text("Rain at last in the valley" + body), read("")[1]).title == "Rain at last in the valley"
    glued = "Rain at last in the valley DRain\n\nRain at last in the valley" + body
    assert metadata(read_text(glued), read("")[1]).title == "Rain at last in the valley"
    assert metadata(read_text(body.strip()), read("")[1]).title == ""


# -- site, description, language ----------------------------------------------------------------------------------


def test_site_name() -> None:
    assert meta(article("")).site_name == "The Daily Rain"
    publisher = ld_script('{"@type": "Article", "headline": "Rain", "publisher": {"name": "Daily Rain Ltd"}}')
    assert meta(f"<head><title>Rain</title>{publisher}</head>{prose(60)}").site_name == "Daily Rain Ltd"
    assert (
        meta(f"<head><title>Rain – Daily Rain</title></head>{prose(60)}", "https://dailyrain.example/").site_name
        == "Daily Rain"
    )
    assert meta(f"<head><title>Rain – a history</title></head>{prose(60)}", "https://dailyrain.example/").site_name == ""


def test_description_and_declared_language() -> None:
    head = "<meta name=Description content=' It   rained. '><meta property=og:locale content=pt_BR>"
    found = meta(f"<head>{head}</head>{prose(60)}")
    assert (found.description, found.language_declared) == ("It rained.", "pt")
    assert meta(f"<html lang=x-default><body>{prose(60)}").language_declared == ""


# -- author -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<p>By the river the ferry waits.</p>",
        "<p>Photo by Max Roe</p>",
        "<p>Reviewed by Max Roe, MD</p>",
        "<p>Powered by WordPress</p>",
        "<p>Hosted by Max Roe Servers</p>",
        "<p>Text Editors Compared</p>",
        "<p>Di Maio Dismisses Talk</p>",
        "<p class=author>May 3, 2024</p>",
        "<p class=author>Share this</p>",
        "<p class=author>jane@rain.example</p>",
        "<nav><a href='/people/'>Our People</a></nav>",
        "<p>By The Daily Rain</p>",
        "<aside class=related><p>By Max Roe</p></aside>",
    ],
)
def test_no_author(inside: str) -> None:
    assert meta(article(inside)).author == ""


@pytest.mark.parametrize(
    "head",
    [
        "<meta name=author content='https://rain.example/jane'>",
        "<meta property=article:author content='https://facebook.com/jane'>",
        "<meta name=author content=admin>",
        "<meta name=author content='jane@rain.example'>",
        "<meta name=author content='2024-05-01'>",
        "<meta name='twitter:label1' content='Est. reading time'><meta name='twitter:data1' content='3 minutes'>",
    ],
)
def test_no_declared_author(head: str) -> None:
    assert meta(article("", HEAD + head)).author == ""


@pytest.mark.parametrize(
    "head",
    [
        "<meta name=author content='Jane Doe'>",
        "<meta name=author content='By Jane Doe | The Daily Rain'>",
        "<meta name=parsely-author content='Jane Doe'>",
        "<meta name='DC.creator' content='Jane Doe'>",
        "<meta name=citation_author content='Doe, Jane'>",
        "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Jane Doe'>",
        "<meta name='twitter:label1' content='Verfasst von'><meta name='twitter:data1' content='Jane Doe'>",
        ld_script('{"@type": "Article", "author": {"@type": "Person", "name": "Jane Doe", "url": "https://x.example"}}'),
        "<meta name=author content='The Daily Rain'>" + ld_script('{"@type": "Article", "author": "Jane Doe"}'),
    ],
)
def test_declared_author(head: str) -> None:
    assert meta(article("", HEAD + head)).author == "Jane Doe"


@pytest.mark.parametrize(
    "inside",
    [
        "<p>By Jane Doe</p>",
        "<p>by <a href='/author/jane'>Jane Doe</a></p>",
        "<div>Written by Jane Doe</div>",
        "<div>May 3, 2024 · By Jane Doe · 4 min read</div>",
        "<p>Posted on May 3, 2024 by Jane Doe in Weather</p>",
        "<p>By<span>Jane Doe</span> Updated May 3, 2024</p>",
        "<p class=byline>Jane Doe</p>",
        "<p class=byline>Jane Doe, Senior Reporter</p>",
        "<p><a rel=author href='/staff/jane'>Jane Doe</a></p>",
        "<p><span itemprop=author>Jane Doe</span></p>",
        "<p>Von Jane Doe</p>",
        "<p>Par Jane Doe</p>",
        "<p>Autor: Jane Doe</p>",
        "<p>Автор: Jane Doe</p>",
        "<p>作者：Jane Doe</p>",
    ],
)
def test_byline(inside: str) -> None:
    assert meta(article(inside)).author == "Jane Doe"


@pytest.mark.parametrize(
    ("inside", "author"),
    [
        ("<p>文／林小雨</p>", "林小雨"),
        ("<p>本报记者 张三丰</p>", "张三丰"),
        ("<p class=byline>홍길동 기자 hong@rain.example</p>", "홍길동"),
        ("<p>بقلم: سامي حداد</p>", "سامي حداد"),
        ("<p>โดย สมชาย ใจดี</p>", "สมชาย ใจดี"),
        ("<p>By Jane van der Doe and Max Roe</p>", "Jane van der Doe and Max Roe"),
        ("<p>By Jane Doe1 ; Max Roe2</p>", "Jane Doe, Max Roe"),
    ],
)
def test_bylines_in_other_scripts_and_of_several(inside: str, author: str) -> None:
    assert meta(article(inside)).author == author


def test_several_declared_authors() -> None:
    authors = '[{"name": "Jane Doe"}, {"name": "Max Roe"}, {"name": "jane doe"}]'
    assert meta(article("", HEAD + ld_script(f'{{"@type": "Article", "author": {authors}}}'))).author == "Jane Doe, Max Roe"


def test_names_keep_what_looks_like_a_preposition() -> None:
    assert meta(article("", HEAD + "<meta name=author content='Von Trapp'>")).author == "Von Trapp"


def test_a_blog_may_be_named_for_its_author() -> None:
    head = "<title>Rain at last – Jane Doe</title><meta property=og:site_name content='Jane Doe'>"
    head += "<meta name=author content='Jane Doe'>"
    html = article("", head)
    assert meta(html, kind="article").author == "Jane Doe"
    assert meta(html, kind="product").author == ""


def test_first_poster_of_a_thread() -> None:
    post = (
        "<div class=postrow><p><a class=username href='/members/{0}.1/'>{0}</a></p><p>"
        + "It rains here too. " * 10
        + "</p></div>"
    )
    html = f"<head><title>Rain | Forum</title></head><h1>Rain</h1>{post.format('lettice')}{post.format('warp')}"
    assert meta(html, "https://forum.example/threads/rain.12/").author == "lettice"
    sign_up = "<p><a href='/users/signup'>Sign up</a></p>"
    assert meta(html.replace("</h1>", "</h1>" + sign_up), "https://forum.example/threads/rain.12/").author == "lettice"


# -- date ---------------------------------------------------------------------------------------------------------

DAY = "2024-05-01"


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<p>The ferry first sailed on May 1, 2024, with a brass band, nine goats and a bishop aboard, and it has not missed"
        " a week since, whatever the weather did to the pier.</p>",
        "<footer><p>© May 1, 2024</p></footer>",
        "<aside class=related><p>May 1, 2024</p></aside>",
        "<div class=comments><p class=date>May 1, 2024</p></div>",
        "<p>Version 2.4.17</p>",
    ],
)
def test_no_date(inside: str) -> None:
    assert meta(article(inside), kind="article").date == ""


@pytest.mark.parametrize(
    "head",
    [
        "<meta property=article:published_time content='2024-05-01T22:00:00-05:00'>",
        "<meta name=date content=2024-05-01>",
        "<meta name='DC.date.issued' content=2024-05-01>",
        "<meta name=pubdate content=20240501>",
        "<meta name='sailthru.date' content='2024-05-01 10:00:00'>",
        "<meta name=parsely-pub-date content=2024-05-01T10:00:00Z>",
        "<meta name=citation_publication_date content=2024/05/01>",
        "<meta itemprop=datePublished content=2024-05-01>",
        ld_script('{"@type": "Article", "datePublished": "2024-05-01"}'),
        "<meta property=article:modified_time content=2024-06-09><meta property=article:published_time content=2024-05-01>",
        "<meta property=article:published_time content=''><meta property=article:modified_time content=2024-05-01>",
        "<meta property=article:published_time content='0001-01-01'><meta name=date content=2024-05-01>",
    ],
)
def test_declared_date(head: str) -> None:
    assert meta(article("", HEAD + head), kind="article").date == DAY


@pytest.mark.parametrize(
    "inside",
    [
        "<p><time datetime=2024-05-01T10:00:00Z>yesterday</time></p>",
        "<p><time class=updated datetime=2024-06-09>June</time><time class=entry-date datetime=2024-05-01>May</time></p>",
        "<p>May 1, 2024</p>",
        "<p>By Jane Doe | Published: 2024.05.01 | weather, rivers, ferries</p>",
        "<p>Updated June 9, 2024</p><p>Published May 1, 2024</p>",
        "<p>Last updated on May 1, 2024</p>",
        "<div class=post-meta><span>Jane Doe</span><span>01/05/2024</span></div>".replace("01/05", "05/01"),
        "<p>2024年5月1日 10:30</p>",
        "<p>1 พฤษภาคม 2567</p>",
    ],
)
def test_shown_date(inside: str) -> None:
    assert meta(article(inside), kind="article").date == DAY


def test_numeric_dates_follow_the_pages_language() -> None:
    assert meta(article("<p>01/05/2024</p>", lang="fr"), kind="article").date == DAY
    assert meta(article("<p>05/01/2024</p>", lang="en-US"), kind="article").date == DAY
    assert meta(article("<p>01/05/2024</p>", lang="en-GB"), kind="article").date == DAY


def test_date_in_the_address() -> None:
    assert meta(article(""), "https://rain.example/2024/05/01/rain").date == DAY


def test_shops_and_lists_have_no_date_of_their_own() -> None:
    html = article(
        "<p>May 1, 2024</p><p><time datetime=2024-05-01>May</time></p>",
        HEAD + ld_script('{"@type": "WebPage", "datePublished": "2024-05-01"}'),
    )
    assert [meta(html, kind=kind).date for kind in ("product", "listing", "service", "article")] == ["", "", "", DAY]


# -- anything at all --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<link rel=canonical href='https://[broken'><h1>Rain</h1>",
        "<meta name=author content='" + "x" * 100_000 + "'>",
        "<title>" + "| - " * 50_000 + "</title><h1>" + "a" * 500_000 + "</h1>",
        "<h1>Rain</h1><p class=byline>By " + "A. " * 100_000 + "</p>",
        "<h1>Rain</h1><p class=date>" + "1/" * 200_000 + "</p>",
        "<h1>Rain</h1><p>" + "9" * 1_000_000 + "</p>",
    ],
)
def test_odd_pages_are_read(html: str) -> None:
    found = meta(html)
    assert len(found.title) <= 300 and len(found.author) <= 1000
