"""Do the books balance? Counted from the rows themselves, not from what the service says of itself."""

import time
from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from worker.store import Store
from worker.store.errors import StoreUnavailable
from worker.store.tables import document, event, page, revision
from worker.store.tables_rollup import hour_total

SETTLED = ("clean", "rejected", "dead")


class Unbalanced(AssertionError):
    """A page was lost, or counted twice."""


class Accounts:
    """The books of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def states(self) -> dict[str, int]:
        """Revisions by state. A database that is away is asked again: its absence is part of the drill."""
        for _ in range(100):
            try:
                return self._states()
            except StoreUnavailable:
                time.sleep(0.1)
        return self._states()

    def _states(self) -> dict[str, int]:
        with self._store.database.read() as connection:
            rows = connection.execute(sa.select(revision.c.state, sa.func.count()).group_by(revision.c.state))
            return {row[0]: int(row[1]) for row in rows}

    def idle(self) -> bool:
        """Nothing waits and nothing is being worked on."""
        states = self.states()
        return not states.get("received") and not states.get("cleaning")

    def attempts(self) -> Counter[int]:
        """How many pages took how many tries."""
        with self._store.database.read() as connection:
            return Counter(connection.execute(sa.select(revision.c.attempt)).scalars())

    def attempt_of(self, key: str) -> int:
        """The tries that one page took."""
        with self._store.database.read() as connection:
            joined = sa.select(revision.c.attempt).join(page, page.c.id == revision.c.page_id)
            return int(connection.execute(joined.where(page.c.key == key)).scalar_one())

    def errors(self) -> Counter[str]:
        """Names of the errors that pages were set aside for."""
        with self._store.database.read() as connection:
            found = sa.select(revision.c.error).where(revision.c.state.in_(("rejected", "dead")))
            return Counter(connection.execute(found).scalars())

    def check(self, submitted: Mapping[str, str]) -> None:
        """Every page clean, rejected or dead with a reason, each exactly once, and all counts agree.

        Raises:
            Unbalanced: they do not.
        """
        while self._store.rollup(10_000):
            pass
        with self._store.database.read() as connection:
            rows = list(connection.execute(sa.select(revision)))
            _same("pages", sorted(submitted), sorted(connection.execute(sa.select(page.c.id)).scalars()))
            _same("a revision a page", sorted(submitted), sorted(row.page_id for row in rows))
            _same("open pages", [], [row.id for row in rows if row.state not in SETTLED])
            _same("without a reason", [], [row.id for row in rows if row.state != "clean" and not row.error])
            clean = sorted(row.id for row in rows if row.state == "clean")
            _same("documents", clean, sorted(connection.execute(sa.select(document.c.revision_id)).scalars()))
            ends = sa.select(event.c.revision_id).where(event.c.after.in_(SETTLED))
            _same("ends", sorted(row.id for row in rows), sorted(connection.execute(ends).scalars()))
            counted = dict(
                connection.execute(
                    sa.select(hour_total.c.outcome, sa.func.sum(hour_total.c.pages)).group_by(hour_total.c.outcome)
                ).all()
            )
        states = self.states()
        _same("counters", states, {state: n for state, n in self._store.counts().items() if n})
        _same("roll-ups", sum(states.values()), int(sum(counted.values())))


def _same(what: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise Unbalanced(f"{what}: {_short(wanted)} expected, {_short(found)} found")


def _short(value: object) -> str:
    if isinstance(value, list) and len(value) > 4:
        return f"{len(value)} ({value[:3]} …)"
    return repr(value)
