"""JSON-LD as found in the wild: what must be read, what must not be taken for the page's own."""

from __future__ import annotations

import time

import pytest

from cleaners.stages.json_ld import LinkedData, linked_data

ARTICLE = '{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Rain at last"'


def test_nothing_declared() -> None:
    assert linked_data([]) == LinkedData()
    assert linked_data(["", "   ", "null", "42", '"text"', "[]", "{}"]) == LinkedData()


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE + "}",
        "[" + ARTICLE + "}]",
        '{"@graph": [{"@type": "WebSite", "name": "Daily"}, ' + ARTICLE + "}]}",
        ARTICLE + ",}",  # trailing comma
        ARTICLE + "};",
        "<!-- " + ARTICLE + "} -->",
        "//<![CDATA[\n" + ARTICLE + "}\n//]]>",
        "/*<![CDATA[*/" + ARTICLE + "}/*]]>*/",
        "/* made by a plugin */ " + ARTICLE + "}",
        ARTICLE + ', "description": "two\nlines\tand a tab"}',  # control characters
        ARTICLE + ', "description": "a \\d stray escape"}',
        ARTICLE + '}\n{"@type": "Organization", "name": "Daily"}',  # two documents in a row
        ARTICLE + '\n"description": "no comma before"}',
        ARTICLE + ', "description": "a "bare" quote"}',  # not JSON after any repair: plain pairs are taken
        ARTICLE + ', "articleBody": "cut off in the midd',
        (ARTICLE + "}").replace('"', "&quot;"),
    ],
)
def test_broken_in_the_usual_ways(script: str) -> None:
    assert linked_data([script]).headline == "Rain at last"


def test_fields() -> None:
    data = linked_data(
        [
            """{"@type": ["NewsArticle", "Article"], "headline": "Rain &amp; wind", "datePublished": "2024-05-01T06:00:00Z",
            "dateModified": "2024-05-02", "author": [{"@type": "Person", "name": "Jane Doe"}, "Max Roe"],
            "publisher": {"@type": "Organization", "name": "The Daily Rain"}, "description": "It rained.",
            "articleBody": "It rained all night.", "isAccessibleForFree": "False", "inLanguage": "en-GB"}""",
            """{"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "Home"},
            {"@type": "ListItem", "item": {"@id": "/weather", "name": "Weather"}}]}""",
        ]
    )
    assert data.headline == "Rain & wind"
    assert data.authors == ("Jane Doe", "Max Roe")
    assert (data.date_published, data.date_modified) == ("2024-05-01T06:00:00Z", "2024-05-02")
    assert (data.publisher, data.description, data.language) == ("The Daily Rain", "It rained.", "en-GB")
    assert data.article_body == "It rained all night."
    assert data.is_accessible_for_free is False
    assert data.breadcrumbs == ("Home", "Weather")
    assert data.types == ("NewsArticle", "Article", "BreadcrumbList")
    assert not data.page_date


def test_author_and_publisher_by_reference() -> None:
    data = linked_data(
        [
            """{"@graph": [{"@type": "Article", "headline": "Rain", "author": {"@id": "#jane"},
            "publisher": {"@id": "#daily"}},
            {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
            {"@type": "Organization", "@id": "#daily", "name": "Daily"}]}"""
        ]
    )
    assert (data.authors, data.publisher) == (("Jane Doe",), "Daily")


def test_the_date_of_the_web_page_is_marked_as_such() -> None:
    data = linked_data(['{"@type": "WebPage", "datePublished": "2019-01-01", "name": "Our services"}'])
    assert (data.date_published, data.page_date, data.headline) == ("2019-01-01", True, "")


def test_teasers_are_not_the_page() -> None:
    listed = ['{"@type": "NewsArticle", "headline": "One", "author": "A B"}', '{"@type": "NewsArticle", "headline": "Two"}']
    assert linked_data(listed).headline == ""
    nested = '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "One", "author": "A B"}]}'
    assert linked_data([nested]).headline == "" and linked_data([nested]).authors == ()


def test_a_products_reviewer_is_not_the_author() -> None:
    scripts = [
        '{"@type": "Product", "name": "Kettle", "offers": [{"price": 19.9, "priceCurrency": "EUR"}]}',
        '{"@type": "Review", "author": {"name": "guest_12"}, "datePublished": "2023-02-02"}',
    ]
    data = linked_data(scripts)
    assert (data.product, data.price, data.authors) == ("Kettle", "19.9 EUR", ())


@pytest.mark.parametrize(
    "script",
    [
        "[" * 100_000,
        '{"@graph":' * 5_000 + "1" + "}" * 5_000,
        '{"headline": ' + "9" * 10_000 + "}",
        "/*" * 100_000,
        '"' + "\n" * 200_000 + "x",
        "{" + '"a"\n\n\n' * 50_000,
        '{"headline": "' * 20_000,
    ],
)
def test_hostile_scripts_cost_little(script: str) -> None:
    started = time.process_time()
    linked_data([script])
    assert time.process_time() - started < 1
