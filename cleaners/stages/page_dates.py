"""When the page was published: declared, in a <time>, in its address, or written beside its headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Page, Segment
from cleaners.stages import hints as h
from cleaners.stages.dates import declared_day, url_day, written_days
from cleaners.stages.json_ld import LinkedData

BEFORE, AFTER = 8, 25  # segments around the headline in which a written date is looked for
UNLED = 80  # first segments looked at where no headline is known
DATELINE_WORDS = 22  # longer blocks are prose
LINE = 300  # characters of a block that are looked at

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "og:publish_date", "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date",
    "citation_online_date", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc.date.created",
    "dcterms.created", "datecreated", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date",
    "publication-date", "published_date", "published-date", "published_time", "published", "date", "article.published",
    "article:first_published_time", "article-published_time", "cxenseparse:publishtime", "cxenseparse:recs:publishtime",
    "mediator_published_time", "rnews:datepublished", "prism.publicationdate", "originalpublicationdate", "lastpubdate",
    "article_date_original", "displaydate", "dateposted", "timestamp", "uploaddate", "date.issued", "w-published-date",
    "publisheddate", "date-pub", "cludo:date", "nrbi:date", "apub:time", "weibo:article:create_at", "date_published",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "modified", "updated", "article:modified", "revised", "og:modified_time", "apub:modified",
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_CHANGED = re.compile(r"(?i)modif|updat|edited|last")
_AWAY: Final = h.RELATED | h.FOOTER | h.COMMENT | h.SIDEBAR | h.NAV
_UNDATED: Final = frozenset({"service", "product", "collection", "listing"})
_FIRST = re.compile(r"(?i)publi|entry-date|post-?date|pubdate|created|posted")


def find_date(page: Page, ld: LinkedData, meta: dict[str, str], lead: int) -> str:
    """ISO day; "" when the page gives none."""
    for value in (*(() if ld.page_date else (ld.date_published,)), *_values(meta, _PUBLISHED)):
        if value and (day := declared_day(value)):
            return day
    if page.page_kind in _UNDATED:
        return ""  # the days in sight there are those of its entries, offers and reviews
    return (
        _timed(page, "datePublished")
        or (declared_day(ld.date_published) if ld.date_published else "")
        or url_day(page.url or page.head.canonical)
        or _written(page, lead)
        or _first_time(page)
        or _marked(page, lead)
        or next(
            (day for value in (ld.date_modified, *_values(meta, _MODIFIED)) if value and (day := declared_day(value))), ""
        )
    )


def _values(meta: dict[str, str], names: tuple[str, ...]) -> list[str]:
    return [meta[name] for name in names if name in meta]


def _timed(page: Page, prop: str) -> str:
    return next((day for value, names in page.head.times if names == prop and (day := declared_day(value))), "")


def _first_time(page: Page) -> str:
    best = ""
    for value, names in page.head.times[:12]:
        if day := declared_day(value):
            if _FIRST.search(names):
                return day
            if not best and not _CHANGED.search(names):
                best = day
    return best


def _written(page: Page, lead: int) -> str:
    """A date on a line of its own, or in a byline, near the headline."""
    segments = page.segments
    month_first = not _writes_day_first(page)
    around = segments[lead].hints if lead >= 0 else 0
    changed = ""
    for segment in segments[max(0, lead - BEFORE) : lead + AFTER if lead >= 0 else UNLED]:
        if segment.words > DATELINE_WORDS or segment.kind in ("h1", "control") or segment.hints & ~around & _AWAY:
            continue
        for start, day in _days(segment, month_first):
            close = -1 <= segment.index - lead <= 3 and lead >= 0
            if not (close or segment.words <= 10 or segment.hints & (h.DATE | h.BYLINE | h.META)):
                break
            if _CHANGED.search(segment.text[:start]):
                changed = changed or day
            else:
                return day
    return changed


def _marked(page: Page, lead: int) -> str:
    """The first date below the headline whose element is called one, as themes put it at the article's end."""
    month_first = not _writes_day_first(page)
    for segment in page.segments[max(0, lead) :]:
        if segment.hints & h.DATE and segment.words <= 8 and not segment.hints & (h.COMMENT | h.RELATED | h.CARD):
            for _, day in _days(segment, month_first):
                return day
    return ""


def _days(segment: Segment, month_first: bool) -> Iterator[tuple[int, str]]:
    text = segment.text[:LINE]
    if _DIGIT.search(text):
        for start, _, day in written_days(text, month_first):
            yield start, day


def _writes_day_first(page: Page) -> bool:
    language = page.head.html_lang.lower().replace("_", "-")
    return bool(language) and not (language in ("en", "en-us", "en-ph", "es-us") or language.startswith("fil"))
