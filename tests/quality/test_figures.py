"""Golden set, second opinion, breaks in a host's history, the service as a whole."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cleaners import clean
from cleaners.profile import Profile
from tests.quality.helpers import store_in
from tests.quality.test_reviews import PAGE, put_pages
from worker.quality import alarms, breaks, follow, golden, overall, second, watch
from worker.quality.tables import host_watch, second_opinion
from worker.store import Store
from worker.store.ids import DAY, HOUR, to_ms
from worker.store.nouns import Where
from worker.store.tables_rollup import host_day, host_hour, host_state, hour_total

NOON = to_ms(datetime(2025, 3, 3, 14, 30, tzinfo=UTC))
TEXT = clean(PAGE).text


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from store_in(tmp_path)


def test_the_golden_set_scores_and_a_fall_is_an_alarm(store: Store) -> None:
    profile = Profile.load()
    assert golden.score_now(store.database, profile) is None
    put_pages(store, 1)
    (found,) = store.documents(Where()).documents
    name = golden.approve(store, found.id, found.document.text, by="jane")
    good = golden.score_now(store.database, profile)
    assert good is not None and good.f1 == good.precision == good.recall == 1.0 and good.failed == 0
    assert alarms.alarms(store.database) == []
    again = golden.approve(store, found.id, "something else entirely", by="joe")
    assert [one.id for one in golden.golden_pages(store.database)] == [again] and again != name
    bad = golden.score_now(store.database, profile)
    assert bad is not None and bad.f1 < 0.3 and bad.worst == ((again, bad.f1),)
    (group,) = alarms.alarms(store.database)
    assert group.alarms[0].kind == "golden_score" and group.alarms[0].evidence["floor"] == golden.FLOOR
    assert [one.f1 for one in golden.history(store.database)] == [bad.f1, good.f1]
    assert golden.remove(store.database, again) and golden.golden_pages(store.database) == []


def test_a_second_opinion_is_asked_of_those_chosen_by_hash(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 60 <= sum(second.is_chosen(f"d{number}") for number in range(10_000)) <= 140
    monkeypatch.setattr(second, "is_chosen", lambda name: True)
    follow.begin(store.database, second.NAME)
    put_pages(store, 3)
    assert second.second_opinions(store) == 3
    found = second.disagreements(store.database)
    assert len(found) == 3 and all(one.agreement > 0.6 for one in found)
    assert second.second_opinions(store) == 0
    store.delete(host=found[0].host)
    with store.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(second_opinion)).scalar_one() == 2


def test_the_second_opinion_costs_less_than_a_tenth() -> None:
    """One page in a hundred, so it may cost ten times what cleaning does."""
    body = PAGE.encode()

    def seconds(times: int, what: object) -> float:
        assert callable(what)
        what()
        began = time.process_time()
        for _ in range(times):
            what()
        return (time.process_time() - began) / times

    ours = seconds(20, lambda: clean(body))
    theirs = seconds(20, lambda: second.agreement(TEXT, second.ask(body, None, None, "https://a.example/")))
    assert second.SHARE * theirs <= 0.1 * ours


def hour(store: Store, at: int, kept: int, pages: int = 5) -> None:
    """A host's hour: all pages in one bin."""
    bins = [0] * 20
    bins[kept] = pages
    row = {"hour": at, "host": "a.example", "lane": "crawl", "pages": pages, "words_in": 1, "words_kept": 1, "cpu_ms": 1.0}
    row |= {"kept_share": json.dumps(bins), "confidence": json.dumps([0] * 16 + [pages] + [0] * 3)}
    store.database.write(lambda connection: connection.execute(sa.insert(host_hour).values(**row)))


def test_a_break_is_found_at_its_hour(store: Store) -> None:
    now = NOON - NOON % HOUR + 40 * HOUR
    for number in range(80):
        at = now - (80 - number) * HOUR
        hour(store, at, (12 if at < NOON - NOON % HOUR else 1) + number % 2)
    (found,) = breaks.breaks(store.database, "a.example", now=now)
    assert found.measure == "kept_share"
    assert found.at == datetime(2025, 3, 3, 14, tzinfo=UTC)
    assert found.before == pytest.approx(0.65, abs=0.03) and found.after == pytest.approx(0.1, abs=0.03)
    assert breaks.breaks(store.database, "b.example", now=now) == []


def test_a_steady_host_has_no_break(store: Store) -> None:
    for number in range(100):
        hour(store, NOON - NOON % HOUR - number * HOUR, 8 + number * 7 % 5)
    assert breaks.breaks(store.database, "a.example", now=NOON) == []


def total(store: Store, at: int, outcome: str, pages: int) -> None:
    cleaned = 0 if outcome.startswith(("dead", "rejected")) else pages
    bins = json.dumps([0] * 14 + [cleaned] + [0] * 5)
    row = {"hour": at, "lane": "crawl", "source": "s", "cleaner_version": "1", "language": "en", "outcome": outcome}
    row |= {"pages": pages, "words_in": 1, "words_kept": 1, "cpu_ms": 1.0, "confidence": bins, "kept_share": bins}
    store.database.write(lambda connection: connection.execute(sa.insert(hour_total).values(**row)))


def open_kinds(store: Store) -> set[str]:
    return set(alarms.count_open(store.database))


def test_a_bad_hour_of_the_whole_is_an_alarm_until_it_is_over(store: Store) -> None:
    this = NOON - NOON % HOUR
    for day in range(1, 15):
        total(store, this - HOUR - day * DAY, "content", 990)
        total(store, this - HOUR - day * DAY, "rejected:empty_input", 10)
        total(store, this - day * DAY, "content", 1000)
    total(store, this - HOUR, "content", 600)
    total(store, this - HOUR, "dead:time_limit", 400)
    assert overall.check(store, NOON) >= 2
    assert open_kinds(store) == {"yield", "dead_pages"}
    total(store, this, "content", 1000)
    overall.check(store, NOON + HOUR)
    assert "yield" not in open_kinds(store)
    overall.check(store, NOON + 3 * HOUR)
    assert "dead_pages" not in open_kinds(store)


def test_silence_is_an_alarm_where_there_is_no_silence_usually(store: Store) -> None:
    this = NOON - NOON % HOUR
    for day in range(1, 15):
        for back in range(3):
            total(store, this - back * HOUR - day * DAY, "content", 100)
    overall.check(store, NOON)
    assert open_kinds(store) == {"no_data"}


def host_rows(store: Store, host: str, last: int, days: int) -> None:
    """A host with pages in one hour of each day, the last at that hour."""
    sums = {"host": host, "lane": "crawl", "pages": 20, "words_in": 1, "words_kept": 1, "cpu_ms": 1.0}
    sums |= {"confidence": json.dumps([0] * 20), "kept_share": json.dumps([0] * 20)}
    state = {"host": host, "pages": 20 * days, "last_at": last + 1000, "confidence": 0.8, "kept_share": 0.6}

    def write(connection: sa.Connection) -> None:
        for back in range(days):
            at = last - back * DAY
            connection.execute(sa.insert(host_hour).values(hour=at, **sums))
            connection.execute(sa.insert(host_day).values(day=at - at % DAY, **sums))
        connection.execute(sa.insert(host_state).values(**state, confidence_spread=0.0, kept_share_spread=0.0))

    store.database.write(write)


def test_a_host_that_fell_silent_is_told_until_it_speaks(store: Store) -> None:
    this = NOON - NOON % HOUR
    host_rows(store, "silent.example", this - 40 * HOUR, 10)
    host_rows(store, "rare.example", this - 40 * HOUR, 4)
    host_rows(store, "busy.example", this - HOUR, 10)
    overall.check(store, NOON)
    (group,) = alarms.alarms(store.database)
    assert group.cause == "host silent.example" and group.alarms[0].evidence["pages_before"] >= 140
    assert group.alarms[0].evidence["last_hour"] == this - 40 * HOUR
    overall.check(store, NOON + 30 * HOUR)  # it is not looked for any more, and silent still
    assert [one.cause for one in alarms.alarms(store.database)] == ["host silent.example"]
    hour_ = sa.update(host_hour).where(host_hour.c.host == "silent.example", host_hour.c.hour == this - 40 * HOUR)
    store.database.write(lambda connection: connection.execute(hour_.values(hour=this)))
    overall.check(store, NOON + HOUR)
    assert [one.cause for one in alarms.alarms(store.database)] == []


def test_the_watch_follows_the_feed_once(store: Store) -> None:
    follow.begin(store.database, watch.NAME)
    put_pages(store, 6)
    assert watch.watch(store.database) == 6 and watch.watch(store.database) == 0
    with store.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(host_watch)).scalar_one() == 3
