"""What is known of a page besides its text, from cheap sources: what it declares, its headline, byline and address."""

from __future__ import annotations

from dataclasses import dataclass

from cleaners.page import Page
from cleaners.stages.authors import find_author
from cleaners.stages.json_ld import LinkedData
from cleaners.stages.language import normal_code
from cleaners.stages.page_dates import find_date
from cleaners.stages.titles import find_title, site_keys, site_name

_DESCRIPTION = ("description", "og:description", "twitter:description", "dc.description", "dcterms.description")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Empty strings where the page does not say."""

    title: str = ""
    author: str = ""  # names, joined by ", "
    date: str = ""  # ISO 8601 day of publication; of the last change where only that is given
    site_name: str = ""
    description: str = ""
    language_declared: str = ""  # ISO 639-1, as declared: the text may be in another
    lead: int = -1  # index of the segment the title was read from


def metadata(page: Page, ld: LinkedData) -> Metadata:
    """Gather the metadata of one page. `page.page_kind` should be set: on a forum the author is the first poster."""
    meta: dict[str, str] = {}
    for name, content in page.head.meta:
        if content:
            meta.setdefault(name, content)
    site = site_name(page, ld, meta)
    names = site_keys(page, ld, meta, site)
    title = find_title(page, ld, meta, names)
    return Metadata(
        title=title.text,
        author=find_author(page, ld, meta, names, title.segment),
        date=find_date(page, ld, meta, title.segment),
        site_name=site,
        description=_description(ld, meta),
        language_declared=declared_language(page, ld, meta),
        lead=title.segment,
    )


def _description(ld: LinkedData, meta: dict[str, str]) -> str:
    for name in _DESCRIPTION:
        if text := " ".join(meta.get(name, "").split()):
            return text
    return ld.description


def declared_language(page: Page, ld: LinkedData, meta: dict[str, str]) -> str:
    """The two-letter code of the language the page says it is in."""
    for given in (
        page.head.html_lang,
        meta.get("content-language", ""),
        meta.get("language", ""),
        meta.get("dc.language", ""),
        ld.language,
        meta.get("og:locale", ""),
    ):
        if given and (code := normal_code(given)):
            return code
    return ""
