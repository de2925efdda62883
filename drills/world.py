"""A service of one's own for a drill: broker, database, workers, scheduler, in a folder that goes with it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from drills.accounts import Accounts
from worker.queue.send import Announcer
from worker.settings import Settings
from worker.store import Store
from worker.store.nouns import Receipt, Submission
from worker.up import broker

WORKER = (sys.executable, "-m", "drills.worker", "worker")
SCHEDULER = (sys.executable, "-m", "drills.worker", "scheduler")

# Times in which a drill can wait for things that take minutes in production.
QUICK: dict[str, Any] = {
    "lease_seconds": 6,
    "resend_seconds": 4,
    "sweep_seconds": 0.3,
    "deadline_seconds": 2,
    "memory_mb": 300,
    "samples": False,
    "workers": 2,
}


class World:
    """What a drill has. Everything in it can be killed."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.folder = folder
        self.settings = Settings.load(data_dir=folder / "data", **{**QUICK, **changes})
        (self.settings.data_dir / "broker").mkdir(parents=True)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.broker: subprocess.Popen[bytes] | None = None
        self.submitted: dict[str, str] = {}  # page id -> its key
        if self.settings.embedded_broker:
            self.start_broker()
        self.store = Store.open(self.settings)
        self.store.migrate()
        self.announcer = Announcer(self.settings, self.store)
        self.accounts = Accounts(self.store)

    # parts

    def start_broker(self) -> None:
        """Start the broker, on the file that it had, if it had one."""
        broker.prepare(self.settings)
        self.broker = self._popen(broker.command(self.settings), "broker")
        assert broker.wait_until_ready(self.settings, lambda: self.broker is not None and self.broker.poll() is None)

    def kill_broker(self, *, forget: bool) -> None:
        """End it as a power cut would, with or without its file."""
        assert self.broker is not None
        self.broker.kill()
        self.broker.wait()
        if forget:
            shutil.rmtree(self.settings.data_dir / "broker" / "appendonlydir")

    def start(self, *command: str, log: str = "worker", **variables: str) -> subprocess.Popen[bytes]:
        """Start a part of the service."""
        process = self._popen(command, log, **variables)
        self.processes.append(process)
        return process

    def start_worker(self, **variables: str) -> subprocess.Popen[bytes]:
        return self.start(*WORKER, **variables)

    def restart_dead(self) -> int:
        """Start those again that ended by themselves, as whoever supervises them does; how many."""
        dead = [process for process in self.processes if process.poll() is not None]
        for process in dead:
            self.processes.remove(process)
            assert isinstance(process.args, list | tuple)
            self.start(*map(str, process.args))
        return len(dead)

    def start_scheduler(self, **variables: str) -> subprocess.Popen[bytes]:
        return self.start(*SCHEDULER, log="scheduler", **variables)

    def _popen(self, command: Sequence[str], log: str, **variables: str) -> subprocess.Popen[bytes]:
        # Popen before the world is whole: `settings` is all that is needed
        with (self.folder / f"{log}.log").open("ab") as out:
            environment = {**os.environ, **self.settings.environment(), **variables}
            return subprocess.Popen(command, stdout=out, stderr=out, env=environment, start_new_session=True)

    def children(self, worker: subprocess.Popen[bytes]) -> list[int]:
        """The processes in which a worker's tasks run."""
        with suppress(OSError):
            return [int(pid) for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()]
        return []

    # pages

    def submit(self, pages: Sequence[Submission], *, announce: bool = True) -> list[Receipt]:
        """Hand pages in, as the web process does."""
        receipts = self.store.submit(pages)
        for page, receipt in zip(pages, receipts, strict=True):
            assert receipt.error is None, receipt
            self.submitted[receipt.page_id] = page.key
        if announce:
            self.announcer.announce(receipts)
        return receipts

    def wait(self, seconds: float, until: Callable[[], bool] | None = None) -> None:
        """Wait until nothing is left to do, or until something is so."""
        done = until or self.accounts.idle
        ends = time.monotonic() + seconds
        while not done():
            if time.monotonic() > ends:
                raise TimeoutError(f"not within {seconds} s: {self.accounts.states()}\n{self.logs()}")
            time.sleep(0.05)

    def states(self) -> dict[str, int]:
        """How many pages ended how."""
        return self.accounts.states()

    def logs(self, size: int = 3000) -> str:
        """The ends of all logs, for whoever finds out why."""
        return "\n".join(
            f"--- {file.name}\n{file.read_text(errors='replace')[-size:]}" for file in self.folder.glob("*.log")
        )

    def close(self) -> None:
        """End everything that runs."""
        running = [process for process in [*self.processes, self.broker] if process is not None]
        for process in running:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.announcer.close()
        self.store.close()


@contextmanager
def world(**changes: Any) -> Iterator[World]:
    """A world for the length of a drill."""
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    made = World(folder, **changes)
    try:
        yield made
        made.accounts.check(made.submitted)
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def pages(count: int, ask: str = "", prefix: str = "page") -> list[Submission]:
    """Pages that differ, each asking for the same."""
    return [page(f"{prefix}-{number}", ask) for number in range(count)]


def page(key: str, ask: str = "") -> Submission:
    """A page with a menu, a text and perhaps a wish."""
    wish = f"<!-- drill: {ask} -->" if ask else ""
    body = (
        f"<!doctype html><title>{key}</title>{wish}<nav><a href='/'>Home</a> <a href='/news'>News</a></nav><main><h1>Report "
        f"{key}</h1><p>The river rose by a foot overnight, and the ferry stayed at its pier until the afternoon, said "
        f"the harbour office in its report number {key}.</p></main>"
    )
    return Submission(source="drill", key=key, url=f"https://drill.example/{key}", body=body.encode(), kind="html")
