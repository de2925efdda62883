"""Roll-ups of the whole service by day, so that ninety days are as quick to read as one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "day_total",
        sa.Column("day", sa.BigInteger(), nullable=False),
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
        sa.PrimaryKeyConstraint("day", "lane", "source", "cleaner_version", "language", "outcome", name="day_total_pkey"),
    )
    op.create_table(
        "day_reason",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("lane", NAME, nullable=False),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("rule", NAME, nullable=False),
        sa.Column("drops", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "lane", "reason", "rule", name="day_reason_pkey"),
    )
    op.create_table(
        "day_whole",
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="day_whole_pkey"),
    )


def downgrade() -> None:
    for name in ("day_whole", "day_reason", "day_total"):
        op.drop_table(name)
