"""Days say what their hours say, come up by themselves, and are made again when late figures arrive."""

import json
from typing import Any

import sqlalchemy as sa

from dashboard.figures.overview import overview
from dashboard.figures.span import Span, SpanName
from dashboard.seed import OUTCOMES, _reasons, _totals
from worker.store import Store
from worker.store.days import whole_days
from worker.store.ids import DAY, HOUR
from worker.store.tables_rollup import day_reason, day_total, day_whole, delta, hour_reason, hour_total

NOW = 20_000 * DAY + 5 * HOUR


def fill(store: Store, days: int) -> None:
    def write(connection: sa.Connection) -> None:
        connection.execute(sa.insert(hour_total), [dict(row) for row in _totals(days, NOW)])
        connection.execute(sa.insert(hour_reason), [dict(row) for row in _reasons(days, NOW)])

    store.database.write(write)


def all_days(store: Store, now: int = NOW) -> None:
    for _ in range(100):
        if not whole_days(store.database, now):
            return
    raise AssertionError("it does not come to an end")


def seen(store: Store) -> dict[str, Any]:
    found = overview(store.database, Span.of(SpanName.quarter, NOW))
    found["cpu_ms"] = round(found["cpu_ms"], 3)
    return found


def test_ninety_days_are_the_same_by_days_and_by_hours(store: Store) -> None:
    fill(store, 12)
    before = seen(store)
    assert before["pages"] > 100_000 and before["versions"][0]["since"] % DAY
    all_days(store)
    with store.database.read() as connection:
        days = list(connection.execute(sa.select(day_whole.c.day).order_by(day_whole.c.day)).scalars())
        rows = connection.execute(sa.select(sa.func.count()).select_from(day_total)).scalar_one()
        reasons = connection.execute(sa.select(sa.func.count()).select_from(day_reason)).scalar_one()
    assert days == [20_000 * DAY - back * DAY for back in range(12, 0, -1)]
    assert rows == 12 * 8 * len(OUTCOMES) and reasons == 12 * 8
    assert seen(store) == before


def test_what_comes_late_is_added(store: Store) -> None:
    fill(store, 3)
    all_days(store)
    assert not whole_days(store.database, NOW)
    late = sa.update(hour_total).where(hour_total.c.hour == 19_999 * DAY).values(pages=hour_total.c.pages + 1000)
    store.database.write(lambda connection: connection.execute(late))
    stale = seen(store)
    all_days(store)
    assert seen(store)["pages"] == stale["pages"] + 8 * len(OUTCOMES) * 1000


def test_a_day_waits_for_its_deltas_and_its_end(store: Store) -> None:
    fill(store, 2)
    form = {"hour": 19_998 * DAY, "moves": []}
    put = sa.insert(delta).values(body=json.dumps(form))
    store.database.write(lambda connection: connection.execute(put))
    all_days(store)
    store.database.write(lambda connection: connection.execute(sa.delete(delta)))
    with store.database.read() as connection:
        assert list(connection.execute(sa.select(day_whole.c.day)).scalars()) == []
    all_days(store, 20_000 * DAY + HOUR)
    with store.database.read() as connection:
        assert max(connection.execute(sa.select(day_whole.c.day)).scalars()) == 19_998 * DAY
    all_days(store, 20_000 * DAY + 3 * HOUR)
    with store.database.read() as connection:
        assert max(connection.execute(sa.select(day_whole.c.day)).scalars()) == 19_999 * DAY


def test_every_span_is_the_same_with_days_and_without(store: Store) -> None:
    fill(store, 40)
    before = {name: overview(store.database, Span.of(name, NOW)) for name in SpanName}
    all_days(store)
    for name in SpanName:
        after = overview(store.database, Span.of(name, NOW))
        for found in (before[name], after):
            found["cpu_ms"] = round(found["cpu_ms"], 2)
        assert after == before[name], name
