"""Who changed what; and views for those who read the figures with SQL."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# the sum of a histogram, and of the middles of its bins
SUM = {
    "postgresql": "(SELECT sum(v.value::bigint)::bigint FROM json_array_elements_text({0}::json) AS v(value))",
    "sqlite": "(SELECT sum(value) FROM json_each({0}))",
}
MIDDLES = {
    "postgresql": (
        "(SELECT sum(v.value::bigint * (v.at - 0.5) / 20)::double precision"
        " FROM json_array_elements_text({0}::json) WITH ORDINALITY AS v(value, at))"
    ),
    "sqlite": "(SELECT sum(value * (key + 0.5) / 20) FROM json_each({0}))",
}
TIME = {"postgresql": "to_timestamp({0} / 1000.0)", "sqlite": "strftime('%Y-%m-%dT%H:%M:%SZ', {0} / 1000, 'unixepoch')"}

MEASURES = """
    pages,
    {cleaned} AS cleaned,
    words_in,
    words_kept,
    CASE WHEN words_in > 0 THEN CAST(words_kept AS double precision) / words_in END AS kept_share,
    {sure} / nullif({cleaned}, 0) AS mean_confidence,
    {kept} / nullif({cleaned}, 0) AS mean_kept_share,
    cpu_ms / 1000 AS cpu_seconds
"""
VIEWS = {
    "dehusk_hours": "SELECT {hour} AS hour, lane, source, cleaner_version, language, outcome, {measures} FROM hour_total",
    "dehusk_reasons": "SELECT {hour} AS hour, lane, reason, rule, drops, words, pages FROM hour_reason",
    "dehusk_host_days": "SELECT {day} AS day, host, lane, {measures} FROM host_day",
    "dehusk_host_reasons": "SELECT {day} AS day, host, reason, drops, words, pages FROM host_day_reason",
    "dehusk_alarms": (
        "SELECT id, cause, kind, subject, {opened_at} AS opened_at, {last_at} AS last_at, {closed_at} AS closed_at,"
        " {acknowledged_at} AS acknowledged_at, acknowledged_by, evidence FROM alarm"
    ),
}


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", NAME, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pkey"),
    )
    op.create_index("audit_action", "audit", ["action", "id"])
    kind = op.get_bind().dialect.name
    cleaned = SUM[kind].format("confidence")
    measures = MEASURES.format(
        cleaned=cleaned, sure=MIDDLES[kind].format("confidence"), kept=MIDDLES[kind].format("kept_share")
    )
    columns = ("hour", "day", "opened_at", "last_at", "closed_at", "acknowledged_at")
    times = {name: TIME[kind].format(name) for name in columns}
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query.format(measures=measures, **times)}")


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
    op.drop_table("audit")
