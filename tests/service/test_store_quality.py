"""Quality on both databases: watched, checked, told, seen to."""

from datetime import UTC, datetime

from cleaners.profile import Profile
from tests.quality.test_figures import NOON, host_rows
from tests.quality.test_reviews import put_pages
from worker.quality import alarms, breaks, causes, overall, tasks
from worker.quality.alarms import Finding, record
from worker.quality.rounds import Rounds, Wishes
from worker.store import Store
from worker.store.ids import HOUR, now_ms


def test_rounds_go_on_both_databases(store: Store) -> None:
    put_pages(store, 5)
    store.rollup()
    rounds = Rounds(store, Profile.load, Wishes(review_rate=1.0, second_opinions=False))
    while rounds.round():
        pass
    assert tasks.waiting(store.database) > 0
    assert not rounds.round()


def test_causes_are_counted_on_both_databases(store: Store) -> None:
    now = now_ms()
    evidence = {"usual": 0.6, "now": 0.1, "pages_before": 10}
    found = [
        Finding(kind="kept_share", subject=f"h{n}.example", wrong=True, at=now - n, evidence=evidence) for n in range(30)
    ]
    store.database.write(lambda connection: record(connection, [*found, Finding(kind="yield", wrong=True, at=now - HOUR)]))
    many, whole = causes.causes(store.database)
    assert (many.hosts, many.open, len(many.alarms), whole.cause) == (30, 30, causes.SHOWN, "yield")
    assert alarms.acknowledge(store.database, many.cause, by="jane", at=datetime.now(UTC)) == 30
    assert causes.count_waiting(store.database) == 1
    assert [one.acknowledged_by for one in causes.causes(store.database)] == ["jane", None]
    assert causes.causes(store.database, subject="nobody.example") == []


def test_silence_and_breaks_are_found_on_both_databases(store: Store) -> None:
    host_rows(store, "silent.example", NOON - NOON % HOUR - 40 * HOUR, 10)
    overall.check(store, NOON)
    assert [one.cause for one in alarms.alarms(store.database)] == ["host silent.example"]
    assert breaks.breaks(store.database, "silent.example", now=NOON) == []
    assert store.delete(host="silent.example") == 0 and alarms.alarms(store.database) == []
