"""How much there is of what: read from counters, never by counting rows, for there may be a hundred million."""

import json
from collections import Counter, defaultdict

import sqlalchemy as sa

from worker.store.database import Database
from worker.store.ids import now_ms
from worker.store.nouns import LANES, STATES, Backlog, LaneBacklog
from worker.store.sums import derived
from worker.store.tables import is_in, revision
from worker.store.tables_admin import reclean_job
from worker.store.tables_rollup import counter, delta
from worker.store.tally import MOVES, labels_text

Counters = dict[tuple[str, str], float]


def read_counters(connection: sa.Connection, *, with_sums: bool = False) -> Counters:
    """(name, labels as JSON) -> value: what is merged and what is not yet. The connection must not see a merge between.

    Those of worker/store/sums.py are whole `with_sums` only, which takes longer.
    """
    found: Counters = defaultdict(float)
    for name, labels, value in connection.execute(sa.select(counter.c.name, counter.c.labels, counter.c.value)):
        found[name, labels] += value
    for body in connection.execute(sa.select(delta.c.body)).scalars():
        form = json.loads(body)
        if with_sums:
            for key, value in derived([form]).items():
                found[key] += value
        for lane, before, after, times in form.get("moves", ()):
            found[MOVES, labels_text({"lane": lane, "before": before, "after": after})] += times
        for name, labels, value in form.get("counts", ()):
            found[name, labels] += value
    return found


def by_state(counters: Counters) -> dict[tuple[str, str], int]:
    """(lane, state) -> revisions in it: those that came less those that went."""
    found: Counter[tuple[str, str]] = Counter()
    for (name, labels), value in counters.items():
        if name == MOVES:
            move = json.loads(labels)
            found[move["lane"], move["after"]] += round(value)
            if move["before"]:
                found[move["lane"], move["before"]] -= round(value)
    return found


def counts(database: Database) -> dict[str, int]:
    """See Store.counts. Jobs of re-cleaning are no revisions."""
    with database.read() as connection:
        states = by_state(read_counters(connection))
    return {
        state: sum(number for (lane, name), number in states.items() if name == state and lane != "reclean")
        for state in (*STATES, "deleted", "pruned")
    }


def counters(database: Database) -> list[tuple[str, dict[str, str], float]]:
    """See Store.counters."""
    with database.read() as connection:
        found = read_counters(connection, with_sums=True)
    return [(name, json.loads(labels), value) for (name, labels), value in sorted(found.items())]


def backlog(database: Database) -> Backlog:
    """See Store.backlog."""
    with database.read() as connection:
        states = by_state(read_counters(connection))
        now = now_ms()
        lanes: dict[str, LaneBacklog] = {}
        for lane in LANES:
            if lane == "reclean":
                first = sa.select(sa.func.min(reclean_job.c.since)).where(is_in(reclean_job, "received"))
            else:
                mine = (revision.c.lane == lane, is_in(revision, "received"))
                first = sa.select(sa.func.min(revision.c.since)).where(*mine)
            oldest = connection.execute(first).scalar()
            lanes[lane] = LaneBacklog(
                waiting=states.get((lane, "received"), 0),
                cleaning=states.get((lane, "cleaning"), 0),
                oldest_seconds=max(0, now - oldest) / 1000 if oldest is not None else 0.0,
            )
    return Backlog(lanes=lanes)
