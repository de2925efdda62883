"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(33).with_variant(sa.String(33, collation="C"), "postgresql")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# a fifth of the server's time a page was the default compression; version 13 and some builds know no other
QUICK_TEXT = """
DO $$ BEGIN
    EXECUTE 'ALTER TABLE document ALTER COLUMN text SET COMPRESSION lz4';
EXCEPTION WHEN syntax_error OR feature_not_supported OR invalid_parameter_value THEN
    NULL;
END $$
"""


def only(where: str) -> dict[str, Any]:
    """An index over these rows alone."""
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("name", NAME, nullable=False),
        sa.Column("labels", NAME, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", name="counter_pkey"),
    )
    op.create_table(
        "delta",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="delta_pkey"),
    )
    op.create_table(
        "event",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="event_pkey"),
    )
    op.create_index("event_deleted", "event", ["at"], **only("after = 'deleted'"))
    op.create_index("event_revision", "event", ["revision_id", "id"])
    op.create_table(
        "garbage",
        sa.Column("ref", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="garbage_pkey"),
    )
    op.create_table(
        "host_day",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("lane", NAME, nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("words_in", sa.BigInteger(), nullable=False),
        sa.Column("words_kept", sa.BigInteger(), nullable=False),
        sa.Column("cpu_ms", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("kept_share", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", "host", "lane", name="host_day_pkey"),
    )
    op.create_table(
        "host_day_reason",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("drops", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "host", "reason", name="host_day_reason_pkey"),
    )
    op.create_table(
        "host_hour",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("lane", NAME, nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("words_in", sa.BigInteger(), nullable=False),
        sa.Column("words_kept", sa.BigInteger(), nullable=False),
        sa.Column("cpu_ms", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("kept_share", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "host", "lane", name="host_hour_pkey"),
    )
    op.create_table(
        "host_state",
        sa.Column("host", NAME, nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("confidence_spread", sa.Float(), nullable=False),
        sa.Column("kept_share", sa.Float(), nullable=False),
        sa.Column("kept_share_spread", sa.Float(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="host_state_pkey"),
    )
    op.create_table(
        "hour_reason",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("lane", NAME, nullable=False),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("rule", NAME, nullable=False),
        sa.Column("drops", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "lane", "reason", "rule", name="hour_reason_pkey"),
    )
    op.create_table(
        "hour_total",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("lane", NAME, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("cleaner_version", NAME, nullable=False),
        sa.Column("language", NAME, nullable=False),
        sa.Column("outcome", NAME, nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("words_in", sa.BigInteger(), nullable=False),
        sa.Column("words_kept", sa.BigInteger(), nullable=False),
        sa.Column("cpu_ms", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("kept_share", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "lane", "source", "cleaner_version", "language", "outcome", name="hour_total_pkey"),
    )
    op.create_table(
        "page",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_digest", sa.LargeBinary(), nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("current_document", ID, nullable=True),
        sa.Column("current_revision", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="page_pkey"),
        sa.UniqueConstraint("source", "key_digest", name="page_source_key_digest_key"),
    )
    op.create_index("page_host", "page", ["host", "id"])
    op.create_index("page_url_digest", "page", ["url_digest"])
    op.create_table(
        "reclean_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="reclean_run_pkey"),
    )
    op.create_table(
        "rule_change",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("host", NAME, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="rule_change_pkey"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="setting_pkey"),
    )
    op.create_table(
        "thinned",
        sa.Column("pack", NAME, nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pack", name="thinned_pkey"),
    )
    op.create_table(
        "token",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="token_pkey"),
        sa.UniqueConstraint("digest", name="token_digest_key"),
    )
    op.create_table(
        "tombstone",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("page_id", name="tombstone_pkey"),
    )
    op.create_index("tombstone_feed", "tombstone", ["feed", "page_id"])
    op.create_table(
        "reclean_job",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("before_document", ID, nullable=True),
        sa.Column("after_document", ID, nullable=True),
        sa.Column("words_before", sa.Integer(), nullable=True),
        sa.Column("words_after", sa.Integer(), nullable=True),
        sa.Column("words_added", sa.Integer(), nullable=True),
        sa.Column("words_removed", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["reclean_run.id"], name="reclean_job_run_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="reclean_job_pkey"),
    )
    op.create_index("reclean_job_due", "reclean_job", ["lease_until"], **only("state = 'received'"))
    op.create_index("reclean_job_lease", "reclean_job", ["lease_until"], **only("state = 'cleaning'"))
    op.create_index("reclean_job_oldest", "reclean_job", ["since"], **only("state = 'received'"))
    op.create_index("reclean_job_revision", "reclean_job", ["revision_id"])
    op.create_index("reclean_job_run", "reclean_job", ["run_id", "state"])
    op.create_table(
        "revision",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("blob_ref", NAME, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("meta", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="revision_page_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="revision_pkey"),
        sa.UniqueConstraint("page_id", "content_hash", name="revision_page_id_content_hash_key"),
    )
    op.create_index("revision_blob_ref", "revision", ["blob_ref"], **only("blob_ref IS NOT NULL"))
    op.create_index("revision_dead", "revision", ["since", "id"], **only("state = 'dead'"))
    op.create_index("revision_due", "revision", ["lane", "lease_until"], **only("state = 'received'"))
    op.create_index("revision_lease", "revision", ["lease_until"], **only("state = 'cleaning'"))
    op.create_index("revision_oldest", "revision", ["lane", "since"], **only("state = 'received'"))
    op.create_index("revision_rejected", "revision", ["since", "id"], **only("state = 'rejected'"))
    op.create_table(
        "document",
        sa.Column("id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("cleaner_version", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("date", sa.Text(), nullable=True),
        sa.Column("site_name", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("page_kind", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("calibrated", sa.Boolean(), nullable=False),
        sa.Column("kept_share", sa.Float(), nullable=False),
        sa.Column("spam_share", sa.Float(), nullable=False),
        sa.Column("input_kind", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("words_in", sa.Integer(), nullable=False),
        sa.Column("words_kept", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("cleaned_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="document_page_id_fkey"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="document_revision_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="document_pkey"),
        sa.UniqueConstraint("revision_id", "cleaner_version", name="document_revision_id_cleaner_version_key"),
    )
    op.create_index("document_feed", "document", ["feed", "id"])
    op.create_index("document_page", "document", ["page_id"])
    op.execute("INSERT INTO setting (name, value) VALUES ('feed', 0)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(QUICK_TEXT)


def downgrade() -> None:
    for table in (
        "document",
        "revision",
        "reclean_job",
        "tombstone",
        "token",
        "thinned",
        "setting",
        "rule_change",
        "reclean_run",
        "page",
        "hour_total",
        "hour_reason",
        "host_state",
        "host_hour",
        "host_day_reason",
        "host_day",
        "garbage",
        "event",
        "delta",
        "counter",
    ):
        op.drop_table(table)
