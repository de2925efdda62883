"""Lists of revisions, newest first, by what they are and by what came of them."""

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import to_ms, to_time
from worker.store.nouns import RevisionList, RevisionRow, Where
from worker.store.tables import document, is_in, page, revision
from worker.store.views import MOST, of_page, parse_cursor

SET_ASIDE = ("dead", "rejected")
COMMON = "content"  # the verdict that has no index; written out, or SQLite does not see that the index of the others serves


def revisions(database: Database, where: Where, cursor: str | None, limit: int) -> RevisionList:
    """See Store.revisions."""
    limit = max(1, min(limit, MOST))
    columns = (
        revision.c.id,
        revision.c.page_id,
        revision.c.state,
        revision.c.lane,
        revision.c.attempt,
        revision.c.received_at,
        revision.c.since,
        revision.c.error,
        revision.c.message,
        page.c.source,
        page.c.key,
        page.c.url,
    )
    made = _of_document(where)
    joined = revision.join(page, page.c.id == revision.c.page_id)
    if made:
        joined = joined.join(document, document.c.revision_id == revision.c.id)
    # the same id under the name that the indexes of documents are sorted by
    by_id = document.c.revision_id if made else revision.c.id
    wanted = sa.select(*columns).select_from(joined).where(*of_page(where), *made)
    if where.state is not None:
        wanted = wanted.where(is_in(revision, where.state))
    if where.error is not None:
        wanted = wanted.where(revision.c.error == where.error)
    if where.since is not None:
        wanted = wanted.where(revision.c.received_at >= to_ms(where.since))
    if where.until is not None:
        wanted = wanted.where(revision.c.received_at < to_ms(where.until))
    if cursor is not None:
        since, name = parse_cursor(cursor)
        before = sa.tuple_(revision.c.since, revision.c.id) < sa.tuple_(since, name)
        wanted = wanted.where(before if where.state in SET_ASIDE else by_id < name)
    # those set aside have an index by the time of that; for all others the ids, which sort by receipt, have to do
    order = [revision.c.since.desc(), revision.c.id.desc()] if where.state in SET_ASIDE else [by_id.desc()]
    with database.read() as connection:
        rows = connection.execute(wanted.order_by(*order).limit(limit + 1)).all()
    found = tuple(
        RevisionRow(
            id=row.id,
            page_id=row.page_id,
            source=row.source,
            key=row.key,
            url=row.url,
            state=row.state,
            lane=row.lane,
            attempt=row.attempt,
            received_at=to_time(row.received_at),
            since=to_time(row.since),
            error=row.error,
            message=row.message,
        )
        for row in rows[:limit]
    )
    return RevisionList(rows=found, cursor=f"{rows[limit - 1].since}.{rows[limit - 1].id}" if len(rows) > limit else None)


def _of_document(where: Where) -> list[sa.ColumnElement[bool]]:
    """What a choice says of the one document that matters: that of a version, or else the present one."""
    found: list[sa.ColumnElement[bool]] = []
    if where.verdict is not None:
        found.append(document.c.verdict == where.verdict)
        if where.verdict != COMMON:
            found.append(document.c.verdict != sa.literal_column(f"'{COMMON}'", sa.Text))
    if where.language is not None:
        found.append(document.c.language == where.language)
    if where.cleaner_version is not None:
        found.append(document.c.cleaner_version == where.cleaner_version)
    elif found:
        # said as a range: two equalities make PostgreSQL expect a single row, and hash whole tables to find it
        found.append(document.c.id.between(revision.c.document_id, revision.c.document_id))
    return found
