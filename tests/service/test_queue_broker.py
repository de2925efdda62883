"""A broker that would lose messages is refused, and one that lost them is noticed."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from tests.service.queue_helpers import running_broker
from worker.queue import broker
from worker.queue.addresses import connect
from worker.queue.send import Announcer
from worker.settings import Settings
from worker.store import Store
from worker.store.nouns import Receipt


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Redis]:
    settings = Settings.load(data_dir=tmp_path_factory.mktemp("broker"))
    with running_broker(settings):
        found = connect(settings.broker)
        yield found
        found.close()


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "allkeys-random"])
def test_an_evicting_broker_is_refused(client: redis.Redis, policy: str) -> None:
    client.config_set("maxmemory-policy", policy)
    with pytest.raises(broker.BrokerUnfit, match=policy):
        broker.require_fit(client)


@pytest.mark.parametrize(("policy", "warnings"), [("volatile-lru", 1), ("volatile-ttl", 1), ("noeviction", 0)])
def test_a_broker_that_keeps_queues_is_taken(client: redis.Redis, policy: str, warnings: int) -> None:
    client.config_set("maxmemory-policy", policy)
    with capture_logs() as logs:
        broker.require_fit(client)
    assert [line["event"] for line in logs] == ["broker_may_evict"] * warnings


def test_an_old_broker_is_refused() -> None:
    class Old:
        def info(self, _: str) -> dict[str, Any]:
            return {"redis_version": "6.0.16", "maxmemory_policy": "noeviction"}

    with pytest.raises(broker.BrokerUnfit, match=r"6\.0\.16"):
        broker.require_fit(Old())  # type: ignore[arg-type]


def test_a_broker_is_known_again_until_it_forgets(client: redis.Redis) -> None:
    client.config_set("maxmemory-policy", "noeviction")
    assert not broker.remembers(client)
    assert broker.remembers(client)
    client.flushall()
    assert not broker.remembers(client)


def test_a_full_broker_is_waited_for(client: redis.Redis) -> None:
    client.config_set("maxmemory", "1")
    with pytest.raises(redis.ResponseError) as refused:
        client.set("key", "value")
    assert broker.is_full(refused.value)
    waited = []

    def make_room(_: float) -> None:
        waited.append(1)
        client.config_set("maxmemory", "0")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("worker.queue.broker.time.sleep", make_room)
        broker.wait_for_room(client)
    assert waited == [1]


def test_the_state_that_status_shows(client: redis.Redis) -> None:
    client.flushall()
    client.rpush("dehusk.crawl", "message", "message")
    found = broker.state(client)
    assert found.lengths == {"dehusk.interactive": 0, "dehusk.submit": 0, "dehusk.crawl": 2, "dehusk.reclean": 0}
    assert found.used_mb > 0
    assert found.policy == "noeviction"


def test_a_long_data_folder_gets_a_short_socket(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path / ("long" * 30))
    assert len(str(settings.broker_socket)) < 100
    with running_broker(settings):
        assert connect(settings.broker).ping()
    assert settings.broker_socket.parent.stat().st_mode & 0o077 == 0


def test_announcing_without_a_broker_fails_at_once(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path)  # whose broker was never started
    store = Store.open(settings)
    store.migrate()
    announcer = Announcer(settings, store)
    began = time.monotonic()
    told = announcer.announce([Receipt(page_id="p", revision_id="r", state="received", lane="crawl", new=True)])
    took = time.monotonic() - began
    announcer.close()
    store.close()
    assert not told and announcer.trouble == "broker_gone"
    assert took < 1.5
