"""A second opinion on one page in a hundred: how far another extractor's text agrees with ours.

Neither is right by itself. Where they part more than they used to, people should look.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from cleaners.stages.decode import decode
from worker.pool import Pool
from worker.quality.draw import chance
from worker.quality.follow import follow
from worker.quality.tables import second_opinion
from worker.store import Store
from worker.store.database import Database
from worker.store.errors import BodyMissing
from worker.store.ids import now_ms, to_time
from worker.store.tables import document, page, revision

NAME = "second"
SHARE = 0.01  # of documents
LONGEST = 2_000_000  # bytes
DEADLINE = 20.0  # seconds a page
MEMORY_MB = 1024
IDLE = 900.0  # seconds after which the process is let go: to start one costs as much as thirty opinions


class Agreement(NamedTuple):
    """Two texts as bags of words."""

    score: float  # F1: 1 is the same words, 0 none in common; two empty texts agree
    only_ours: int
    only_theirs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A stored second opinion."""

    document_id: str
    url: str
    host: str
    agreement: float
    only_ours: int
    only_theirs: int
    at: datetime


def agreement(ours: str, theirs: str) -> Agreement:
    """
    >>> agreement("a ferry sails", "a ferry sinks")
    Agreement(score=0.6666666666666666, only_ours=1, only_theirs=1)
    """
    mine, other = Counter(_words(ours)), Counter(_words(theirs))
    common = (mine & other).total()
    total = mine.total() + other.total()
    return Agreement(2 * common / total if total else 1.0, mine.total() - common, other.total() - common)


def _words(text: str) -> list[str]:
    """Words, and single characters where a script has no spaces."""
    words: list[str] = []
    for word in text.lower().split():
        words += [word] if word.isascii() or len(word) < 12 else list(word)
    return words


def is_chosen(document_id: str, share: float = SHARE) -> bool:
    """Whether this document gets one: by its id, so everybody would choose the same."""
    return chance("second", document_id) < share


def ask(body: bytes, content_type: str | None, encoding: str | None, url: str) -> str:
    """The other extractor's text; "" where it finds none.

    Raises:
        ImportError: it is not installed: pip install 'dehusk[metadata]'.
    """
    from trafilatura import extract

    markup = decode(body, content_type, encoding).text
    return extract(markup, url=url or None, include_comments=False, favor_recall=False, with_metadata=False) or ""


class Opinions:
    """Asks about document after document. The other extractor runs in a supervised process, which is kept for the next ones.

    A page that hangs or crashes it costs an opinion and nothing else. So does a program that ends between choosing and
    asking; it is a sample. Use it in one thread.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._pool: Pool[_Order, tuple[Agreement, float]] | None = None
        self._used = 0.0

    def ask_next(self, limit: int = 500, stop: Callable[[], bool] = lambda: False) -> int:
        """Ask about the next documents; how many were looked at. For the scheduler."""
        chosen: list[dict[str, Any]] = []

        def note(connection: sa.Connection, rows: list[Any]) -> None:
            chosen[:] = [
                {"id": row.id, "revision": row.revision_id, "host": row.host, "text": row.text}
                for row in _texts(connection, [row.id for row in rows if row.input_kind == "html" and is_chosen(row.id)])
            ]

        looked = follow(self._store.database, NAME, (document.c.input_kind,), limit, note)
        orders = [order for one in chosen if (order := _order(self._store, one)) is not None]
        if orders:
            with closing(self._ready().map(iter(orders), ordered=False)) as answers:
                for answer in answers:
                    if answer.error is None and answer.value is not None:
                        _keep(self._store, orders[answer.index], *answer.value)
                    if stop():
                        break
        elif self._pool is not None and self._clock() - self._used > IDLE:
            self.close()
        return looked

    def close(self) -> None:
        """End the process, if there is one."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _ready(self) -> "Pool[_Order, tuple[Agreement, float]]":
        self._used = self._clock()
        if self._pool is None:
            alone = threading.active_count() == 1
            self._pool = Pool(
                _answer,
                jobs=1,
                deadline=DEADLINE,
                memory_mb=MEMORY_MB,
                method="fork" if alone else "forkserver",
                preload=(__name__,),
            )
        return self._pool


def second_opinions(store: Store, limit: int = 500) -> int:
    """Ask about the next documents, once; how many were looked at."""
    opinions = Opinions(store)
    try:
        return opinions.ask_next(limit)
    finally:
        opinions.close()


@dataclass(frozen=True, slots=True)
class _Order:
    """What the other process needs, and no more."""

    document_id: str
    host: str
    url: str
    body: bytes
    content_type: str | None
    encoding: str | None
    text: str


def _answer(order: _Order) -> tuple[Agreement, float]:
    """How far the texts agree, and the CPU time it took, ms."""
    began = time.process_time()
    found = agreement(order.text, ask(order.body, order.content_type, order.encoding, order.url))
    return found, (time.process_time() - began) * 1000


def _texts(connection: sa.Connection, ids: list[str]) -> list[Any]:
    if not ids:
        return []
    columns = sa.select(document.c.id, document.c.revision_id, document.c.text, page.c.host)
    return list(connection.execute(columns.join(page, page.c.id == document.c.page_id).where(document.c.id.in_(ids))))


def _order(store: Store, one: dict[str, Any]) -> _Order | None:
    """None: the raw page is gone meanwhile, or too large to be asked about."""
    wanted = sa.select(revision.c.content_type, revision.c.encoding, page.c.url).join(page, page.c.id == revision.c.page_id)
    with store.database.read() as connection:
        row = connection.execute(wanted.where(revision.c.id == one["revision"])).first()
    try:
        body = store.body(one["revision"])
    except BodyMissing:
        return None
    if row is None or len(body) > LONGEST:
        return None
    return _Order(one["id"], one["host"], row.url, body, row.content_type, row.encoding, one["text"])


def _keep(store: Store, order: _Order, found: Agreement, cpu_ms: float) -> None:
    values = {
        "document_id": order.document_id,
        "host": order.host,
        "agreement": found.score,
        "only_ours": found.only_ours,
        "only_theirs": found.only_theirs,
        "cpu_ms": cpu_ms,
        "at": now_ms(),
    }
    known = sa.select(document.c.id).where(document.c.id == order.document_id)

    def write(connection: sa.Connection) -> None:
        if connection.execute(known).first() is not None:  # it was not taken down meanwhile
            connection.execute(store.database.insert(second_opinion).on_conflict_do_nothing(), values)

    store.database.write(write)


def disagreements(database: Database, limit: int = 50) -> list[Opinion]:
    """The latest thousand opinions, those with the least agreement first."""
    latest = sa.select(second_opinion).order_by(second_opinion.c.at.desc()).limit(1000).subquery()
    wanted = (
        sa.select(latest, page.c.url)
        .join(document, document.c.id == latest.c.document_id)
        .join(page, page.c.id == document.c.page_id)
        .order_by(latest.c.agreement)
        .limit(limit)
    )
    with database.read() as connection:
        return [
            Opinion(
                document_id=row.document_id,
                url=row.url,
                host=row.host,
                agreement=row.agreement,
                only_ours=row.only_ours,
                only_theirs=row.only_theirs,
                at=to_time(row.at),
            )
            for row in connection.execute(wanted)
        ]
