"""Inside a worker process: a batch of records in, their rows and the account of them out, as bytes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cleaners import clean
from cleaners.errors import CleanError, EmptyInput, NotText, PageTooLarge
from cleaners.page import Cleaned, Evidence
from cleaners.stages.text import count_words
from cleaners.stages.urls import host_of
from worker.archive.choice import Test, chooser
from worker.archive.fields import page_of
from worker.archive.http import is_page, response
from worker.archive.nouns import Broken, Outcome, Record, Skip
from worker.archive.rows import WARC_FIELDS, attribute_row, error_row, plain, sidecar_row, text_row
from worker.archive.settings import Filters, Settings
from worker.archive.tally import Tally
from worker.cli.rows import parse


class Batch(NamedTuple):
    """Records of one input that go to a worker in one message."""

    slot: int  # of the range, counted by the process that reads
    source: str  # name of the input
    records: tuple[Record, ...]
    aside: tuple[Skip | Broken, ...] = ()  # between them, and no work for a worker
    last: bool = False  # the range ends with it
    position: int = 0  # bytes of the input read so far


class Entry(NamedTuple):
    """What became of one record."""

    outcome: Outcome
    row: bytes = b""  # of the part
    account: bytes = b""  # of the sidecar
    attributes: bytes = b""
    error: bytes = b""
    digest: bytes = b""  # of the clean text, to tell duplicates
    why: str = ""  # of what was skipped, filtered or failed


class Result(NamedTuple):
    """The answer to a batch: one entry a record, in order, and the sums over them."""

    entries: list[Entry]
    tally: dict[str, Any]
    cpu: float  # seconds


class _Page(NamedTuple):
    """A record once its container is undone."""

    page: bytes | str
    content_type: str | None
    url: str | None
    id: str
    date: str | None
    rest: Mapping[str, Any]  # passes through


class Unwanted(Exception):
    """A record that is not looked at, and why."""


def clean_batch(settings: Settings, batch: Batch) -> Result:
    """Clean every record. What is wrong with one stands in its entry."""
    started = time.process_time()
    tally = Tally()
    wanted = _chooser(settings.select)
    entries = [_entry(settings, batch.source, record, tally, wanted) for record in batch.records]
    return Result(entries, tally.to_json(), time.process_time() - started)


def failed(settings: Settings, source: str, record: Record, error: CleanError) -> Result:
    """The answer for a record whose process was ended."""
    tally = Tally()
    tally.count("errors", error.name)
    id = str(record.about.get("id") or f"{source}:{record.at}")
    row = error_row(
        id=id,
        source=source,
        at=record.at,
        number=record.number,
        name=error.name,
        message=str(error),
        url=record.about.get("url"),
    )
    return Result([Entry("error", error=row, why=error.name)], tally.to_json(), 0.0)


def warm_up(settings: Settings) -> None:
    """Load what the first record would load."""
    page = "<!doctype html><title>A day</title><main><h1>A day</h1><p>The river rose by a foot overnight, and the"
    clean(page + " ferry stayed at its pier until the afternoon.</p></main>", profile=settings.profile)


@lru_cache(maxsize=4)
def _chooser(clauses: tuple[str, ...]) -> Test | None:
    return chooser(clauses) if clauses else None


def _entry(settings: Settings, source: str, record: Record, tally: Tally, wanted: Test | None) -> Entry:
    id = str(record.about.get("id") or f"{source}:{record.at}")
    url: str | None = record.about.get("url")
    try:
        page = unwrap(settings, source, record, wanted)
        id, url = page.id, page.url
        cleaned = clean(
            page.page,
            url=page.url,
            content_type=page.content_type,
            profile=settings.profile,
            evidence=_evidence(settings, page.url),
        )
    except Unwanted as reason:
        tally.count("skips", str(reason))
        return Entry("skipped", why=str(reason))
    except NotText as error:
        if record.form == "warc":
            tally.count("skips", "not_text")
            return Entry("skipped", why="not_text")
        return _error(source, record, error, id, url, tally)
    except EmptyInput:
        tally.count("verdicts", "empty")
        return Entry("empty", why="no_input")
    except CleanError as error:
        return _error(source, record, error, id, url, tally)
    return _account(settings, source, record, page, cleaned, tally)


def _error(source: str, record: Record, error: CleanError, id: str, url: str | None, tally: Tally) -> Entry:
    tally.count("errors", error.name)
    row = error_row(id=id, source=source, at=record.at, number=record.number, name=error.name, message=str(error), url=url)
    return Entry("error", error=row, why=error.name)


def _account(settings: Settings, source: str, record: Record, page: _Page, cleaned: Cleaned, tally: Tally) -> Entry:
    digest = hashlib.sha256(cleaned.source_text.encode("utf-8", "surrogatepass")).hexdigest()
    words = count_words(cleaned.text)
    tally.page(cleaned, words, host_of(page.url), page.url or f"{source}:{record.at}", digest[:16])
    outcome: Outcome = "clean"
    why = ""
    if not cleaned.text.strip():
        outcome, why = "empty", cleaned.verdict
    elif why := _filtered(settings.filters, cleaned, words):
        outcome = "filtered"
        tally.count("filters", why)
    account = sidecar_row(
        cleaned, id=page.id, at=record.at, outcome=outcome, digest=digest, number=record.number, filter=why if why else ""
    )
    if outcome != "clean":
        return Entry(outcome, account=account, why=why)
    text = cleaned.text if settings.emit == "text" else cleaned.source_text
    row = text_row(cleaned, id=page.id, url=page.url, text=text, source=source, date=page.date, rest=page.rest)
    return Entry(
        "clean",
        row=row,
        account=account,
        attributes=attribute_row(cleaned, id=page.id, source=source) if settings.attributes else b"",
        digest=hashlib.blake2b(cleaned.text.encode(), digest_size=16).digest() if settings.duplicates else b"",
    )


def _filtered(filters: Filters, cleaned: Cleaned, words: int) -> str:
    """The filter that leaves a text out; "" when all let it pass."""
    if filters.languages and (cleaned.language or "unknown") not in filters.languages:
        return "language"
    if filters.verdicts and cleaned.verdict not in filters.verdicts:
        return "verdict"
    if cleaned.confidence < filters.min_confidence:
        return "confidence"
    return "words" if words < filters.min_words else ""


def unwrap(settings: Settings, source: str, record: Record, wanted: Test | None) -> _Page:
    about = record.about
    if "too_large" in about and record.form != "warc":
        raise PageTooLarge(f"It has {about['too_large']:,} bytes.")
    if record.form == "warc":
        return _from_warc(settings, source, record, wanted)
    if record.form == "page":
        path = str(record.at)
        if wanted is not None and not wanted({"path": path}):
            raise Unwanted("not_selected")
        return _Page(record.data, None, None, f"{source}/{path}", None, {})
    row: dict[str, Any] = parse(record.data) if record.form == "line" else record.data
    if wanted is not None and not wanted({"host": host_of(str(row.get("url") or "")), **row}):
        raise Unwanted("not_selected")
    found = page_of(row, settings.fields)
    rest = {name: value for name, value in row.items() if name not in found.used}
    if record.form == "line" and settings.format == "parquet":
        rest = {"extra": json.dumps(rest, sort_keys=True) if rest else None}  # rows of one file may differ in their fields
    elif record.form == "row":
        rest = {name: plain(value) for name, value in rest.items()}
    return _Page(found.page, found.content_type, found.url, found.id or f"{source}:{record.at}", found.date, rest)


def _from_warc(settings: Settings, source: str, record: Record, wanted: Test | None) -> _Page:
    about = record.about
    url = about.get("url", "").strip("<>") or None
    content_type = about.get("content_type", "")
    rest: dict[str, Any] = {"warc_file": source}
    for name in WARC_FIELDS:
        rest[f"warc_{name}"] = about.get(name)
    fields = {"url": url or "", "host": host_of(url), "date": about.get("date", ""), "type": about["type"]}
    page: bytes = record.data
    status: int | None = None
    if about["type"] == "response" and content_type.startswith("application/http"):
        limit = settings.profile.limits.max_bytes
        if "too_large" in about:
            head = response(page.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", limit)
            if is_page(head.content_type):
                raise PageTooLarge(f"The record has {about['too_large']:,} bytes.")
            raise Unwanted("not_text")
        answer = response(page, limit)
        status, content_type, page = answer.status, answer.content_type, answer.body
        if not settings.any_status and not 200 <= status < 300:
            raise Unwanted(f"http_{status // 100}xx")
    elif "too_large" in about:
        raise PageTooLarge(f"The record has {about['too_large']:,} bytes.")
    if wanted is not None and not wanted({**fields, "status": str(status or ""), "mime": content_type.split(";")[0]}):
        raise Unwanted("not_selected")
    if not is_page(content_type) or not is_page(about.get("payload_type", "")):
        raise Unwanted("not_text")
    rest["http_status"] = status
    rest["content_type"] = content_type or None
    return _Page(
        page, content_type or None, url, about.get("id", "").strip("<>") or f"{source}:{record.at}", about.get("date"), rest
    )


def _evidence(settings: Settings, url: str | None) -> Evidence | None:
    if not settings.host_memory:
        return None
    from worker.archive.hosts import opened

    return opened(settings.host_memory).evidence(host_of(url))
