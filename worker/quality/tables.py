"""The tables of quality: what is watched, what was found wrong, what people said, what is known to be right.

What hangs on a document or a page goes with it, so a takedown takes verdicts and approved texts too.
"""

import sqlalchemy as sa

from worker.store.tables import Id, Ms, Name, Serial, index, metadata

host_watch = sa.Table(
    "host_watch",  # what is usual for a host; the form of `body` is worker/quality/baseline.py's
    metadata,
    sa.Column("host", Name, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("last_at", Ms, nullable=False),
)

follower = sa.Table(
    "follower",  # how far something has read the feed of documents
    metadata,
    sa.Column("name", Name, primary_key=True),
    sa.Column("feed", sa.BigInteger, nullable=False),
    sa.Column("document_id", Name, nullable=False),
)

alarm = sa.Table(
    "alarm",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("cause", Name, nullable=False),  # alarms of one cause are told together
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", Name, nullable=False),  # a host; "" is the whole service
    sa.Column("opened_at", Ms, nullable=False),
    sa.Column("last_at", Ms, nullable=False),  # seen last
    sa.Column("closed_at", Ms),
    sa.Column("evidence", sa.Text, nullable=False),  # JSON
    sa.Column("acknowledged_at", Ms),
    sa.Column("acknowledged_by", sa.Text),
    sa.Column("snoozed_until", Ms),
    sa.Column("notified_at", Ms),
    index("alarm_open", "subject", "kind", where="closed_at IS NULL"),
    index("alarm_cause", "cause", "opened_at"),
    index("alarm_opened", "opened_at"),
)


def _of_document(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "document_id", Id, sa.ForeignKey("document.id", ondelete="CASCADE"), nullable=False, primary_key=primary_key
    )


review_task = sa.Table(
    "review_task",  # a span of a document that was drawn for review
    metadata,
    sa.Column("id", Id, primary_key=True),
    _of_document(),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("reason", Name, nullable=False),  # "" is kept text
    sa.Column("rule", Name, nullable=False),
    sa.Column("why", sa.Text, nullable=False),  # what made it likely to be drawn
    sa.Column("probability", sa.Float, nullable=False),  # of being drawn; never 0
    sa.Column("drawn_at", Ms, nullable=False),
    sa.Column("done_at", Ms),
    index("review_task_document", "document_id"),
    index("review_task_open", "drawn_at", where="done_at IS NULL"),
)

review = sa.Table(
    "review",  # what a person said of a span
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("task_id", Id, sa.ForeignKey("review_task.id", ondelete="CASCADE"), nullable=False),
    _of_document(),
    sa.Column("answer", sa.Text, nullable=False),  # keep, drop, split, unsure
    sa.Column("split_at", sa.Integer),  # split: what goes before it is kept or dropped as `answer_before` says
    sa.Column("answer_before", sa.Text),
    sa.Column("reason", Name),  # of kept text that should have gone: under which reason
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Ms, nullable=False),
    index("review_task_id", "task_id"),
    index("review_document", "document_id"),
    index("review_at", "at"),
)

second_opinion = sa.Table(
    "second_opinion",
    metadata,
    _of_document(primary_key=True),
    sa.Column("host", Name, nullable=False),
    sa.Column("agreement", sa.Float, nullable=False),  # F1 of the words of the two texts
    sa.Column("only_ours", sa.Integer, nullable=False),  # words
    sa.Column("only_theirs", sa.Integer, nullable=False),
    sa.Column("cpu_ms", sa.Float, nullable=False),
    sa.Column("at", Ms, nullable=False),
    index("second_opinion_at", "at"),
)

golden_page = sa.Table(
    "golden_page",  # its own copy of the raw page: retention must not take it
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("page_id", Id, sa.ForeignKey("page.id", ondelete="CASCADE")),  # null: brought by hand
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text),
    sa.Column("encoding", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zstd
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("approved_at", Ms, nullable=False),
    index("golden_page_page", "page_id"),
)

golden_score = sa.Table(
    "golden_score",  # one run over the golden set
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Ms, nullable=False),
    sa.Column("cleaner_version", sa.Text, nullable=False),
    sa.Column("profile", sa.Text, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),  # pages that gave an error; they count as 0
    sa.Column("f1", sa.Float, nullable=False),
    sa.Column("precision", sa.Float, nullable=False),
    sa.Column("recall", sa.Float, nullable=False),
    sa.Column("worst", sa.Text, nullable=False),  # JSON: [[golden page, f1], …], the worst first
    index("golden_score_at", "at"),
)

comparison = sa.Table(
    "comparison",  # two ways to clean, tried on the same pages
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Ms, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("left", sa.Text, nullable=False),  # JSON; see worker/quality/ways.py
    sa.Column("right", sa.Text, nullable=False),
    sa.Column("sample", sa.Text, nullable=False),  # JSON; see worker/quality/sample.py
    sa.Column("state", sa.Text, nullable=False),  # running, done, failed
    sa.Column("total", sa.Integer, nullable=False),  # pages
    sa.Column("seen_at", Ms, nullable=False),  # a running one was at work then
    sa.Column("left_version", sa.Text),
    sa.Column("right_version", sa.Text),
)

comparison_page = sa.Table(
    "comparison_page",  # no text: it is cleaned again when somebody looks
    metadata,
    sa.Column("comparison_id", Id, sa.ForeignKey("comparison.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("page_id", Id, sa.ForeignKey("page.id", ondelete="CASCADE")),
    sa.Column("revision_id", Id),
    sa.Column("golden_id", Id),
    sa.Column("left_document", Id),  # stored ones, where those were compared
    sa.Column("right_document", Id),
    sa.Column("left_words", sa.Integer),
    sa.Column("right_words", sa.Integer),
    sa.Column("only_left", sa.Integer),  # words
    sa.Column("only_right", sa.Integer),
    sa.Column("left_gold", sa.Float),  # F1 against the approved text
    sa.Column("right_gold", sa.Float),
    sa.Column("verdicts", sa.Integer, nullable=False),  # of reviewers, on this page
    sa.Column("left_heeds", sa.Integer, nullable=False),  # of those, as many does it as they say
    sa.Column("right_heeds", sa.Integer, nullable=False),
    sa.Column("left_error", sa.Text),
    sa.Column("right_error", sa.Text),
    index("comparison_page_page", "page_id"),
)
