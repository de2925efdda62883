"""Small pages for the stages that read what a page says about itself."""

from __future__ import annotations

from cleaners.page import Head, Page
from cleaners.stages.json_ld import LinkedData, linked_data
from cleaners.stages.lines import lines
from cleaners.stages.metadata import Metadata, metadata
from cleaners.stages.page_kind import page_kind
from cleaners.stages.verdict import verdict
from cleaners.stages.walk import walk

SENTENCE = "The river rose by a hand in the night and the ferry stayed at its rope until noon. "


def prose(words: int) -> str:
    """Paragraphs of about as many words."""
    return f"<p>{SENTENCE * 3}</p>" * (words // 51 + 1)


def read(html: str, url: str = "") -> tuple[Page, LinkedData]:
    """A walked page with its kind set, and its JSON-LD."""
    source_text, segments, elements, head = walk(html.encode())
    page = Page("html", source_text, segments, elements, head, url)
    ld = linked_data(head.json_ld)
    page.page_kind = page_kind(page, ld)
    return page, ld


def read_text(text: str) -> Page:
    """Plain text as a page."""
    return Page("text", text, lines(text), [], Head())


def meta(html: str, url: str = "", kind: str = "") -> Metadata:
    """The metadata of a page; `kind` where the case is not about telling it."""
    page, ld = read(html, url)
    if kind:
        page.page_kind = kind
    return metadata(page, ld)


def kind(html: str, url: str = "") -> str:
    """The page's kind."""
    return read(html, url)[0].page_kind


def judged(html: str, kept: int, url: str = "") -> str:
    """The verdict on a page of which `kept` words were kept."""
    page, ld = read(html, url)
    visible = sum(segment.words for segment in page.segments if segment.origin == "visible")
    return verdict(page, kept, visible, ld)


def ld_script(json: str) -> str:
    """JSON-LD as it stands in a page."""
    return f'<script type="application/ld+json">{json}</script>'
