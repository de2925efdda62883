"""What comparisons found: each as a whole, and page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from worker.quality.sample import Sample
from worker.quality.tables import comparison, comparison_page, golden_page
from worker.quality.ways import Way
from worker.store.database import Database
from worker.store.ids import now_ms, to_time
from worker.store.tables import page

SILENT = 90_000  # ms after which a running comparison is taken for given up: its process ended
ROWS = 200  # pages shown, those that differ most first


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison as a whole."""

    id: str
    at: datetime
    by: str
    left: Way
    right: Way
    sample: Sample
    state: str  # running, done, failed
    total: int  # pages wanted
    pages: int  # looked at so far
    left_version: str | None
    right_version: str | None
    failed_left: int
    failed_right: int
    same: int  # pages whose text is the same
    words_left: int
    words_right: int
    only_left: int  # words
    only_right: int
    golden: int  # pages with an approved text that both ways could clean
    left_gold: float | None  # mean F1 of those
    right_gold: float | None
    gold_better: int  # pages on which the right one comes nearer
    gold_worse: int
    verdicts: int
    left_heeds: int
    right_heeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One page of a comparison."""

    number: int
    page_id: str | None
    revision_id: str | None
    golden_id: str | None
    left_document: str | None
    right_document: str | None
    url: str
    left_words: int
    right_words: int
    only_left: int
    only_right: int
    left_gold: float | None
    right_gold: float | None
    verdicts: int
    left_heeds: int
    right_heeds: int
    left_error: str | None
    right_error: str | None

    @property
    def better(self) -> int:
        """1: the right one is better, as far as somebody said what is right; -1: the left one; 0: neither, or not known."""
        gold = (self.right_gold or 0.0) - (self.left_gold or 0.0) if self.left_gold is not None else 0.0
        if abs(gold) > 1e-9:
            return 1 if gold > 0 else -1
        return (self.right_heeds > self.left_heeds) - (self.right_heeds < self.left_heeds)


def comparisons(database: Database, limit: int = 50) -> list[Comparison]:
    """The latest."""
    return _read(database, sa.select(comparison).order_by(comparison.c.id.desc()).limit(limit))


def one_comparison(database: Database, name: str) -> Comparison | None:
    """One."""
    return next(iter(_read(database, sa.select(comparison).where(comparison.c.id == name))), None)


def pages_of(database: Database, name: str, limit: int = ROWS) -> list[Compared]:
    """Its pages: those that differ most first; those that are the same last."""
    return _pages(database, comparison_page.c.comparison_id == name, limit)


def one_page(database: Database, name: str, number: int) -> Compared | None:
    """One of its pages."""
    mine = sa.and_(comparison_page.c.comparison_id == name, comparison_page.c.number == number)
    return next(iter(_pages(database, mine, 1)), None)


def _pages(database: Database, mine: sa.ColumnElement[bool], limit: int) -> list[Compared]:
    own = comparison_page.c
    differs = own.only_left + own.only_right
    failed = sa.case((own.left_error.is_not(None), 1), (own.right_error.is_not(None), 1), else_=0)
    url = sa.func.coalesce(page.c.url, golden_page.c.url, "").label("url")
    names = [name for name in Compared.__dataclass_fields__ if name != "url"]
    wanted = (
        sa.select(*(own[name] for name in names), url)
        .join(page, page.c.id == own.page_id, isouter=True)
        .join(golden_page, golden_page.c.id == own.golden_id, isouter=True)
        .where(mine)
        .order_by(failed.desc(), differs.desc(), own.number)
        .limit(limit)
    )
    with database.read() as connection:
        return [Compared(**row._asdict()) for row in connection.execute(wanted)]


def _read(database: Database, wanted: sa.Select[Any]) -> list[Comparison]:
    own = comparison_page.c

    def times(condition: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    whole = sa.and_(own.left_error.is_(None), own.right_error.is_(None))
    gold = sa.and_(own.left_gold.is_not(None), own.right_gold.is_not(None))

    def total(column: Any, where: Any = whole) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((where, column), else_=0)), 0)

    sums = sa.select(
        own.comparison_id,
        sa.func.count().label("pages"),
        times(own.left_error.is_not(None)).label("failed_left"),
        times(own.right_error.is_not(None)).label("failed_right"),
        times(sa.and_(whole, own.only_left + own.only_right == 0)).label("same"),
        total(own.left_words).label("words_left"),
        total(own.right_words).label("words_right"),
        total(own.only_left).label("only_left"),
        total(own.only_right).label("only_right"),
        times(gold).label("golden"),
        sa.func.avg(sa.case((gold, own.left_gold))).label("left_gold"),
        sa.func.avg(sa.case((gold, own.right_gold))).label("right_gold"),
        times(sa.and_(gold, own.right_gold > own.left_gold)).label("gold_better"),
        times(sa.and_(gold, own.right_gold < own.left_gold)).label("gold_worse"),
        total(own.verdicts, sa.true()).label("verdicts"),
        total(own.left_heeds, sa.true()).label("left_heeds"),
        total(own.right_heeds, sa.true()).label("right_heeds"),
    ).group_by(own.comparison_id)
    with database.read() as connection:
        rows = connection.execute(wanted).all()
        ids = [row.id for row in rows]
        found = connection.execute(sums.where(database.among(own.comparison_id, ids))) if ids else ()
        by_id = {row.comparison_id: row._asdict() for row in found}
    return [_comparison(row, by_id.get(row.id, {})) for row in rows]


_SUMS = ("pages", "failed_left", "failed_right", "same", "words_left", "words_right", "only_left", "only_right", "golden")
_MORE = ("gold_better", "gold_worse", "verdicts", "left_heeds", "right_heeds")


def _comparison(row: Any, sums: dict[str, Any]) -> Comparison:
    given_up = row.state == "running" and now_ms() - row.seen_at > SILENT
    return Comparison(
        id=row.id,
        at=to_time(row.at),
        by=row.by,
        left=Way.read(row.left),
        right=Way.read(row.right),
        sample=Sample.read(row.sample),
        state="failed" if given_up else row.state,
        total=row.total,
        left_version=row.left_version,
        right_version=row.right_version,
        left_gold=sums.get("left_gold"),
        right_gold=sums.get("right_gold"),
        **{name: int(sums.get(name, 0)) for name in (*_SUMS, *_MORE)},
    )
