"""Deltas into roll-ups, one merger at a time: sums are read, added to and written, and no worker waits for it."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import DAY, now_ms
from worker.store.sums import derived
from worker.store.tables_rollup import (
    counter,
    delta,
    host_day,
    host_day_reason,
    host_hour,
    host_state,
    hour_reason,
    hour_total,
)
from worker.store.tally import BINS, MOVES, labels_text

MERGER = 0x6465_6875  # the advisory lock of PostgreSQL; on SQLite writers are alone anyway
MEMORY = 0.02  # weight of a new page in a host's running means: some 50 pages back

AT_ONCE = 1000  # keys in one statement

Key = tuple[Any, ...]


def merge(database: Database, limit: int) -> int:
    """See Store.rollup."""

    def write(connection: sa.Connection) -> int:
        if database.postgres and not connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(MERGER))).scalar():
            return 0
        rows = connection.execute(sa.select(delta.c.id, delta.c.body).order_by(delta.c.id).limit(limit)).all()
        if not rows:
            return 0
        _merge(database, connection, [json.loads(row.body) for row in rows])
        done = [row.id for row in rows]
        connection.execute(sa.delete(delta).where(database.among(delta.c.id, done)))
        return len(rows)

    with database.read() as connection:  # nobody is kept waiting when there is nothing to do
        if connection.execute(sa.select(delta.c.id).limit(1)).first() is None:
            return 0
    return database.write(write)


def _merge(database: Database, connection: sa.Connection, forms: list[dict[str, Any]]) -> None:
    counters: Counter[Key] = Counter()
    totals, hosts, days = _Measures(), _Measures(), _Measures()
    reasons, day_reasons = _Triples(), _Triples()
    seen: list[list[Any]] = []
    for form in forms:
        hour = form["hour"]
        day = hour - hour % DAY
        for lane, before, after, times in form.get("moves", ()):
            counters[MOVES, labels_text({"lane": lane, "before": before, "after": after})] += times
        for name, labels, value in form.get("counts", ()):
            counters[name, labels] += value
        for *key, sums in form.get("totals", ()):
            totals.add((hour, *key), sums)
        for *key, sums in form.get("hosts", ()):
            hosts.add((hour, *key), sums)
            days.add((day, *key), sums)
        for *key, sums in form.get("reasons", ()):
            reasons.add((hour, *key), sums)
        for *key, sums in form.get("host_reasons", ()):
            day_reasons.add((day, *key), sums)
        seen.extend(form.get("seen", ()))
    counters.update(derived(forms))
    _add_up(
        database, connection, counter, [{"name": k[0], "labels": k[1], "value": v} for k, v in counters.items()], ["value"]
    )
    for table, measures in ((hour_total, totals), (host_hour, hosts), (host_day, days)):
        measures.write(database, connection, table)
    for table, triples in ((hour_reason, reasons), (host_day_reason, day_reasons)):
        keys = [column.name for column in table.primary_key]
        rows = [
            {**dict(zip(keys, key, strict=True)), "drops": drops, "words": words, "pages": pages}
            for key, (drops, words, pages) in triples.sums.items()
        ]
        _add_up(database, connection, table, rows, ["drops", "words", "pages"])
    _remember(database, connection, seen)


class _Triples:
    """Drops, words and pages by key."""

    def __init__(self) -> None:
        self.sums: dict[Key, list[int]] = {}

    def add(self, key: Key, sums: list[int]) -> None:
        have = self.sums.setdefault(key, [0, 0, 0])
        for at, value in enumerate(sums):
            have[at] += value


class _Measures:
    """Sums and histograms by key."""

    def __init__(self) -> None:
        self.sums: dict[Key, list[float]] = {}
        self.bins: dict[Key, tuple[list[int], list[int]]] = {}

    def add(self, key: Key, sums: list[Any]) -> None:
        have = self.sums.setdefault(key, [0, 0, 0, 0.0])
        bins = self.bins.setdefault(key, ([0] * BINS, [0] * BINS))
        for at, value in enumerate(sums[:4]):
            have[at] += value
        for histogram, more in zip(bins, sums[4:], strict=True):
            for name, pages in more.items():
                histogram[int(name)] += pages

    def write(self, database: Database, connection: sa.Connection, table: sa.Table) -> None:
        """Sums are added in the database; histograms, which it cannot add, are read first."""
        if not self.sums:
            return
        names = [column.name for column in table.primary_key]
        for key, columns in _histograms(database, connection, table, self.sums):
            for histogram, text in zip(self.bins[key], columns, strict=True):
                for at, pages in enumerate(json.loads(text)):
                    histogram[at] += pages
        rows = []
        for key, (pages, words_in, words_kept, cpu_ms) in self.sums.items():
            confidence, kept = (json.dumps(bins, separators=(",", ":")) for bins in self.bins[key])
            row = {"pages": pages, "words_in": words_in, "words_kept": words_kept, "cpu_ms": cpu_ms}
            rows.append({**dict(zip(names, key, strict=True)), **row, "confidence": confidence, "kept_share": kept})
        sums = ["pages", "words_in", "words_kept", "cpu_ms"]
        _add_up(database, connection, table, rows, sums, replaced=["confidence", "kept_share"])


def _histograms(
    database: Database, connection: sa.Connection, table: sa.Table, keys: Iterable[Key]
) -> list[tuple[Key, tuple[str, str]]]:
    """Those that are there, found by the first two columns of the key: SQLite reads the whole table for more."""
    names = list(table.primary_key)
    seconds: dict[Any, set[Any]] = {}
    for key in keys:
        seconds.setdefault(key[0], set()).add(key[1])
    wanted = set(keys)
    found = []
    for first, among in seconds.items():
        some = sorted(among)
        for at in range(0, len(some), AT_ONCE):
            columns = sa.select(*names, table.c.confidence, table.c.kept_share)
            chosen = (names[0] == first, database.among(names[1], some[at : at + AT_ONCE]))
            for row in connection.execute(columns.where(*chosen)):
                key = tuple(row[: len(names)])
                if key in wanted:
                    found.append((key, (row.confidence, row.kept_share)))
    return found


def _add_up(
    database: Database,
    connection: sa.Connection,
    table: sa.Table,
    rows: list[dict[str, Any]],
    sums: list[str],
    replaced: Iterable[str] = (),
) -> None:
    if not rows:
        return
    insert = database.insert(table)
    values = {name: table.c[name] + insert.excluded[name] for name in sums}
    values |= {name: insert.excluded[name] for name in replaced}
    statement = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)
    connection.execute(statement, rows)


def _remember(database: Database, connection: sa.Connection, seen: list[list[Any]]) -> None:
    """Running means and spreads of hosts, page by page in the order they were cleaned."""
    if not seen:
        return
    names = sorted({host for host, _, _ in seen})
    rows = connection.execute(sa.select(host_state).where(database.among(host_state.c.host, names))).mappings()
    states: dict[str, dict[str, Any]] = {row["host"]: dict(row) for row in rows}
    now = now_ms()
    for host, confidence, kept in seen:
        state = states.get(host)
        if state is None:
            state = {"host": host, "pages": 0, "confidence": confidence, "kept_share": kept, "last_at": now}
            states[host] = state = {**state, "confidence_spread": 0.0, "kept_share_spread": 0.0}
        state["pages"] += 1
        state["last_at"] = now
        weight = max(MEMORY, 1 / state["pages"])  # a plain mean until there is something to remember
        for name, value in (("confidence", confidence), ("kept_share", kept)):
            distance = value - state[name]
            state[name] += weight * distance
            spread = f"{name}_spread"
            state[spread] = (1 - weight) * (state[spread] + weight * distance * distance)
    insert = database.insert(host_state)
    values = {column.name: insert.excluded[column.name] for column in host_state.c if not column.primary_key}
    connection.execute(insert.on_conflict_do_update(index_elements=["host"], set_=values), [states[name] for name in names])
