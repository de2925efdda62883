"""What is watched, what was found wrong, what people said of it, what is known to be right."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(33).with_variant(sa.String(33, collation="C"), "postgresql")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def only(where: str) -> dict[str, Any]:
    """An index over these rows alone."""
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def upgrade() -> None:

    op.create_table(
        "host_watch",
        sa.Column("host", NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="host_watch_pkey"),
    )
    op.create_table(
        "follower",
        sa.Column("name", NAME, nullable=False),
        sa.Column("feed", sa.BigInteger(), nullable=False),
        sa.Column("document_id", NAME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="follower_pkey"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("cause", NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("notified_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="alarm_pkey"),
    )
    op.create_index("alarm_cause", "alarm", ["cause", "opened_at"])
    op.create_index("alarm_open", "alarm", ["subject", "kind"], **only("closed_at IS NULL"))
    op.create_index("alarm_opened", "alarm", ["opened_at"])
    op.create_table(
        "review_task",
        sa.Column("id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("rule", NAME, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="review_task_document_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="review_task_pkey"),
    )
    op.create_index("review_task_document", "review_task", ["document_id"])
    op.create_index("review_task_open", "review_task", ["drawn_at"], **only("done_at IS NULL"))
    op.create_table(
        "review",
        sa.Column("id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("split_at", sa.Integer(), nullable=True),
        sa.Column("answer_before", sa.Text(), nullable=True),
        sa.Column("reason", NAME, nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="review_document_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["task_id"], ["review_task.id"], name="review_task_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="review_pkey"),
    )
    op.create_index("review_at", "review", ["at"])
    op.create_index("review_document", "review", ["document_id"])
    op.create_index("review_task_id", "review", ["task_id"])
    op.create_table(
        "second_opinion",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("agreement", sa.Float(), nullable=False),
        sa.Column("only_ours", sa.Integer(), nullable=False),
        sa.Column("only_theirs", sa.Integer(), nullable=False),
        sa.Column("cpu_ms", sa.Float(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="second_opinion_document_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name="second_opinion_pkey"),
    )
    op.create_index("second_opinion_at", "second_opinion", ["at"])
    op.create_table(
        "golden_page",
        sa.Column("id", ID, nullable=False),
        sa.Column("page_id", ID, nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="golden_page_page_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="golden_page_pkey"),
    )
    op.create_index("golden_page_page", "golden_page", ["page_id"])
    op.create_table(
        "golden_score",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cleaner_version", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("f1", sa.Float(), nullable=False),
        sa.Column("precision", sa.Float(), nullable=False),
        sa.Column("recall", sa.Float(), nullable=False),
        sa.Column("worst", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="golden_score_pkey"),
    )
    op.create_index("golden_score_at", "golden_score", ["at"])
    # ### end Alembic commands ###


def downgrade() -> None:
    for table in (
        "golden_score",
        "golden_page",
        "second_opinion",
        "review",
        "review_task",
        "alarm",
        "follower",
        "host_watch",
    ):
        op.drop_table(table)
