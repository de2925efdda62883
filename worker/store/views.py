"""Looking at a page and at documents; the feed that a consumer can follow."""

import json
import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.errors import BadCursor
from worker.store.ids import digest, to_ms, to_time
from worker.store.nouns import (
    Document,
    Event,
    Feed,
    PageView,
    ReasonCount,
    RevisionView,
    StoredDocument,
    Version,
    Where,
)
from worker.store.tables import document, event, is_in, page, revision

MOST = 10_000  # rows of one answer
SHOWN = 200  # revisions of a page, the latest
LAST = "z"  # sorts behind every id


def page_view(database: Database, name: str) -> PageView | None:
    """See Store.page."""
    with database.read() as connection:
        row = connection.execute(sa.select(page).where(page.c.id == name)).first()
        if row is None:
            owner = sa.select(page).join(revision, revision.c.page_id == page.c.id).where(revision.c.id == name)
            row = connection.execute(owner).first()
        if row is None:
            return None
        mine = (
            sa.select(revision)
            .where(revision.c.page_id == row.id)
            .order_by(revision.c.last_seen.desc(), revision.c.id.desc())
        )
        revisions = connection.execute(mine.limit(SHOWN)).all()
        ids = [found.id for found in revisions]
        happened = sa.select(event).where(database.among(event.c.revision_id, ids)).order_by(event.c.id)
        events: dict[str, list[Event]] = {name: [] for name in ids}
        for found in connection.execute(happened):
            events[found.revision_id].append(_event(found))
    return PageView(
        id=row.id,
        source=row.source,
        key=row.key,
        url=row.url,
        host=row.host,
        created_at=to_time(row.created_at),
        current_document=row.current_document,
        revisions=tuple(_revision(found, events[found.id]) for found in revisions),
    )


def _event(row: Any) -> Event:
    return Event(
        at=to_time(row.at),
        before=row.before,
        after=row.after,
        attempt=row.attempt,
        error=row.error,
        message=row.message,
        worker=row.worker,
    )


def _revision(row: Any, events: Sequence[Event]) -> RevisionView:
    return RevisionView(
        id=row.id,
        state=row.state,
        lane=row.lane,
        attempt=row.attempt,
        received_at=to_time(row.received_at),
        last_seen=to_time(row.last_seen),
        fetched_at=to_time(row.fetched_at) if row.fetched_at is not None else None,
        content_type=row.content_type,
        encoding=row.encoding,
        kind=row.kind,
        meta=json.loads(row.meta),
        has_body=row.blob_ref is not None,
        error=row.error,
        message=row.message,
        document_id=row.document_id,
        events=tuple(events),
    )


_made_of = revision.alias("made_of")
_stored = (
    *(page.c.source, page.c.key, page.c.url, page.c.host, page.c.current_document),
    *(_made_of.c.fetched_at, _made_of.c.meta),
)
_with_page = document.join(page, page.c.id == document.c.page_id).join(_made_of, _made_of.c.id == document.c.revision_id)


def one_document(database: Database, name: str) -> StoredDocument | None:
    """See Store.document."""
    with database.read() as connection:
        wanted = sa.select(document, *_stored).select_from(_with_page)
        row = connection.execute(wanted.where(document.c.id == name)).first()
    return stored(row) if row is not None else None


def versions(database: Database, page_id: str) -> list[Version]:
    """See Store.versions."""
    columns = ("id", "revision_id", "cleaner_version", "profile", "verdict", "words_kept", "cleaned_at")
    wanted = sa.select(*(document.c[name] for name in columns)).where(document.c.page_id == page_id)
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(document.c.id.desc()).limit(SHOWN)).all()
    return [Version(**{**row._asdict(), "cleaned_at": to_time(row.cleaned_at)}) for row in rows]


def feed(database: Database, where: Where, cursor: str | None, limit: int) -> Feed:
    """See Store.documents."""
    number, name = parse_cursor(cursor)
    limit = max(1, min(limit, MOST))
    with database.read() as connection:
        # a transaction that is still open may have a smaller number than one that is done: wait for it
        horizon = database.horizon(connection)
        known = document.c.feed < horizon
        wanted = sa.select(document, *_stored).select_from(_with_page)
        wanted = wanted.where(known, sa.tuple_(document.c.feed, document.c.id) > sa.tuple_(number, name), *conditions(where))
        rows = connection.execute(wanted.order_by(document.c.feed, document.c.id).limit(limit + 1)).all()
    found = tuple(stored(row) for row in rows[:limit])
    if len(rows) > limit:
        return Feed(documents=found, cursor=f"{rows[limit - 1].feed}.{found[-1].id}", more=True)
    # all up to the horizon was looked at: what does not match is not looked at again
    return Feed(documents=found, cursor=f"{max(number, horizon - 1)}.{LAST}", more=False)


def parse_cursor(cursor: str | None) -> tuple[int, str]:
    """(number, id) after which to go on."""
    if cursor is None:
        return 0, ""
    if not re.fullmatch(r"[0-9]{1,18}\.[0-9a-z]{1,33}", cursor):
        raise BadCursor(cursor[:60])
    number, _, name = cursor.partition(".")
    return int(number), name


def conditions(where: Where) -> list[sa.ColumnElement[bool]]:
    """A choice of documents as SQL, over `document` joined with `page`."""
    found: list[sa.ColumnElement[bool]] = of_page(where)
    if where.since is not None:
        found.append(document.c.cleaned_at >= to_ms(where.since))
    if where.until is not None:
        found.append(document.c.cleaned_at < to_ms(where.until))
    if where.state is not None or where.error is not None:
        mine = [revision.c.id == document.c.revision_id]
        mine += [is_in(revision, where.state)] if where.state is not None else []
        mine += [revision.c.error == where.error] if where.error is not None else []
        found.append(sa.exists().where(*mine))
    for column, value in (
        (document.c.language, where.language),
        (document.c.verdict, where.verdict),
        (document.c.cleaner_version, where.cleaner_version),
    ):
        if value is not None:
            found.append(column == value)
    if where.not_version is not None:
        found.append(document.c.cleaner_version != where.not_version)
    if where.current:
        found.append(page.c.current_document == document.c.id)
    return found


def of_page(where: Where) -> list[sa.ColumnElement[bool]]:
    """What a choice says of pages as SQL, over `page`."""
    found: list[sa.ColumnElement[bool]] = []
    if where.url is not None:
        found += [page.c.url_digest == digest(where.url), page.c.url == where.url]
    if where.host is not None:
        found.append(page.c.host == where.host.lower().rstrip("."))
    if where.source is not None:
        found.append(page.c.source == where.source)
    return found


def stored(row: Any) -> StoredDocument:
    """A row of `document` with its page's columns, as a noun."""
    return StoredDocument(
        id=row.id,
        page_id=row.page_id,
        revision_id=row.revision_id,
        source=row.source,
        key=row.key,
        url=row.url,
        host=row.host,
        current=row.current_document == row.id,
        changed=row.changed,
        cleaned_at=to_time(row.cleaned_at),
        last_seen=to_time(row.last_seen),
        fetched_at=to_time(row.fetched_at) if row.fetched_at is not None else None,
        meta=json.loads(row.meta),
        document=Document(
            cleaner_version=row.cleaner_version,
            profile=row.profile,
            text=row.text,
            title=row.title,
            author=row.author,
            date=row.date,
            site_name=row.site_name,
            description=row.description,
            language=row.language,
            page_kind=row.page_kind,
            verdict=row.verdict,
            confidence=row.confidence,
            calibrated=row.calibrated,
            kept_share=row.kept_share,
            spam_share=row.spam_share,
            input_kind=row.input_kind,
            encoding=row.encoding,
            words_in=row.words_in,
            words_kept=row.words_kept,
            reasons=tuple(ReasonCount(*values) for values in json.loads(row.reasons)),
            account=bytes(row.account),
        ),
    )
