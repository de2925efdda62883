"""Verdicts as cases for `fixtures/pages` and as rows for training: what people said makes the cleaner better."""

import base64
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import sqlalchemy as sa

from cleaners.stages.decode import decode
from worker.quality.golden import of_page
from worker.quality.reviews import Verdict, verdicts
from worker.quality.spans import source_of
from worker.store import Store
from worker.store.errors import BodyMissing
from worker.store.tables import document, page, revision

SAID = {"html": "text/html", "text": "text/plain"}  # of pages that were handed in decoded


class _Judged(NamedTuple):
    """A document with what people said of it."""

    row: Any
    source: str
    verdicts: tuple[Verdict, ...]  # in the order of the text; none that says "unsure"


def training_rows(store: Store) -> Iterator[dict[str, Any]]:
    """A row a judged page, JSON-ready, for `python -m training --verdicts`: the raw page, and its verdicts.

    Each verdict says for how many spans it stands (`weight`). Pages whose raw page is gone are left out.
    """
    for row, source, said in _judged(store):
        try:
            body = store.body(row.revision_id)
        except BodyMissing:
            continue
        yield {
            "schema": 1,
            "document_id": row.id,
            "revision_id": row.revision_id,
            "url": row.url,
            "host": row.host,
            "kind": row.input_kind,
            "content_type": SAID.get(row.kind) or row.content_type,
            "encoding": row.encoding,
            "cleaner_version": row.cleaner_version,
            "page_base64": base64.b64encode(body).decode(),
            "verdicts": [
                {
                    "start": one.start,
                    "end": one.end,
                    "text": source[one.start : one.end],
                    "keep": one.answer == "keep",
                    "removed_for": one.removed_for,
                    "rule": one.rule,
                    "reason": one.reason,
                    "weight": 1 / one.probability,
                }
                for one in said
            ],
        }


def write_fixture(store: Store, document_id: str, folder: Path) -> Path:
    """A document's page and its verdicts as a case in `folder`, in the form of `fixtures/pages`; the case's folder.

    What was judged must be kept or must go. It has an expected.txt if somebody approved the page's text for the golden set.
    The raw page is somebody's, so look at it before it is published.

    Raises:
        KeyError: there is no such document, or nobody judged it.
        BodyMissing: the raw page is gone.
    """
    mine = next(_judged(store, document_id), None)
    if mine is None:
        raise KeyError(document_id)
    case = folder / _slug(mine.row.host, document_id)
    case.mkdir(parents=True)
    for name, content in _case(store, mine).items():
        (case / name).write_bytes(content)
    return case


def write_fixtures(store: Store, target: IO[bytes]) -> int:
    """All judged pages as cases in a zip file; how many. Those whose raw page is gone are left out."""
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in _judged(store):
            try:
                files = _case(store, one)
            except BodyMissing:
                continue
            for name, content in files.items():
                archive.writestr(f"{_slug(one.row.host, one.row.id)}/{name}", content)
            count += 1
    return count


def _case(store: Store, one: _Judged) -> dict[str, bytes]:
    """Name -> content of the files of a case."""
    row, source, said = one
    body = store.body(row.revision_id)
    kind = SAID.get(row.kind) or row.content_type
    if row.input_kind == "text":
        files = {"page.txt": decode(body, kind, row.encoding).text.encode("utf-8", "replace")}
        kind = None
    else:
        files = {"page.html" if _is_utf8(body) else "page.bin": body}
        if row.encoding:  # the case has no field for it
            kind = f"{(kind or 'text/html').split(';')[0].strip()}; charset={row.encoding}"
    keep = [_snippet(source[one.start : one.end]) for one in said if one.answer == "keep"]
    lines = [
        f"why = {_toml('a page that people judged')}",
        f"origin = {_toml(f'A crawled page of {row.host}')}",
        *([f"url = {_toml(row.url)}"] if row.url else []),
        *([f"content_type = {_toml(kind)}"] if kind else []),
        f"verdict = {_toml(row.verdict)}",
        f"must_keep = [{', '.join(_toml(text) for text in keep if text)}]",
    ]
    for verdict in said:
        text = _snippet(source[verdict.start : verdict.end])
        reason = verdict.reason or verdict.removed_for
        if text and verdict.answer == "drop":
            lines += ["", "[[must_drop]]", f"text = {_toml(text)}", *([f"reason = {_toml(reason)}"] if reason else [])]
    known = of_page(store.database, row.page_id)
    if known is not None:
        files["expected.txt"] = (known.text.strip() + "\n").encode("utf-8", "replace")
    return {**files, "case.toml": ("\n".join(lines) + "\n").encode("utf-8", "replace")}


def _judged(store: Store, document_id: str = "") -> Iterator[_Judged]:
    """Judged documents, by id."""
    by_document: dict[str, list[Verdict]] = {}
    for one in verdicts(store.database):
        if one.answer != "unsure" and document_id in ("", one.document_id):
            by_document.setdefault(one.document_id, []).append(one)
    columns = ("id", "text", "account", "page_id", "revision_id", "cleaner_version", "input_kind", "verdict")
    wanted = (
        sa.select(*(document.c[name] for name in columns), page.c.url, page.c.host)
        .add_columns(revision.c.content_type, revision.c.encoding, revision.c.kind)
        .join(page, page.c.id == document.c.page_id)
        .join(revision, revision.c.id == document.c.revision_id)
    )
    for name, said in sorted(by_document.items()):
        with store.database.read() as connection:
            row = connection.execute(wanted.where(document.c.id == name)).first()
        if row is not None:
            source = source_of(row.text, bytes(row.account))[0]
            yield _Judged(row, source, tuple(sorted(said, key=lambda one: one.start)))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _slug(host: str, document_id: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{host}-{document_id[-8:]}".lower()).strip("-")


def _snippet(text: str) -> str:
    return " ".join(text.split())


def _toml(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL, which TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
