"""What has to happen again and again: send what was not sent, merge roll-ups, apply retention, watch, read the stream.

A loop of our own instead of Celery's beat: beat speaks through the broker, and this is needed most when the broker is
away or has forgotten everything. Any number may run: what one has done the others find done.
"""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog
from redis.exceptions import RedisError

from worker.quality import rounds
from worker.queue.addresses import connect, shown
from worker.queue.broker import BrokerUnfit, remembers, require_fit, state
from worker.queue.changes import CurrentProfile
from worker.queue.lanes import LANES, QUEUE
from worker.queue.pulse import EVERY, beat
from worker.queue.send import Announcer
from worker.queue.stream import StreamDoor
from worker.settings import Settings
from worker.store import Store
from worker.store.days import whole_days
from worker.store.errors import StoreError

log = structlog.get_logger(__name__)

SWEEP = 1000  # jobs a round
ENOUGH = 200  # messages in a queue, past which nothing is sent again: workers have enough to do
MERGE_EVERY = 5.0
MERGE = 2000  # deltas a round
DAYS_EVERY = 600.0
PRUNE_EVERY = 3600.0
FIT_EVERY = 60.0
LEAVE = 5.0  # seconds for a round of quality to end in


@dataclass(slots=True)
class Chore:
    """Something to be done every so often. True: there is more of it right now."""

    name: str
    every: float
    do: Callable[[], bool]
    due: float = field(default=0.0)


class Scheduler:
    """The loop and its chores."""

    def __init__(self, settings: Settings, store: Store, announcer: Announcer) -> None:
        self._settings = settings
        self._store = store
        self._announcer = announcer
        self._chores = [
            Chore("pulse", EVERY, self.pulse),
            Chore("sweep", settings.sweep_seconds, self.sweep),
            Chore("merge", MERGE_EVERY, self.merge),
            Chore("days", DAYS_EVERY, self.days),
            Chore("watch_broker", FIT_EVERY, self.watch_broker),
            Chore("prune", PRUNE_EVERY, self.prune, due=time.monotonic() + PRUNE_EVERY / 60),
        ]

    def run(self, stop: threading.Event) -> None:
        """Do the chores until told to stop. One that fails is logged and done again when it is due."""
        while not stop.is_set():
            now = time.monotonic()
            for chore in self._chores:
                if chore.due <= now and not stop.is_set():
                    chore.due = time.monotonic() + (0.0 if self._do(chore) else chore.every)
            stop.wait(max(0.0, min(chore.due for chore in self._chores) - time.monotonic()))

    def sweep(self) -> bool:
        """Send what was never sent, what was lost, what is due for another try."""
        lengths = self._lengths()
        if lengths is None or self._announcer.trouble:
            return False
        found = self._store.stale(SWEEP)
        if not found:
            return False
        full = {lane for lane in LANES if lengths[QUEUE[lane]] >= ENOUGH}
        sent = self._announcer.send([job for job in found if job[1] not in full])
        # Where many messages wait, these are most likely among them: they are looked at again after `resend_seconds`.
        # Re-cleaning is only ever sent from here, and waits in the store until there is room.
        self._store.enqueued(job for job, lane in found if lane in full and lane != "reclean")
        log.info("swept", count=len(found), sent=sent, full=sorted(full))
        return sent and len(found) >= SWEEP and not full

    def pulse(self) -> bool:
        """Show that the loop goes round."""
        beat(self._settings, "scheduler")
        return False

    def merge(self) -> bool:
        """Merge a part of the deltas that workers left behind."""
        return self._store.rollup(MERGE) == MERGE

    def days(self) -> bool:
        """Add up a day that is over."""
        return whole_days(self._store.database)

    def prune(self) -> bool:
        """Apply retention."""
        log.info("pruned", **self._store.prune())
        return False

    def watch_broker(self) -> bool:
        """Somebody may set another policy on a running broker."""
        client = connect(self._settings.broker)
        try:
            require_fit(client)
        except BrokerUnfit as error:
            log.error("broker_unfit", error=str(error))
        finally:
            client.close()
        return False

    def _lengths(self) -> dict[str, int] | None:
        """Messages by queue, after a look whether the broker still has what it was given. None: it is away."""
        client = connect(self._settings.broker)
        try:
            if not remembers(client):
                count = self._store.forget_messages()
                (log.warning if count else log.info)("broker_is_new", to_be_sent_again=count)
            return state(client).lengths
        except RedisError as error:
            log.warning("broker_trouble", error=str(error)[:200])
            return None
        finally:
            client.close()

    def _do(self, chore: Chore) -> bool:
        try:
            return chore.do()
        except (StoreError, RedisError, OSError) as error:
            log.warning("chore_failed", chore=chore.name, error=str(error)[:500])
            return False


def run_scheduler(settings: Settings) -> int:
    """Run the loop and the stream door until SIGTERM or SIGINT; the exit status.

    Raises:
        BrokerUnfit: the broker would lose messages.
        redis.RedisError: there is no broker.
    """
    client = connect(settings.broker)
    require_fit(client)
    client.close()
    stop = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    store = Store.open(settings)
    announcer = Announcer(settings, store)
    door = StreamDoor(settings, store, announcer)

    def read() -> None:
        try:
            door.run(stop)
        finally:
            stop.set()  # a door that broke is no reason to go on without one: whoever supervises starts both anew

    reader = threading.Thread(target=read, name="stream")
    reader.start()
    quality = rounds.start(settings, store, CurrentProfile(settings.profile, store.changes).now, stop)
    log.info("scheduler_starts", broker=shown(settings.broker))
    Scheduler(settings, store, announcer).run(stop)
    reader.join()
    quality.join(LEAVE)  # in the middle of something long it is left behind: nothing is lost by that
    announcer.close()
    store.close()
    return 0
