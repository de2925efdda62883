"""The rows of a part, of its sidecar and of its attributes, as bytes: made once, by the process that cleaned."""

from __future__ import annotations

import base64
import datetime
import math
from collections.abc import Mapping
from typing import Any

from cleaners.form import PLAIN
from cleaners.page import Cleaned
from worker.archive.settings import SCHEMA
from worker.cli.rows import encode

FIRST = ("id", "url", "text")
OWN = frozenset((*FIRST, *PLAIN, "schema", "crawl_date", "source", "kept_share", "drops", "flags", "notes"))
WARC_FIELDS = ("offset", "length", "date", "payload_digest", "truncated", "type")


def text_row(
    cleaned: Cleaned, *, id: str, url: str | None, text: str, source: str, date: str | None, rest: Mapping[str, Any]
) -> bytes:
    """A row of a part. `rest` are the fields that pass through."""
    row: dict[str, Any] = {"id": id, "url": url, "text": text, "schema": SCHEMA}
    for name in PLAIN:
        if name != "text":
            row[name] = getattr(cleaned, name)
    row["source"] = source
    row["crawl_date"] = date
    for name, value in rest.items():
        row[f"input_{name}" if name in OWN else name] = value
    return encode(row) + b"\n"


def sidecar_row(
    cleaned: Cleaned, *, id: str, at: int | str, outcome: str, digest: str, number: int, filter: str = ""
) -> bytes:
    """The account of one record. One that is left out keeps its text here, so that nothing is lost."""
    row: dict[str, Any] = {
        "id": id,
        "at": at,
        "number": number,
        "outcome": outcome,
        "source_sha256": digest,
        "source_chars": len(cleaned.source_text),
        "language": cleaned.language,
        "verdict": cleaned.verdict,
        "cleaner_version": cleaned.cleaner_version,
        "drops": [
            {"field": f, "start": s, "end": e, "text": t, "reason": r, "rule": u, "confidence": c, "evidence": v}
            for f, s, e, t, r, u, c, v in cleaned.drops
        ],  # what `_asdict` gives, in a third of its time: a page has a hundred
        "flags": [flag._asdict() for flag in cleaned.flags],
        "notes": list(cleaned.notes),
    }
    if outcome != "clean":
        row["text"] = cleaned.text
    if filter:
        row["filter"] = filter
    return encode(row) + b"\n"


def attribute_row(cleaned: Cleaned, *, id: str, source: str) -> bytes:
    """Spans by reason, as Dolma's attribute files have them: offsets into the source text, and a score."""
    spans: dict[str, list[tuple[int, int, float]]] = {}
    for drop in cleaned.drops:
        if drop.field == "text":
            spans.setdefault(f"dehusk__{drop.reason}", []).append((drop.start, drop.end, drop.confidence))
    return encode({"id": id, "source": source, "attributes": spans}) + b"\n"


def error_row(*, id: str, source: str, at: int | str, number: int, name: str, message: str, url: str | None = None) -> bytes:
    """A record that could not be read or cleaned: where it is and why."""
    row = {"id": id, "url": url, "source": source, "at": at, "number": number, "error": {"name": name, "message": message}}
    return encode(row) + b"\n"


def plain(value: Any) -> Any:
    """A value of a Parquet row as JSON has it."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value)
