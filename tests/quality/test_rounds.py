"""The scheduler's round does all of it, and tells of what it found."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from cleaners.profile import Profile
from drills.world import pages, world
from tests.quality.helpers import store_in
from tests.quality.test_reviews import put_pages
from worker.quality import alarms, follow, golden, reviews, rounds, second, tasks, watch
from worker.quality.alarms import Group
from worker.quality.tables import host_watch
from worker.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from store_in(tmp_path)


def test_a_round_watches_draws_scores_and_tells(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    taken = False

    def send(url: str, group: Group, *, secret: str, wait: object) -> bool:
        told.append(f"{url} {group.cause} {secret}")
        return taken

    monkeypatch.setattr(rounds, "send", send)
    for name in (watch.NAME, second.NAME, reviews.NAME):
        follow.begin(store.database, name)
    put_pages(store, 6)
    golden.add(store.database, b"<p>The ferry sails again today.</p>", "another text", by="jane")
    now = 0.0
    wishes = rounds.Wishes(webhook="https://hooks.example/x", webhook_secret="k", review_rate=5.0)
    chores = rounds.Rounds(store, Profile.load, wishes, clock=lambda: now)
    assert chores.round() is False
    assert tasks.waiting(store.database) > 0
    assert alarms.count_open(store.database) == {"golden_score": 1}
    said = "https://hooks.example/x golden_score k"
    assert told == [said]
    chores.round()
    assert told == [said]  # nobody took it: not at once again
    now, taken = rounds.TELL_AGAIN + 1, True
    chores.round()
    assert told == [said, said]
    now *= 3
    chores.round()
    assert told == [said, said]  # it was taken
    assert len(golden.history(store.database)) == 1  # once a day


def test_a_fault_does_not_end_the_watch(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "AFTER_FAULT", 0.0)
    stop = threading.Event()
    seen: list[int] = []

    def watch_(database: object, limit: int) -> int:
        seen.append(limit)
        if len(seen) == 1:
            raise ValueError("a row that cannot be read")
        stop.set()
        return 0

    monkeypatch.setattr(rounds, "watch", watch_)
    rounds.Rounds(store, Profile.load, rounds.Wishes(second_opinions=False), stop=stop).run()
    assert len(seen) == 2


class Receiver(BaseHTTPRequestHandler):
    """Takes what is sent, as a chat does."""

    def do_POST(self) -> None:
        taken = self.server.taken  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        taken.append((self.headers["X-Dehusk-Signature"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_the_scheduler_watches_while_it_sweeps() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    taken: list[tuple[str, bytes]] = []
    server.taken = taken  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        with world(webhook=hook, webhook_secret="key", review_rate=1.0) as here:
            golden.add(here.store.database, b"<p>The ferry sails again today.</p>", "another text", by="jane")
            here.start_worker()
            scheduler = here.start_scheduler()
            here.submit(pages(20))
            here.wait(60)  # the sweep goes on
            here.wait(60, lambda: bool(taken) and tasks.waiting(here.store.database) > 0)
            signature, body = taken[0]
            assert json.loads(body)["cause"] == "golden_score"
            assert signature == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
            with here.store.database.read() as connection:
                hosts = connection.execute(sa.select(host_watch.c.host)).scalars().all()
            assert hosts == ["drill.example"]
            began = time.monotonic()
            scheduler.terminate()
            assert scheduler.wait(20) == 0 and time.monotonic() - began < 8
    finally:
        server.shutdown()
        server.server_close()
