"""Text that a page declares in JSON-LD or embedded state but does not show: used when the visible text is far smaller."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from cleaners.page import Origin, Page, Segment
from cleaners.stages.json_ld import LinkedData
from cleaners.stages.text import count_words, reading_size
from cleaners.stages.walk import INLINE

LEAST_WORDS: Final = 40  # a shorter articleBody is a teaser
VISIBLE_SHARE: Final = 0.35  # declared text is used where less of it than this stands in the visible document
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^>]*>")
_BLOCK: Final = re.compile(r"(?:\s*\n\s*\n\s*)+")
_STATE_KEYS: Final = frozenset({"articlebody", "body", "bodyhtml", "content", "contenthtml", "html", "text", "bodytext"})


def add_declared_text(page: Page, ld: LinkedData) -> None:
    """Append the declared article to the page when most of it is not in the document."""
    if ld.is_accessible_for_free is False:
        return
    body = ld.article_body
    origin: Origin = "json_ld"
    visible = sum(segment.words for segment in page.segments)
    if not body and visible < 60 and page.head.state:
        body = max(_state_texts(page.head.state), key=len, default="")
        origin = "state"
    if not body:
        return
    paragraphs = _paragraphs(body)
    total = sum(count_words(p) for p in paragraphs)
    if total < LEAST_WORDS or _shown(page, paragraphs) > VISIBLE_SHARE:
        return
    text = page.source_text
    out = [text]
    length = len(text)
    for paragraph in paragraphs:
        if page.segments:
            out.append("\n\n")
            length += 2
            page.segments[-1].end = length
        words = count_words(paragraph)
        size = reading_size(paragraph, words)
        segment = Segment(len(page.segments), length, length + len(paragraph), paragraph, "p", None, words, size, origin)
        out.append(paragraph)
        length += len(paragraph)
        page.segments.append(segment)
        segment.end = length
    page.source_text = "".join(out)
    page.notes.append("text_from_json_ld" if origin == "json_ld" else "text_from_state")
    page.facts["declared"] = total


def _shown(page: Page, paragraphs: list[str]) -> float:
    """Share of the declared words whose paragraph openings stand in the document."""
    squeezed = "".join(page.source_text.split())
    total = shown = 0
    for paragraph in paragraphs:
        words = count_words(paragraph)
        key = "".join(paragraph.split())
        total += words
        probes = [key[i : i + 40] for i in (0, len(key) // 3, 2 * len(key) // 3)]
        shown += words * sum(probe in squeezed for probe in probes) // 3
    return shown / total if total else 1.0


def _paragraphs(body: str) -> list[str]:
    body = body[:2_000_000]
    if "&" in body:
        body = html.unescape(body)
    if "<" in body:
        body = _TAG.sub(lambda tag: " " if tag[2].lower() in INLINE else "\n\n", body)
    blank_lines = "\n\n" in body or "\r\n\r\n" in body
    parts = _BLOCK.split(body.replace("\r", "")) if blank_lines else body.splitlines()
    return [" ".join(part.split()) for part in parts if part.strip()]


def _state_texts(scripts: list[str]) -> Iterator[str]:
    for script in scripts:
        try:
            data = json.loads(script)
        except (ValueError, RecursionError):
            continue
        yield from _long_strings(data, 0)


def _long_strings(value: Any, depth: int) -> Iterator[str]:
    if depth > 25:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str):
                if key.lower().replace("_", "") in _STATE_KEYS and len(item) > 300:
                    yield item
            else:
                yield from _long_strings(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            if not isinstance(item, str):
                yield from _long_strings(item, depth + 1)
