"""What the service asks of its broker: that it forgets no message by itself, how full it is, whether it is the same one."""

import time
from dataclasses import dataclass
from typing import Any

import redis
import structlog

from worker.queue.lanes import ORDER

log = structlog.get_logger(__name__)

OLDEST = (6, 2)  # kombu uses commands of Redis 6.2
ROOM = "dehusk:room"
MEMORY = "dehusk:memory"  # a key that is gone when the broker lost what it held


class BrokerUnfit(RuntimeError):
    """This broker cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerState:
    """The broker at this moment."""

    version: str
    used_mb: float
    limit_mb: float  # 0: none
    policy: str  # maxmemory-policy
    lengths: dict[str, int]  # messages by queue


def require_fit(client: redis.Redis) -> None:
    """Refuse a broker that would drop messages silently; warn of one that might.

    Under `allkeys-*` a full server deletes any key, queues included, and nobody is told. `volatile-*` deletes keys
    that expire, which queues do not; a full server then refuses messages, as it should, but whoever shares the
    server may lose keys.

    Raises:
        BrokerUnfit: it evicts queues, or is too old.
        redis.RedisError: it does not answer.
    """
    facts: dict[str, Any] = {**client.info("server"), **client.info("memory")}
    version = str(facts.get("redis_version", ""))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdecimal()) < OLDEST:
        raise BrokerUnfit(f"It is Redis {version}; 6.2 or newer is needed.")
    policy = str(facts.get("maxmemory_policy", "noeviction"))
    if policy.startswith("allkeys"):
        raise BrokerUnfit(f"Its maxmemory-policy is {policy}, which deletes queues when it is full. Set noeviction.")
    if policy.startswith("volatile"):
        log.warning("broker_may_evict", policy=policy, advice="set maxmemory-policy to noeviction")


def wait_for_room(client: redis.Redis, pause: float = 2.0) -> None:
    """Wait while the broker is full: a worker has to write there to take a message, and would die of not being able to.

    Raises:
        redis.RedisError: it does not answer.
    """
    while True:
        try:
            client.set(ROOM, "1", ex=60)
            return
        except redis.ResponseError as error:
            if not is_full(error):
                raise
            log.error("broker_full", waits=pause)
            time.sleep(pause)


def is_full(error: Exception) -> bool:
    """Redis says it in two ways, inside a pipeline and outside."""
    return "OOM" in str(error) or "maxmemory" in str(error)


def state(client: redis.Redis) -> BrokerState:
    """Ask for everything that `dehusk status` shows."""
    pipe = client.pipeline(transaction=False)
    pipe.info("server")
    pipe.info("memory")
    for queue in ORDER:
        pipe.llen(queue)
    server, memory, *lengths = pipe.execute()
    return BrokerState(
        version=str(server.get("valkey_version") or server.get("redis_version", "")),
        used_mb=float(memory.get("used_memory", 0)) / 2**20,
        limit_mb=float(memory.get("maxmemory", 0)) / 2**20,
        policy=str(memory.get("maxmemory_policy", "")),
        lengths=dict(zip(ORDER, map(int, lengths), strict=True)),
    )


def remembers(client: redis.Redis) -> bool:
    """Whether this is the broker that was seen before, with its memory. Asking makes it so."""
    return not client.set(MEMORY, "1", nx=True)
