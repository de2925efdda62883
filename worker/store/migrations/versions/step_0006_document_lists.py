"""Pages by what came of them: indexes of documents by verdict, language and cleaner version."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = ("verdict", "language", "cleaner_version")


def upgrade() -> None:
    for column in COLUMNS:
        rare = sa.text("verdict <> 'content'") if column == "verdict" else None
        op.create_index(f"document_{column}", "document", [column, "revision_id"], sqlite_where=rare, postgresql_where=rare)


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"document_{column}", "document")
