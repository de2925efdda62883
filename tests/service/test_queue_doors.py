"""The doors beside HTTP: the Redis Stream, which loses nothing, and a Celery task for those who know none of our code."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery

from drills.world import World, pages, world
from tests.service.queue_helpers import html, running_broker
from worker.queue import stream
from worker.queue.addresses import connect
from worker.queue.app import make_app, publish
from worker.queue.lanes import CLEAN_TASK, GROUP, STREAM, SUBMIT
from worker.queue.send import Announcer
from worker.queue.stream import REFUSED, StreamDoor
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Where


class Door:
    """A broker, a store, and the door between them."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings.load(data_dir=folder)
        self.store = Store.open(self.settings)
        self.store.migrate()
        self.announcer = Announcer(self.settings, self.store)
        self.door = StreamDoor(self.settings, self.store, self.announcer)
        self.client: redis.Redis = connect(self.settings.broker)

    def keys(self) -> list[str]:
        return sorted(row.key for row in self.store.revisions(Where()).rows)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    monkeypatch.setattr(stream, "WAIT_MS", 50)
    (tmp_path / "data").mkdir()
    with running_broker(Settings.load(data_dir=tmp_path / "data")):
        made = Door(tmp_path / "data")
        yield made
        made.client.close()
        made.announcer.close()
        made.store.close()


def test_an_entry_is_stored_sent_and_gone(here: Door) -> None:
    here.client.xadd(STREAM, {"page": json.dumps({"id": "one", "html": "<p>One page.</p>", "source": "s"})})
    assert here.door.round() == 1
    assert here.keys() == ["one"]
    assert here.client.llen("dehusk.crawl") == 1
    assert here.client.xlen(STREAM) == 0
    assert here.client.xpending(STREAM, GROUP)["pending"] == 0


def test_fields_may_stand_by_themselves(here: Door) -> None:
    here.client.xadd(STREAM, {"url": "https://a.example/1", "text": "Some text.", "meta": '{"n": 1}', "lane": "interactive"})
    here.door.round()
    (page,) = here.store.revisions(Where()).rows
    assert (page.url, page.lane) == ("https://a.example/1", "interactive")


def test_what_is_no_page_is_refused_and_kept_for_a_look(here: Door) -> None:
    here.client.xadd(STREAM, {"page": "{no json"})
    here.client.xadd(STREAM, {"page": json.dumps({"id": "two", "html": "<p>Two.</p>"})})
    assert here.door.round() == 2
    assert here.keys() == ["two"]  # a neighbour does not notice
    ((_, kept),) = here.client.xrange(REFUSED)
    assert kept[b"error"] == b"bad_row"
    assert ("submissions_refused", {"door": "stream", "error": "bad_row"}, 1.0) in here.store.counters()


def test_nothing_is_acknowledged_before_it_is_stored(here: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    here.client.xadd(STREAM, {"page": json.dumps({"id": "one", "html": "<p>One page.</p>"})})
    submit = here.store.submit

    def away(_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(here.store, "submit", away)
    with pytest.raises(StoreUnavailable):
        here.door.round()
    monkeypatch.setattr(here.store, "submit", submit)
    monkeypatch.setattr(stream, "IDLE_MS", 0)
    other = StreamDoor(here.settings, here.store, here.announcer)
    assert other.round() == 1  # taken over from the one that went
    assert here.keys() == ["one"]


def test_an_entry_that_nobody_survives_is_set_aside(here: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_MS", 0)
    monkeypatch.setattr(stream, "DELIVERIES", 2)
    here.client.xadd(STREAM, {"page": json.dumps({"id": "one", "html": "<p>One page.</p>"})})
    here.client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    here.client.xreadgroup(GROUP, "died", {STREAM: ">"})
    here.client.xautoclaim(STREAM, GROUP, "died too", min_idle_time=0)
    here.door.round()
    assert here.client.xlen(STREAM) == 0
    assert here.client.xlen(REFUSED) == 1
    assert here.keys() == []


def test_a_broker_that_lost_the_group_gets_a_new_one(here: Door) -> None:
    here.door.round()
    here.client.flushall()
    with pytest.raises(redis.ResponseError):
        here.door.round()
    here.door._client = None  # as `run` does after an error
    here.client.xadd(STREAM, {"page": json.dumps({"id": "one", "html": "<p>One page.</p>"})})
    assert here.door.round() == 1


def test_any_celery_producer_may_submit() -> None:
    with world() as here:
        here.start_worker()
        producer = Celery("crawler", broker=f"redis+socket://{here.settings.broker_socket}")
        page = {"id": "from-celery", "url": "https://a.example/1", "html_base64": base64.b64encode(html("One")).decode()}
        producer.send_task("dehusk.submit", kwargs=page, queue=SUBMIT)
        producer.send_task("dehusk.submit", kwargs=page, queue=SUBMIT)  # twice is once
        producer.send_task("dehusk.submit", kwargs={"id": "nothing"}, queue=SUBMIT)
        _wait(here, lambda: here.states() == {"clean": 1})
        _wait(here, lambda: any(name == "submissions_refused" for name, _, _ in here.store.counters()))
        producer.close()
        (row,) = here.store.revisions(Where()).rows
        assert row.key == "from-celery"
        here.submitted[row.page_id] = row.key  # for the accounts


def test_a_message_of_a_newer_program_is_sent_again_in_a_version_that_can_be_read() -> None:
    with world(resend_seconds=3600) as here:
        receipts = here.submit(pages(3), announce=False)
        ids = [receipt.revision_id for receipt in receipts]
        here.store.enqueued(ids)  # so that nobody else sends them for an hour
        app = make_app(here.settings)
        publish(app, CLEAN_TASK, "dehusk.crawl", {"v": 2, "ids": ids, "lane": "crawl", "unheard_of": True})
        app.close()
        here.start_worker()
        here.start_scheduler()
        here.wait(40)
        assert here.states() == {"clean": 3}


def _wait(here: World, until: object) -> None:
    assert callable(until)
    ends = time.monotonic() + 30
    while not until():
        assert time.monotonic() < ends, here.logs()
        time.sleep(0.1)
