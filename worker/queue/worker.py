"""A worker: one Celery process that takes messages and several that clean. `dehusk worker` runs it."""

import fcntl
import gc
import multiprocessing
import platform
from typing import IO, Any

import structlog
from billiard import current_process
from celery import signals

from worker.logs import configure
from worker.pool.supervisor import processors
from worker.queue.addresses import connect, shown
from worker.queue.app import make_app
from worker.queue.broker import require_fit, wait_for_room
from worker.queue.changes import CurrentProfile
from worker.queue.child import close_child, open_child
from worker.queue.engine import warm_up
from worker.queue.lanes import ORDER, URGENT
from worker.queue.pulse import EVERY, beat, local_file
from worker.queue.stopping import Stopping
from worker.queue.tasks import register
from worker.queue.transport import repair
from worker.settings import Settings
from worker.store import Store

log = structlog.get_logger(__name__)


def run_worker(settings: Settings, *, urgent: bool = False, concurrency: int | None = None) -> int:
    """Work until told to stop; the exit status.

    Raises:
        BrokerUnfit: the broker would lose messages.
        redis.RedisError: there is no broker.
    """
    client = connect(settings.broker)
    require_fit(client)
    wait_for_room(client)
    client.close()
    repair()
    app = make_app(settings)
    register(app)
    stopping = Stopping()
    name, lock = own_name("urgent" if urgent else "pages", settings)
    host = f"{name}@{platform.node() or 'localhost'}"
    connect_signals(settings, host, stopping)
    share_engine(settings)
    log.info("worker_starts", name=host, broker=shown(settings.broker))
    worker: Any = app.Worker(
        hostname=host,
        concurrency=concurrency or (1 if urgent else settings.workers or processors()),
        queues=",".join(URGENT if urgent else ORDER),
        pool="prefork",
        optimization="fair",
        without_mingle=True,  # workers need nothing of one another
        without_gossip=True,
        without_heartbeat=True,
        loglevel=settings.log_level.upper(),
        quiet=True,  # no banner: the log is JSON
    )
    worker.start()
    lock.close()
    return int(worker.exitcode or 0)


def connect_signals(settings: Settings, host: str, stopping: Stopping) -> None:
    """What happens at the births and deaths of a worker's processes."""

    def logging_is_ours(**_: Any) -> None:
        configure(settings.log_level, "worker")

    def child_begins(**_: Any) -> None:
        # Billiard marks its children as daemons, which multiprocessing forbids to have children of their own.
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        open_child(settings, f"{host}/{current_process().index}", stopping)

    def child_ends(**_: Any) -> None:
        close_child()

    def worker_stops(**_: Any) -> None:
        stopping.set()

    def worker_ready(sender: Any, **_: Any) -> None:
        part = "urgent" if host.startswith("urgent") else "worker"
        beat(settings, part)
        sender.timer.call_repeatedly(EVERY, beat, (settings, part))

    signals.setup_logging.connect(logging_is_ours, weak=False)
    signals.worker_process_init.connect(child_begins, weak=False)
    signals.worker_process_shutdown.connect(child_ends, weak=False)
    signals.worker_shutting_down.connect(worker_stops, weak=False)
    signals.worker_ready.connect(worker_ready, weak=False)


def share_engine(settings: Settings) -> None:
    """Load the engine before the processes are forked, so that they share its memory and start at once."""
    store = Store.open(settings)
    warm_up(CurrentProfile(settings.profile, store.changes).now())
    store.close()
    gc.collect()
    gc.freeze()  # or the collector would touch, and so copy, every page of it


def own_name(kind: str, settings: Settings) -> tuple[str, IO[str]]:
    """A name that no other worker on this machine has for this database, and the lock that says so.

    A worker that starts takes the pages back that its name still holds, so two must never share one.
    """
    for number in range(1, 1000):
        name = kind if number == 1 else f"{kind}-{number}"
        lock = local_file(settings, f"{name}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return name, lock
    raise RuntimeError("There are a thousand workers on this machine already.")
