"""Which field of a row is the page, its address, its id: as told, or the first of the usual names that is there."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from worker.archive.settings import Fields
from worker.cli.errors import BadRow

PAGES = ("html_base64", "html", "raw_html", "text", "raw", "content", "raw_content", "body")
URLS = ("url", "uri", "source_url", "target_uri", "warc_target_uri", "link")
IDS = ("id", "doc_id", "record_id", "warc_record_id", "uuid", "docid")
DATES = ("date", "crawl_date", "fetched_at", "timestamp", "added")
TYPES = {"html": "text/html", "raw_html": "text/html", "text": "text/plain"}


class Page(NamedTuple):
    """What a row says."""

    page: bytes | str
    content_type: str | None
    url: str | None
    id: str | None
    date: str | None
    used: frozenset[str]  # the fields that were used up


def page_of(row: Mapping[str, Any], told: Fields) -> Page:
    """The page in a row.

    Raises:
        BadRow: no field holds one.
    """
    if told.html or told.text:
        name = next((n for n in (told.html, told.text) if n and row.get(n) is not None), None)
    else:
        name = next((n for n in PAGES if isinstance(row.get(n), str | bytes)), None)
    if name is None:
        wanted = told.html or told.text or ", ".join(PAGES)
        raise BadRow(f"It has none of the fields that hold a page ({wanted}).")
    page = row[name]
    if not isinstance(page, str | bytes):
        raise BadRow(f'"{name}" is not a text.')
    content_type = "text/html" if name == told.html else "text/plain" if name == told.text else TYPES.get(name)
    if name == "html_base64" and isinstance(page, str):
        try:
            page = base64.b64decode(page, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadRow(f'"html_base64" is not Base64: {error}') from error
    url, url_field = _first(row, told.url, URLS)
    id, id_field = _first(row, told.id, IDS)
    date, date_field = _first(row, told.date, DATES)
    own = row.get("content_type")
    if isinstance(own, str) and own:
        content_type = own
    if url is None and isinstance(row.get("metadata"), dict):
        url, _ = _first(row["metadata"], told.url, URLS)
    used = frozenset(field for field in (name, url_field, id_field, date_field) if field)
    return Page(page, content_type, url, id, date, used)


def _first(row: Mapping[str, Any], told: str | None, names: tuple[str, ...]) -> tuple[str | None, str]:
    for name in (told,) if told else names:
        value = row.get(name)
        if value is not None and not isinstance(value, dict | list | bytes):
            said = value.isoformat() if hasattr(value, "isoformat") else str(value)
            return said.encode("utf-8", "replace").decode(), name
    return None, ""
