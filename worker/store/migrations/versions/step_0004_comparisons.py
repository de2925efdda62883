"""Comparisons of two ways to clean: what was asked, and what became of each page."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(33).with_variant(sa.String(33, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "comparison",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("left_version", sa.Text(), nullable=True),
        sa.Column("right_version", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="comparison_pkey"),
    )
    op.create_table(
        "comparison_page",
        sa.Column("comparison_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("page_id", ID, nullable=True),
        sa.Column("revision_id", ID, nullable=True),
        sa.Column("golden_id", ID, nullable=True),
        sa.Column("left_document", ID, nullable=True),
        sa.Column("right_document", ID, nullable=True),
        sa.Column("left_words", sa.Integer(), nullable=True),
        sa.Column("right_words", sa.Integer(), nullable=True),
        sa.Column("only_left", sa.Integer(), nullable=True),
        sa.Column("only_right", sa.Integer(), nullable=True),
        sa.Column("left_gold", sa.Float(), nullable=True),
        sa.Column("right_gold", sa.Float(), nullable=True),
        sa.Column("verdicts", sa.Integer(), nullable=False),
        sa.Column("left_heeds", sa.Integer(), nullable=False),
        sa.Column("right_heeds", sa.Integer(), nullable=False),
        sa.Column("left_error", sa.Text(), nullable=True),
        sa.Column("right_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comparison_id"], ["comparison.id"], name="comparison_page_comparison_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="comparison_page_page_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("comparison_id", "number", name="comparison_page_pkey"),
    )
    op.create_index("comparison_page_page", "comparison_page", ["page_id"])


def downgrade() -> None:
    op.drop_table("comparison_page")
    op.drop_table("comparison")
