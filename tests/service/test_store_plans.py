"""With a hundred million pages no everyday query may read a whole table: SQLite's own plans are asked."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.service.store_helpers import cleaned, put, put_clean, submission
from worker.settings import Settings
from worker.store import Store
from worker.store.nouns import Where

LARGE = re.compile(r"SCAN (page|revision|document|event|reclean_job|host_\w+|tombstone)\b(?! USING)")


class Watched:
    """A store whose statements are remembered."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(Settings.load(data_dir=folder))
        self.store.migrate()
        self.statements: list[tuple[str, Any]] = []
        sa.event.listen(self.store.database.engine, "before_cursor_execute", self._remember)

    def _remember(self, connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        self.statements.append((statement, values[0] if many and values else values))

    def plan(self, act: Callable[[], object]) -> list[tuple[str, str]]:
        """How SQLite goes about what `act` does: each step, with its statement."""
        self.statements.clear()
        act()
        done = [pair for pair in self.statements if pair[0].split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT")]
        with self.store.database.read() as connection:
            return [
                (row[3], statement)
                for statement, values in done
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            ]

    def scans(self, act: Callable[[], object]) -> list[str]:
        """The tables that are read from end to end by what `act` does."""
        return [f"{step}: {statement}" for step, statement in self.plan(act) if LARGE.search(step)]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A store with some of everything."""
    watched = Watched(tmp_path_factory.mktemp("plans"))
    store = watched.store
    put_clean(store, *map(submission, range(6)))
    put(store, *map(submission, range(6, 9)))
    store.reclean(Where(host="host1.example"))
    store.delete(host="host2.example")
    yield watched
    store.close()


def work(store: Store) -> None:
    """One page's whole way."""
    receipts = store.submit([submission(50), submission(51, lane="interactive")])
    store.enqueued([receipt.revision_id for receipt in receipts])
    jobs = store.claim([receipt.revision_id for receipt in receipts], "w")
    store.renew(jobs)
    store.finish([cleaned(job) for job in jobs])
    store.release(jobs)


ACTS: dict[str, Callable[[Store], object]] = {
    "work": work,
    "submit again": lambda store: store.submit([submission(1), submission(7, lane="interactive")]),
    "stale": lambda store: store.stale(),
    "abandon": lambda store: store.abandon("w"),
    "messages forgotten": lambda store: store.forget_messages(),
    "re-cleaning": lambda store: store.finish([cleaned(j) for j in store.claim([n for n, _ in store.stale()], "w")]),
    "backlog": lambda store: Store(store.database, store.blobs, store.settings).backlog(),
    "counts": lambda store: store.counts(),
    "counters": lambda store: store.counters(),
    "merge": lambda store: store.rollup(),
    "dead": lambda store: store.dead(),
    "next dead": lambda store: store.dead(cursor="1.a"),
    "retry": lambda store: store.retry(["0" * 32]),
    "page": lambda store: store.page(store.submit([submission(1)])[0].page_id),
    "feed": lambda store: store.documents(Where(), "1.a"),
    "documents of a URL": lambda store: store.documents(Where(url=submission(1).url)),
    "revisions of a URL": lambda store: store.revisions(Where(url=submission(1).url)),
    "deleted": lambda store: store.deleted(),
    "delete a page": lambda store: store.delete(page_id=put(store, submission(60))[0].page_id),
    "delete a URL": lambda store: store.delete(url=submission(1).url),
    "delete a host": lambda store: store.delete(host="host0.example"),
    "token": lambda store: store.token("dehusk_x"),
    "report": lambda store: store.reclean_runs(),
    "body": lambda store: store.body(put(store, submission(61))[0].revision_id),
    "prune": lambda store: store.prune(datetime(2020, 1, 1, tzinfo=UTC)),
}


@pytest.mark.parametrize("name", ACTS)
def test_no_everyday_query_reads_a_large_table_from_end_to_end(watched: Watched, name: str) -> None:
    assert watched.scans(lambda: ACTS[name](watched.store)) == []


@pytest.mark.parametrize("cursor", [None, f"1.{'f' * 32}"])
@pytest.mark.parametrize("column", ["verdict", "language", "cleaner_version"])
def test_pages_are_found_in_order_by_what_came_of_them(watched: Watched, column: str, cursor: str | None) -> None:
    """Neither are documents sorted, however many, nor others looked at, however rare the wanted are."""
    values: dict[str, Any] = {column: "rare"}
    first, *others = [step for step, _ in watched.plan(lambda: watched.store.revisions(Where(**values), cursor))]
    assert re.match(rf"SEARCH document USING (COVERING )?INDEX document_{column} \({column}=\?", first), first
    assert [step.split()[:2] for step in others] == [["SEARCH", "revision"], ["SEARCH", "page"]]


def test_content_is_common_and_needs_no_sorting_either(watched: Watched) -> None:
    steps = [step for step, _ in watched.plan(lambda: watched.store.revisions(Where(verdict="content")))]
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


def test_this_test_would_see_one(watched: Watched) -> None:
    assert watched.scans(lambda: watched.store.revisions(Where(error="nothing"))) == []  # by id, newest first
    with watched.store.database.read() as connection:
        found = watched.scans(lambda: connection.execute(sa.text("SELECT id FROM revision WHERE worker = 'w'")).all())
    assert len(found) == 1
