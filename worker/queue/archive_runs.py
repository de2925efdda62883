"""Runs of archives that were ordered here, for `dehusk status`. The broker knows their addresses, their folders the rest."""

import time
from dataclasses import dataclass
from typing import Any

import redis

from worker.queue.addresses import connect
from worker.settings import Settings

KEY = "dehusk:archives"  # address -> when it was ordered, in seconds
SHOWN = 7 * 86_400.0  # seconds after its order that a run is shown
AGAIN = 10.0  # seconds between two looks into a folder, which may be far away


@dataclass(frozen=True, slots=True)
class ArchiveReport:
    """An ordered run."""

    address: str
    ordered_seconds: float  # ago
    state: str  # open, called off, finished, or why it cannot be told
    inputs: int
    inputs_done: int
    ranges_done: int
    records: int
    clean: int


def note_run(settings: Settings, address: str) -> None:
    """Remember that this run was ordered.

    Raises:
        redis.RedisError: the broker does not answer.
    """
    client = connect(settings.broker)
    try:
        client.hset(KEY, address, str(int(time.time())))
    finally:
        client.close()


def noted(client: redis.Redis) -> dict[str, float]:
    """Addresses of runs and when they were ordered, oldest first; what is old is forgotten."""
    found: Any = client.hgetall(KEY)
    runs = {address.decode("utf-8", "replace"): float(at) for address, at in found.items()}
    old = [address for address, at in found.items() if float(at) < time.time() - SHOWN]
    if old:
        client.hdel(KEY, *old)
    fresh = {address: at for address, at in runs.items() if at >= time.time() - SHOWN}
    return dict(sorted(fresh.items(), key=lambda pair: pair[1]))


class ArchiveRuns:
    """Looks at their folders now and then."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[float, float, ArchiveReport]] = {}  # address -> (looked, ordered, report)

    def look(self, runs: dict[str, float]) -> tuple[ArchiveReport, ...]:
        """Reports of these runs."""
        now = time.monotonic()
        out = []
        for address, ordered in runs.items():
            looked, then, report = self._seen.get(address, (0.0, 0.0, None))
            done = report is not None and report.state == "finished"
            if report is None or then != ordered or (now - looked > AGAIN and not done):
                report = _report(address, time.time() - ordered)
                self._seen[address] = (now, ordered, report)
            out.append(report)
        return tuple(out)


def _report(address: str, ago: float) -> ArchiveReport:
    from worker.archive.errors import ArchiveError  # archives load packages that pages do not need
    from worker.archive.ledger import Ledger
    from worker.archive.place import place
    from worker.archive.state import state_of

    try:
        found = state_of(Ledger(place(address)))
    except (ArchiveError, OSError) as error:
        return ArchiveReport(address, ago, f"cannot be read here: {error}"[:200], 0, 0, 0, 0, 0)
    return ArchiveReport(
        address,
        ago,
        found.word,
        found.inputs,
        found.inputs_done,
        found.ranges_done,
        found.counts["in"],
        found.counts["clean"],
    )
