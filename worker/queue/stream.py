"""The door that loses nothing: crawlers XADD to a Redis Stream, and an entry is acknowledged when its page is stored.

    XADD dehusk:pages * page '{"url": "https://…", "html": "…"}'

An entry that was read by a process that died is taken over by another. What cannot be taken in (no JSON, too large)
is counted, logged and put on `dehusk:pages:refused`, which keeps the last thousand.
"""

import json
import os
import platform
import threading
from collections.abc import Sequence
from typing import Any

import redis
import structlog
from redis.exceptions import RedisError, ResponseError

from cleaners.errors import CleanError
from worker.intake import PageRow, submission_of
from worker.queue.addresses import connect
from worker.queue.lanes import GROUP, STREAM
from worker.queue.send import Announcer
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Submission

log = structlog.get_logger(__name__)

REFUSED = f"{STREAM}:refused"
KEPT = 1000  # refused entries
TAKE = 64  # entries at a time
WAIT_MS = 2_000  # for new entries
IDLE_MS = 60_000  # an entry read so long ago and not acknowledged belongs to nobody
DELIVERIES = 5  # of one entry, after which it is the entry's fault
LOOK_FOR_IDLE = 15  # rounds between two looks for such entries
PAUSE = 2.0  # seconds before broker or store are asked again

Entry = tuple[bytes, dict[bytes, bytes]]


class StreamDoor:
    """One consumer of the stream. Any number may run."""

    def __init__(self, settings: Settings, store: Store, announcer: Announcer) -> None:
        self._settings = settings
        self._store = store
        self._announcer = announcer
        self._client: redis.Redis | None = None
        self._name = f"{platform.node()}-{os.getpid()}"
        self._rounds = 0

    def run(self, stop: threading.Event) -> None:
        """Take entries in until told to stop. Outages are waited out."""
        while not stop.is_set():
            try:
                self.round()
            except (RedisError, StoreUnavailable) as error:
                log.warning("stream_waits", error=str(error)[:200])
                self._client = None
                stop.wait(PAUSE)

    def round(self) -> int:
        """Take in what is there, or wait a little for something; how many entries."""
        client = self._ready()
        entries = self._orphans(client) if self._rounds % LOOK_FOR_IDLE == 0 else []
        self._rounds += 1
        if not entries:
            found: Any = client.xreadgroup(GROUP, self._name, {STREAM: ">"}, count=TAKE, block=WAIT_MS)
            entries = _entries(found)
        if entries:
            self._take_in(client, entries)
        return len(entries)

    def _take_in(self, client: redis.Redis, entries: Sequence[Entry]) -> None:
        submissions: list[tuple[Entry, Submission]] = []
        for entry in entries:
            try:
                submissions.append((entry, submission_of(row_of(entry[1]), self._settings)))
            except CleanError as error:
                self._refuse(client, entry, error.name, str(error))
        receipts = self._store.submit([submission for _, submission in submissions])
        for (entry, _), receipt in zip(submissions, receipts, strict=True):
            if receipt.error:
                self._refuse(client, entry, receipt.error, receipt.message)
        pipe = client.pipeline(transaction=False)
        numbers = [number for number, _ in entries]
        pipe.xack(STREAM, GROUP, *numbers)
        pipe.xdel(STREAM, *numbers)  # or the stream would grow for ever
        pipe.execute()
        self._announcer.announce(receipts)

    def _refuse(self, client: redis.Redis, entry: Entry, error: str, message: str) -> None:
        number, fields = entry
        log.error("submission_refused", door="stream", entry=number.decode(), error=error, message=message)
        self._store.count("submissions_refused", {"door": "stream", "error": error})
        kept: dict[Any, Any] = {
            b"entry": number,
            b"error": error,
            b"message": message,
            b"page": fields.get(b"page", b"")[:4096],
        }
        client.xadd(REFUSED, kept, maxlen=KEPT, approximate=True)

    def _orphans(self, client: redis.Redis) -> list[Entry]:
        """Entries that a consumer took and never acknowledged; one that was its end several times is set aside."""
        found: Any = client.xautoclaim(STREAM, GROUP, self._name, min_idle_time=IDLE_MS, count=TAKE)
        entries = [(number, fields) for number, fields in found[1] if fields]
        for entry in list(entries):
            pending: Any = client.xpending_range(STREAM, GROUP, min=entry[0], max=entry[0], count=1)
            if pending and pending[0]["times_delivered"] > DELIVERIES:
                self._refuse(client, entry, "worker_died", "Whoever took it in died of it, again and again.")
                client.xack(STREAM, GROUP, entry[0])
                client.xdel(STREAM, entry[0])
                entries.remove(entry)
        return entries

    def _ready(self) -> redis.Redis:
        """A client, and the group: it is made anew when the broker has lost it."""
        if self._client is None:
            client = connect(self._settings.broker, timeout=WAIT_MS / 1000 + 5)
            try:
                client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise
            self._client = client
            self._rounds = 0
        return self._client


def row_of(fields: dict[bytes, bytes]) -> PageRow:
    """The page of an entry: one field `page` with JSON, or the fields of a page themselves, `meta` as JSON.

    Raises:
        BadRow: there is none in it.
    """
    if b"page" in fields:
        return PageRow.read(fields[b"page"])
    row: dict[str, Any] = {
        name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in fields.items()
    }
    for name in ("meta", "blob"):
        if name in row:
            try:
                row[name] = json.loads(row[name])
            except ValueError:
                continue  # a string is none of these, and the row says so
    return PageRow.take(row)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _entries(found: Any) -> list[Entry]:
    """redis-py answers with a list in the older protocol, a mapping in the newer."""
    if not found:
        return []
    if isinstance(found, dict):
        return [entry for batches in found.values() for batch in batches for entry in batch]
    return [(number, fields) for _, batch in found for number, fields in batch]
