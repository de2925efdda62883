"""Alarms: they fire in time, once a cause, with what fired them, and end when the cause does."""

import copy
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
import sqlalchemy as sa

from drills.alarms import spam_wave, template_change
from tests.cli_helpers import ROOT
from tests.quality.helpers import page, store_in
from worker.quality import alarms, baseline, causes, webhook
from worker.quality.advice import ADVICE
from worker.quality.alarms import Finding, record, to_tell
from worker.quality.baseline import SIGNS, STATE_BYTES, Baseline, pack, see, unpack
from worker.quality.evidence import LABEL
from worker.quality.tables import host_watch
from worker.quality.watch import observe
from worker.store import Store
from worker.store.audit import entries
from worker.store.ids import HOUR, to_ms

NOW = datetime(2025, 3, 3, 14, tzinfo=UTC)
MS = to_ms(NOW)


@pytest.fixture
def store(tmp_path: object) -> Iterator[Store]:
    yield from store_in(tmp_path)


def test_new_templates_are_caught_and_nothing_else() -> None:
    found = template_change(seed=2, hosts=250, breaking=8)
    assert found.broken == 8 and found.caught >= 7
    assert found.false.total() <= 1


def test_a_wave_of_spam_is_caught_within_two_hundred_pages() -> None:
    assert spam_wave(3, even=True, rounds=3)[0] == 3
    caught, median = spam_wave(3, even=False, rounds=40)
    assert caught >= 28 and median <= 150


def test_a_state_is_small_and_survives_the_database() -> None:
    state = Baseline()
    for number in range(333):
        see(state, page(number, kept=0.4 + 0.1 * (number % 3)))
    assert len(pack(state)) == STATE_BYTES < 330
    again = unpack(pack(state))
    assert again.pages == 333 and again.language == "en"
    assert again.kept_share.mean == pytest.approx(0.5, abs=0.01)


def two_kinds(state: Baseline, numbers: range, *, gone: bool = False) -> list[int]:
    """Pages of two kinds in runs; once one kind is gone, its pages look like the other's. Where an alarm began."""
    began = []
    for number in numbers:
        high = number // 3 % 5 in (0, 2, 3) and not gone
        kept = (0.85 if high else 0.2) + 0.01 * (number % 7)
        began += [number for sign in see(state, page(number, kept=kept, sure=0.8)) if sign.began]
    return began


def test_a_kind_of_pages_that_is_gone_is_noticed_among_those_that_stay() -> None:
    state = Baseline()
    assert two_kinds(state, range(600)) == []
    state = unpack(pack(state))  # as from the database
    (began,) = two_kinds(state, range(600, 660), gone=True)
    assert began < 650


def test_what_no_view_is_sure_of_may_be_clear_from_all(monkeypatch: pytest.MonkeyPatch) -> None:
    state = Baseline()
    two_kinds(state, range(600))
    alone = copy.deepcopy(state)
    (began,) = two_kinds(state, range(600, 660), gone=True)
    monkeypatch.setattr(baseline, "TOGETHER", 99.0)
    (later,) = two_kinds(alone, range(600, 700), gone=True)
    assert began <= later


def test_a_state_of_another_release_is_begun_anew(store: Store) -> None:
    row = {"host": "a.example", "body": b"older", "last_at": 1}
    store.database.write(lambda connection: connection.execute(sa.insert(host_watch).values(**row)))
    store.database.write(lambda connection: observe(store.database, connection, [page(1)]))
    with store.database.read() as connection:
        (body,) = connection.execute(sa.select(host_watch.c.body)).scalars()
    assert unpack(bytes(body)).pages == 1


def test_an_alarm_ends_when_the_host_is_as_it_was() -> None:
    state = Baseline()
    kept = [0.61] * 300 + [0.09] * 50 + [0.61] * 60
    signs = [(number, sign) for number, share in enumerate(kept) for sign in see(state, page(number, kept=share))]
    (began, first), (ended, last) = [(number, sign) for number, sign in signs if sign.kind == "kept_share"]
    assert first.began and 300 < began <= 350
    assert first.usual == pytest.approx(0.61, abs=0.01) and first.now == pytest.approx(0.09, abs=0.01)
    assert not last.began and not last.settled and ended >= 350


def test_what_stays_becomes_usual() -> None:
    state = Baseline()
    signs = [sign for number in range(900) for sign in see(state, page(number, kept=0.61 if number < 300 else 0.2))]
    assert [(sign.began, sign.settled) for sign in signs if sign.kind == "kept_share"] == [(True, False), (False, True)]


def test_failures_and_another_language_are_told_apart() -> None:
    state = Baseline()
    for number in range(300):
        assert not see(state, page(number))
    walls = [sign for number in range(60) for sign in see(state, page(300 + number, verdict="challenge"))]
    assert [(sign.kind, sign.began) for sign in walls] == [("verdicts", True)]
    state = Baseline()
    for number in range(300):
        see(state, page(number))
    other = [sign for number in range(60) for sign in see(state, page(300 + number, language="tr"))]
    assert [(sign.kind, sign.began) for sign in other] == [("language_drift", True)]


def test_the_watch_keeps_states_and_gives_evidence(store: Store) -> None:
    def take(numbers: range, kept: float) -> list[Finding]:
        pages = [page(number, kept=kept, document=f"d{number}") for number in numbers]
        return store.database.write(lambda connection: observe(store.database, connection, pages))

    assert take(range(200), 0.6) == [] and take(range(200, 300), 0.6) == []
    (found,) = take(range(300, 340), 0.05)
    assert (found.kind, found.subject, found.wrong) == ("kept_share", "a.example", True)
    assert found.evidence["usual"] == pytest.approx(0.6, abs=0.01)
    assert set(found.evidence["latest"]) <= {f"d{number}" for number in range(296, 340)}


def wrong(kind: str = "kept_share", host: str = "a.example", at: int = MS, *, off: bool = False) -> Finding:
    return Finding(kind=kind, subject=host, wrong=not off, at=at, evidence={"now": 0.09})


def put(store: Store, *findings: Finding, changes: tuple[tuple[str, int], ...] = ()) -> list[int]:
    return store.database.write(lambda connection: record(connection, findings, changes))


def told(store: Store, at: int = MS) -> list[str]:
    return [group.cause for group in store.database.write(lambda connection: to_tell(connection, at))]


def test_an_alarm_is_opened_once_told_once_and_closed(store: Store) -> None:
    assert len(put(store, wrong())) == 1
    assert put(store, wrong(at=MS + 1)) == []
    assert told(store) == ["host a.example"] and told(store) == []
    (group,) = alarms.alarms(store.database)
    assert group.open and group.alarms[0].evidence == {"now": 0.09}
    assert group.alarms[0].what_to_do == ADVICE["kept_share"]
    put(store, wrong(at=MS + HOUR, off=True))
    assert alarms.alarms(store.database) == [] and alarms.count_open(store.database) == {}
    (group,) = alarms.alarms(store.database, open_only=False)
    assert not group.open
    put(store, wrong(at=MS + 2 * HOUR))
    assert told(store, MS + 2 * HOUR) == []  # it flaps: nobody is called again


def test_one_cause_is_one_notification(store: Store) -> None:
    put(
        store,
        *(wrong(host=f"h{number}.example", at=MS + number) for number in range(9)),
        changes=(("version 2", MS - HOUR),),
    )
    assert told(store) == ["version 2"]
    put(store, *(wrong("confidence", f"h{number}.example", MS + number) for number in range(9)))
    assert told(store) == ["confidence on many hosts"]


def test_the_acknowledged_and_the_snoozed_are_quiet(store: Store) -> None:
    put(store, wrong(), wrong(host="b.example"))
    assert alarms.acknowledge(store.database, "host a.example", by="jane", at=NOW) == 1
    assert alarms.snooze(store.database, "host b.example", by="jane", until=NOW + timedelta(hours=1)) == 1
    assert told(store) == []
    assert told(store, MS + 2 * HOUR) == ["host b.example"]


def test_a_page_of_causes_counts_hosts_and_who_has_seen_what(store: Store) -> None:
    put(store, *(wrong(host=f"h{number}.example", at=MS + number) for number in range(30)))
    put(store, wrong("yield", ""), wrong("spam_wave", "a.example", MS - HOUR))
    many, whole, alone = causes.causes(store.database, now=MS)
    assert (many.cause, many.open, many.total, many.hosts) == ("kept_share on many hosts", 30, 30, 30)
    assert len(many.alarms) == causes.SHOWN and many.alarms[0].subject == "h29.example"
    assert (whole.cause, whole.hosts) == ("yield", 0) and alone.cause == "host a.example"
    assert causes.count_waiting(store.database, MS) == 3
    alarms.acknowledge(store.database, "yield", by="jane", at=NOW)
    alarms.snooze(store.database, "host a.example", by="joe", until=NOW + timedelta(hours=1))
    assert causes.count_waiting(store.database, MS) == 1
    assert causes.count_waiting(store.database, MS + 2 * HOUR) == 2
    seen = {one.cause: one for one in causes.causes(store.database, now=MS)}
    assert seen["yield"].acknowledged_by == "jane" and seen["host a.example"].snoozed_until is not None
    alarms.snooze(store.database, "host a.example", by="joe", until=None)
    assert causes.count_waiting(store.database, MS) == 2
    noted = [(entry.action, entry.subject, entry.by) for entry in entries(store.database, action="alarm")]
    assert noted[::-1] == [
        ("alarm.acknowledged", "yield", "jane"),
        ("alarm.snoozed", "host a.example", "joe"),
        ("alarm.woken", "host a.example", "joe"),
    ]
    put(store, wrong("yield", "", MS + HOUR, off=True))
    assert [one.cause for one in causes.causes(store.database, now=MS)] == ["kept_share on many hosts", "host a.example"]
    assert [one.cause for one in causes.causes(store.database, open_only=False, subject="")] == ["yield"]
    assert causes.causes(store.database, open_only=False, subject="", since=NOW + timedelta(days=1)) == []


def test_a_takedown_of_a_host_takes_its_alarms(store: Store) -> None:
    store.database.write(lambda connection: observe(store.database, connection, [page(1), page(1, host="b.example")]))
    put(store, wrong(), wrong(host="b.example"))
    alarms.acknowledge(store.database, "host a.example", by="jane", at=NOW)
    assert store.delete(host="A.example") == 0
    assert [one.cause for one in causes.causes(store.database)] == ["host b.example"]
    with store.database.read() as connection:
        assert connection.execute(sa.select(host_watch.c.host)).scalars().all() == ["b.example"]
    assert entries(store.database, action="alarm") == []


def test_the_webhook_in_the_documentation_is_what_is_sent(store: Store) -> None:
    text = (ROOT / "docs/quality.md").read_text(encoding="utf-8")
    shown = json.loads(text.split("```json\n")[1].split("```")[0])
    put(store, Finding(kind="kept_share", subject="news.example", wrong=True, at=MS, evidence=shown["evidence"]))
    (group,) = alarms.alarms(store.database)
    assert webhook.message(group) == shown


def test_every_sign_has_advice() -> None:
    assert set(SIGNS) <= set(ADVICE) == set(LABEL)


class _Taker(BaseHTTPRequestHandler):
    answers: ClassVar[list[int]] = []
    got: ClassVar[list[tuple[str | None, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["X-Dehusk-Signature"], body))
        self.send_response(self.answers.pop(0))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.mark.parametrize(("answers", "taken", "tries"), [([200], True, 1), ([503, 429, 200], True, 3), ([404], False, 1)])
def test_the_webhook_tries_again_where_that_helps(
    store: Store, answers: list[int], taken: bool, tries: int, capsys: pytest.CaptureFixture[str]
) -> None:
    put(store, wrong())
    (group,) = alarms.alarms(store.database)
    _Taker.answers, _Taker.got = list(answers), []
    with HTTPServer(("127.0.0.1", 0), _Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/hook/s3cret?key=hidden"
        assert webhook.send(url, group, secret="key", wait=lambda _: None) is taken
        server.shutdown()
    assert len(_Taker.got) == tries
    signature, body = _Taker.got[0]
    assert signature is not None and signature.startswith("sha256=")
    sent = json.loads(body)
    assert sent["cause"] == "host a.example" and sent["hosts"] == ["a.example"] and sent["evidence"] == {"now": 0.09}
    out = capsys.readouterr()
    assert "s3cret" not in out.out + out.err and "hidden" not in out.out + out.err
