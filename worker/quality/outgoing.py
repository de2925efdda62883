"""Verdicts as cases for `fixtures/pages` and as rows for training: what people said makes the cleaner better."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from worker.quality.reviews import Verdict, verdicts
from worker.quality.spans import source_of
from worker.store import Store
from worker.store.database import Database
from worker.store.tables import document, page, revision


def training_rows(database: Database) -> Iterator[dict[str, Any]]:
    """A row a verdict, JSON-ready: the span, what should become of it, and how many spans it stands for."""
    for one, row, source in _with_documents(database):
        yield {
            "schema": 1,
            "document_id": one.document_id,
            "revision_id": row.revision_id,
            "url": row.url,
            "host": row.host,
            "start": one.start,
            "end": one.end,
            "text": source[one.start : one.end],
            "keep": one.answer == "keep",
            "removed_for": one.removed_for,
            "rule": one.rule,
            "reason": one.reason,
            "weight": 1 / one.probability,
            "cleaner_version": row.cleaner_version,
        }


def write_fixture(store: Store, document_id: str, folder: Path) -> Path:
    """A document's page and its verdicts as a case in `folder`, in the form of `fixtures/pages`; the case's folder.

    It has no expected.txt, for nobody approved the whole text: what was judged must be kept or must go. The raw page is
    somebody's, so look at it before it is published.

    Raises:
        KeyError: there is no such document, or nobody judged it.
        BodyMissing: the raw page is gone.
    """
    mine = [(one, row, source) for one, row, source in _with_documents(store.database) if one.document_id == document_id]
    if not mine:
        raise KeyError(document_id)
    row = mine[0][1]
    body = store.body(row.revision_id)
    case = folder / _slug(row.host, document_id)
    case.mkdir(parents=True)
    (case / ("page.txt" if row.input_kind == "text" else "page.html")).write_bytes(body)
    keep = [_snippet(source[one.start : one.end]) for one, _, source in mine if one.answer == "keep"]
    drop = [
        (_snippet(source[one.start : one.end]), one.reason or one.removed_for)
        for one, _, source in mine
        if one.answer == "drop"
    ]
    lines = [
        f"why = {_toml('a page that people judged')}",
        f"origin = {_toml(f'A crawled page of {row.host}')}",
        f"url = {_toml(row.url)}",
        *([f"content_type = {_toml(row.content_type)}"] if row.content_type else []),
        f"must_keep = [{', '.join(_toml(text) for text in keep if text)}]",
    ]
    for text, reason in drop:
        if text:
            lines += ["", "[[must_drop]]", f"text = {_toml(text)}", *([f"reason = {_toml(reason)}"] if reason else [])]
    (case / "case.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return case


def _with_documents(database: Database) -> Iterator[tuple[Verdict, Any, str]]:
    """Verdicts that say something, each with its document's row and source text."""
    columns = (
        document.c.text,
        document.c.account,
        document.c.revision_id,
        document.c.cleaner_version,
        document.c.input_kind,
    )
    wanted = (
        sa.select(*columns, page.c.url, page.c.host, revision.c.content_type)
        .join(page, page.c.id == document.c.page_id)
        .join(revision, revision.c.id == document.c.revision_id)
    )
    last = ""
    row: Any = None
    source = ""
    for one in sorted(verdicts(database), key=lambda one: (one.document_id, one.start)):
        if one.answer == "unsure":
            continue
        if one.document_id != last:
            last = one.document_id
            with database.read() as connection:
                row = connection.execute(wanted.where(document.c.id == last)).first()
            source = source_of(row.text, bytes(row.account))[0] if row is not None else ""
        if row is not None:
            yield one, row, source


def _slug(host: str, document_id: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{host}-{document_id[-8:]}".lower()).strip("-")


def _snippet(text: str) -> str:
    return " ".join(text.split())


def _toml(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL, which TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
