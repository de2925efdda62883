"""The tables a page goes through. Times are milliseconds since 1970, UTC; ids are 32 hexadecimal digits."""

from typing import Any

import sqlalchemy as sa

from worker.store.nouns import STATES

metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

# compared byte by byte: the order of ids must not depend on the language of the database
Id = sa.String(33).with_variant(sa.String(33, collation="C"), "postgresql")
Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts up in INTEGER alone
Ms = sa.BigInteger


def is_in(table: sa.Table, state: str) -> sa.ColumnElement[bool]:
    """Rows in that state. Written out, for a parameter keeps SQLite from the index of those rows."""
    if state not in STATES:
        raise ValueError(f"There is no state {state!r}: states are {', '.join(STATES)}.")
    return table.c.state == sa.literal_column(f"'{state}'", sa.Text)


def index(name: str, *columns: str, where: str | None = None) -> sa.Index:
    """An index, over the rows of `where` alone if given."""
    partial: dict[str, Any] = {}
    if where is not None:
        partial = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    return sa.Index(name, *columns, **partial)


page = sa.Table(
    "page",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("source", Name, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("key_digest", sa.LargeBinary, nullable=False),  # keys may be longer than an index takes
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("url_digest", sa.LargeBinary, nullable=False),
    sa.Column("host", Name, nullable=False),
    sa.Column("created_at", Ms, nullable=False),
    sa.Column("current_document", Id),
    sa.Column("current_revision", Id),  # the one that current_document is of, or stands for
    sa.UniqueConstraint("source", "key_digest"),
    index("page_url_digest", "url_digest"),
    index("page_host", "host", "id"),
)

revision = sa.Table(
    "revision",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("page_id", Id, sa.ForeignKey("page.id"), nullable=False),
    sa.Column("content_hash", sa.LargeBinary, nullable=False),
    sa.Column("blob_ref", Name),  # null: the body is gone
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text),
    sa.Column("encoding", sa.Text),
    sa.Column("meta", sa.Text, nullable=False),  # JSON
    sa.Column("fetched_at", Ms),
    sa.Column("received_at", Ms, nullable=False),
    sa.Column("last_seen", Ms, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("since", Ms, nullable=False),  # in this state
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("lease_until", Ms),  # cleaning: the lease; received: send a message (again) from then on
    sa.Column("worker", sa.Text),
    sa.Column("document_id", Id),
    sa.Column("error", sa.Text),
    sa.Column("message", sa.Text),
    sa.UniqueConstraint("page_id", "content_hash"),
    index("revision_due", "lane", "lease_until", where="state = 'received'"),
    index("revision_oldest", "lane", "since", where="state = 'received'"),
    index("revision_lease", "lease_until", where="state = 'cleaning'"),
    index("revision_dead", "since", "id", where="state = 'dead'"),
    index("revision_rejected", "since", "id", where="state = 'rejected'"),
    index("revision_blob_ref", "blob_ref", where="blob_ref IS NOT NULL"),
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("revision_id", Id, sa.ForeignKey("revision.id"), nullable=False),
    sa.Column("page_id", Id, sa.ForeignKey("page.id"), nullable=False),
    sa.Column("feed", sa.BigInteger, nullable=False),  # number of the transaction; with id, the order of the feed
    sa.Column("cleaner_version", sa.Text, nullable=False),
    sa.Column("profile", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("text_digest", sa.LargeBinary, nullable=False),  # of text and title, author, date
    sa.Column("changed", sa.Boolean, nullable=False),  # its text differs from the page's document before it
    sa.Column("title", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("date", sa.Text),
    sa.Column("site_name", sa.Text),
    sa.Column("description", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("page_kind", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("calibrated", sa.Boolean, nullable=False),
    sa.Column("kept_share", sa.Float, nullable=False),
    sa.Column("spam_share", sa.Float, nullable=False),
    sa.Column("input_kind", sa.Text, nullable=False),
    sa.Column("encoding", sa.Text),
    sa.Column("words_in", sa.Integer, nullable=False),
    sa.Column("words_kept", sa.Integer, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),  # JSON: [[reason, rule, drops, words], …]
    sa.Column("account", sa.LargeBinary, nullable=False),  # drops, flags and notes: zstd of JSON
    sa.Column("cleaned_at", Ms, nullable=False),
    sa.Column("last_seen", Ms, nullable=False),
    sa.UniqueConstraint("revision_id", "cleaner_version"),
    index("document_feed", "feed", "id"),
    index("document_page", "page_id"),
    # lists by what came of pages, newest first; content is so common that it needs none
    index("document_verdict", "verdict", "revision_id", where="verdict <> 'content'"),
    index("document_language", "language", "revision_id"),
    index("document_cleaner_version", "cleaner_version", "revision_id"),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("revision_id", Id, nullable=False),  # no foreign key: tombstones outlive their revision
    sa.Column("at", Ms, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("worker", sa.Text),
    index("event_revision", "revision_id", "id"),
    index("event_deleted", "at", where="after = 'deleted'"),
)

garbage = sa.Table(
    "garbage",  # bytes that nothing may point to any more, until they are erased
    metadata,
    sa.Column("ref", Name, primary_key=True),
    sa.Column("at", Ms, nullable=False),
)

thinned = sa.Table(
    "thinned",  # packs that something was erased from: the others need no look by house-keeping
    metadata,
    sa.Column("pack", Name, primary_key=True),
    sa.Column("bytes", sa.BigInteger, nullable=False),  # erased so far
)

tombstone = sa.Table(
    "tombstone",  # pages that were deleted, for those who follow the feed; no content
    metadata,
    sa.Column("page_id", Id, primary_key=True),
    sa.Column("feed", sa.BigInteger, nullable=False),
    sa.Column("at", Ms, nullable=False),
    index("tombstone_feed", "feed", "page_id"),
)

setting = sa.Table(
    "setting",  # single numbers of the store itself
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
