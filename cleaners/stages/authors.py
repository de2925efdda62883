"""Who wrote the page: names it declares, else its byline, on a forum the first poster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Page
from cleaners.stages.bylines import byline, first_poster
from cleaners.stages.json_ld import LinkedData
from cleaners.stages.names import person, words
from cleaners.stages.titles import key

MOST_NAMES: Final = 12
_META: Final = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator",
    "dc.creator.personalname", "og:author", "og:article:author", "article:author_name", "cxenseparse:author",
    "mediator_author", "rbauthors", "authors", "author_name", "creator", "shareaholic:article_author_name", "bc:authors",
)  # fmt: skip
_MANY: Final = ("citation_author", "bepress_citation_author", "dc.contributor")


def find_author(page: Page, ld: LinkedData, meta: dict[str, str], names: frozenset[str], lead: int) -> str:
    """The author or authors, joined by ", "; "" when the page names none."""
    for given in _declared(page, ld, meta):
        if author := _joined(given, names):
            return author
    if page.page_kind == "forum":
        return first_poster(page, lead)
    if page.page_kind not in ("article", "documentation", "other"):
        return ""  # the names in sight there are those of its entries, or of its customers
    if author := byline(page, names, lead):
        return author
    if page.page_kind != "article":
        return ""
    # A site may be named for its author, or sign its articles itself: right 4 times in 5 on wcxb-dev's articles.
    return next((author for given in _declared(page, ld, meta) if (author := _joined(given, frozenset()))), "")


def _declared(page: Page, ld: LinkedData, meta: dict[str, str]) -> Iterator[list[str]]:
    yield list(ld.authors)
    for name in _META:
        if given := meta.get(name):
            yield [given]
    for name in _MANY:
        if name in meta:
            yield [_turned(value) for own, value in page.head.meta if own == name]
    # WordPress labels its cards "Written by" in the site's language; elsewhere they hold prices or reading times.
    label = meta.get("twitter:label1", "").casefold().strip(" :")
    if label and "twitter:data1" in meta and (label in words().before or label in words().labels):
        yield [meta["twitter:data1"]]


def _turned(name: str) -> str:
    """A name written "Doe, Jane", as scholarly pages do, in the order it is read."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma and " " not in last.strip() and len(first.split()) <= 3 else name


def _joined(given: list[str], names: frozenset[str]) -> str:
    found: dict[str, str] = {}
    for raw in given[:MOST_NAMES]:
        if name := person(raw, names):
            found.setdefault(key(name), name)
    return ", ".join(found.values())
