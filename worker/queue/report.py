"""The state of the service in one look, for `dehusk status`."""

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from redis.exceptions import RedisError

from worker.queue.addresses import connect, shown
from worker.queue.archive_runs import ArchiveReport, ArchiveRuns, noted
from worker.queue.broker import BrokerState, state
from worker.queue.lanes import QUEUE, STREAM
from worker.queue.pulse import LOST, PARTS, silence
from worker.settings import Settings
from worker.store import Store
from worker.store.nouns import LANES

LATE = {"interactive": 10.0, "crawl": 3600.0, "reclean": 7 * 86400.0}  # seconds after which waiting is worth a look
LATEST = 5  # dead pages shown
SETTLED = ("clean", "rejected", "dead")


@dataclass(frozen=True, slots=True)
class LaneReport:
    """One lane."""

    name: str
    waiting: int
    cleaning: int
    oldest_seconds: float
    late: bool
    messages: int | None  # in the broker; None when it does not answer


@dataclass(frozen=True, slots=True)
class DeadPage:
    """A page that was given up."""

    page: str
    url: str
    error: str
    seconds: float  # ago


@dataclass(frozen=True, slots=True)
class Report:
    """Everything, at one moment."""

    states: dict[str, int]
    rate: float | None  # pages settled a second since the look before; None at the first
    lanes: tuple[LaneReport, ...]
    dead: tuple[DeadPage, ...]
    broker_up: bool
    broker_line: str
    stream: int | None  # entries in the Redis Stream
    archives: tuple[ArchiveReport, ...]  # runs that were ordered
    parts: dict[str, bool]  # worker, urgent and scheduler on this machine: are they alive? Absent if never started here

    def form(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


class Reporter:
    """Looks again and again; between two looks it knows the rate."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store.open(settings)
        self._before: tuple[float, int] | None = None
        self._archives = ArchiveRuns()

    def look(self) -> Report:
        """
        Raises:
            StoreError: the store does not answer.
        """
        counts = self._store.counts()
        now, settled = time.monotonic(), sum(counts.get(name, 0) for name in SETTLED)
        rate = None if self._before is None else max(0, settled - self._before[1]) / max(0.001, now - self._before[0])
        self._before = (now, settled)
        broker, line, stream, runs = self._broker()
        backlog = self._store.backlog().lanes
        lanes = []
        for name in LANES:
            lane = backlog.get(name)
            messages = None if broker is None else broker.lengths[QUEUE[name]]
            oldest = lane.oldest_seconds if lane else 0.0
            waiting, cleaning = (lane.waiting, lane.cleaning) if lane else (0, 0)
            lanes.append(LaneReport(name, waiting, cleaning, oldest, waiting > 0 and oldest > LATE[name], messages))
        quiet = {part: silence(self._settings, part) for part in PARTS}
        parts = {part: seconds < LOST for part, seconds in quiet.items() if seconds is not None}
        archives = self._archives.look(runs)
        return Report(counts, rate, tuple(lanes), self._dead(), broker is not None, line, stream, archives, parts)

    def _dead(self) -> tuple[DeadPage, ...]:
        now = datetime.now(UTC)
        rows = self._store.dead(limit=LATEST).rows
        return tuple(
            DeadPage(row.page_id, row.url or row.key, row.error or "", (now - row.since).total_seconds()) for row in rows
        )

    def _broker(self) -> tuple[BrokerState | None, str, int | None, dict[str, float]]:
        client = connect(self._settings.broker, timeout=2)
        try:
            found = state(client)
            stream = int(client.xlen(STREAM))
            runs = noted(client)
        except RedisError as error:
            return None, f"broker: no answer from {shown(self._settings.broker)} ({error})", None, {}
        finally:
            client.close()
        limit = f" of {found.limit_mb:.0f}" if found.limit_mb else ""
        line = f"broker: {found.version}, {found.used_mb:.1f}{limit} MB, {found.policy}; stream: {stream}"
        return found, line, stream, runs
