"""The tables of operators: re-cleaning, changes of rules, tokens, who changed what."""

import sqlalchemy as sa

from worker.store.tables import Id, Ms, Name, Serial, index, metadata

reclean_run = sa.Table(
    "reclean_run",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("started_at", Ms, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("where", sa.Text, nullable=False),  # JSON
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("report", sa.Text),  # JSON, once the jobs are pruned
)

reclean_job = sa.Table(
    "reclean_job",
    metadata,
    sa.Column("id", Id, primary_key=True),  # "r" and an id
    sa.Column("run_id", Id, sa.ForeignKey("reclean_run.id"), nullable=False),
    sa.Column("revision_id", Id, nullable=False),
    sa.Column("page_id", Id, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # received, cleaning, then clean, rejected or dead
    sa.Column("since", Ms, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("lease_until", Ms),
    sa.Column("worker", sa.Text),
    sa.Column("before_document", Id),
    sa.Column("after_document", Id),
    sa.Column("words_before", sa.Integer),
    sa.Column("words_after", sa.Integer),
    sa.Column("words_added", sa.Integer),
    sa.Column("words_removed", sa.Integer),
    sa.Column("error", sa.Text),
    sa.Column("message", sa.Text),
    index("reclean_job_run", "run_id", "state"),
    index("reclean_job_revision", "revision_id"),
    index("reclean_job_due", "lease_until", where="state = 'received'"),
    index("reclean_job_oldest", "since", where="state = 'received'"),
    index("reclean_job_lease", "lease_until", where="state = 'cleaning'"),
)

rule_change = sa.Table(
    "rule_change",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("what", sa.Text, nullable=False),  # rule, profile
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("host", Name),
    sa.Column("at", Ms, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("undone_at", Ms),
    sa.Column("undone_by", sa.Text),
)

token = sa.Table(
    "token",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),  # separated by spaces
    sa.Column("created_at", Ms, nullable=False),
    sa.Column("last_used", Ms),
    sa.Column("revoked_at", Ms),
)

audit = sa.Table(
    "audit",  # rows are added, never changed; see worker/store/audit.py
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("at", Ms, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("action", Name, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # JSON
    index("audit_action", "action", "id"),
)
