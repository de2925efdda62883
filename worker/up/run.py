"""`dehusk up`: everything on this machine, in order, until Ctrl-C."""

import os
import shutil
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TextIO
from urllib.error import URLError
from urllib.request import urlopen

import structlog
from redis.exceptions import RedisError

from cleaners.errors import BadProfile
from worker.logs import configure
from worker.queue.addresses import connect, shown
from worker.queue.broker import BrokerUnfit, require_fit
from worker.queue.changes import base_profile
from worker.queue.send import Announcer
from worker.settings import BadSettings, Settings, unknown_variables
from worker.store import Store
from worker.store.errors import StoreError
from worker.up import broker
from worker.up.family import Family, Hopeless, Member
from worker.up.folder import DataFolder
from worker.up.samples import load_samples

log = structlog.get_logger(__name__)

WEB_SECONDS = 60.0  # in which the web process answers for the first time
TERM, QUIT = signal.SIGTERM, signal.SIGQUIT
WORKERS = ("worker", "urgent", "scheduler")


class Up:
    """One run of the whole service."""

    def __init__(self, settings: Settings, *, free_port: bool = False) -> None:
        self._signals = 0
        self._called_at = float("-inf")
        self._folder = DataFolder(settings.data_dir)
        if free_port:
            settings = settings.model_copy(update={"port": first_free(settings.host, settings.port)})
        elif not is_free(settings.host, settings.port):
            raise BadSettings(f"Port {settings.port} is in use. Choose another with --port.")
        self.settings = settings
        self._family = Family(settings.environment(), self._folder.lock, self._folder.note_children)

    def run(self) -> int:
        """Start, watch, stop; the exit status."""
        signal.signal(signal.SIGINT, self._called)
        signal.signal(signal.SIGTERM, self._called)
        signal.signal(signal.SIGHUP, self._called)
        configure("error" if sys.stdout.isatty() else self.settings.log_level, "up")
        status = 0
        try:
            self._start()
            while not self._signals:
                self._family.look()
                time.sleep(0.25)
        except (Hopeless, BrokerUnfit, RedisError, StoreError, BadProfile) as error:
            say(f"dehusk: {error}", sys.stderr)
            status = 1
        except InterruptedError:
            pass
        finally:
            self._stop()
        return status

    def _start(self) -> None:
        for name in unknown_variables():
            say(f"dehusk: {name} is no setting; is it misspelt?", sys.stderr)
        base_profile(self.settings.profile)  # or every worker would fail by it, in a log
        if self.settings.embedded_broker:
            self._start_broker()
        client = connect(self.settings.broker)
        require_fit(client)
        client.close()
        store = Store.open(self.settings)
        store.migrate()
        new = load_samples(store) if self.settings.samples else []
        if new:
            announcer = Announcer(self.settings, store)
            announcer.announce(new)
            announcer.close()
        store.close()
        dehusk = [sys.executable, "-m", "worker.cli"]
        # A worker ends after the page at hand; SIGQUIT cancels what does not.
        self._add("worker", [*dehusk, "worker"], (TERM, 8.0), (QUIT, 5.0))
        self._add("urgent", [*dehusk, "worker", "--urgent"], (TERM, 8.0), (QUIT, 5.0))
        self._add("scheduler", [*dehusk, "scheduler"], (TERM, 8.0))
        self._add("web", [sys.executable, "-m", "dashboard"], (TERM, 6.0))
        self._wait_for_web()
        self._greet(len(new))

    def _start_broker(self) -> None:
        broker.prepare(self.settings)
        for attempt in (1, 2):
            server = self._add("broker", broker.command(self.settings), (TERM, 5.0))
            if broker.wait_until_ready(self.settings, partial(self._wanted, server)):
                return
            self._check()
            if attempt == 1 and not server.running and (self.settings.data_dir / "broker" / "appendonlydir").exists():
                away = broker.set_aside(self.settings)
                say(f"dehusk: The broker could not read its file, which is now {away}. Pages are sent again.", sys.stderr)
                self._family.members.remove(server)
            else:
                raise Hopeless("broker", server.log_file)

    def _wanted(self, member: Member) -> bool:
        return member.running and not self._signals

    def _add(self, name: str, command: list[str], *steps: tuple[signal.Signals, float]) -> Member:
        self._check()
        member = Member(name, command, self.settings.data_dir / "logs" / f"{name}.log", steps)
        self._family.start(member)
        return member

    def _wait_for_web(self) -> None:
        ends = time.monotonic() + WEB_SECONDS
        while time.monotonic() < ends:
            self._check()
            self._family.look()
            try:
                with urlopen(f"{self.address}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.05)
        raise Hopeless("web", self.settings.data_dir / "logs" / "web.log")

    @property
    def address(self) -> str:
        host = self.settings.host
        if host in ("0.0.0.0", "::", ""):
            host = "127.0.0.1"
        return f"http://[{host}]:{self.settings.port}" if ":" in host else f"http://{host}:{self.settings.port}"

    def _greet(self, samples: int) -> None:
        here = os.path.relpath(self.settings.data_dir)
        where = here if not here.startswith("..") else str(self.settings.data_dir)
        page = '{"html": "<nav>Home News</nav><p>The ferry stayed at its pier until the afternoon.</p>"}'
        say("Dehusk is up.")
        say("")
        say(f"  web      {self.address}  (documents: {self.address}/v1/documents)")
        say(f"  data     {where}/  (logs: {where}/logs/)")
        if not self.settings.embedded_broker:
            say(f"  broker   {shown(self.settings.broker)}")
        if samples:
            say(f"  samples  {samples} pages were handed in, for there was none")
        say(f"  status   {program()} status" + ("" if here == "dehusk-data" else f" --data-dir {where}"))
        say("  stop     Ctrl-C")
        say("")
        say("Clean a page:")
        say("")
        say(f"  curl -s {self.address}/v1/clean -H 'content-type: application/json' -d '{page}'")
        say("")

    def _stop(self) -> None:
        """Web first, so that nothing new comes; then who works; the broker last, for it keeps the accounts of the others."""
        if self._signals:
            say("Stopping; nothing is lost. (Ctrl-C again: at once.)")
        began = time.monotonic()
        for names in (("web",), WORKERS, ("broker",)):
            self._family.stop(names, lambda: self._signals > 1)
        if self.settings.embedded_broker:
            self.settings.broker_socket.unlink(missing_ok=True)
        self._folder.close()
        if self._signals:
            say(f"Stopped in {time.monotonic() - began:.1f} s.")

    def _check(self) -> None:
        if self._signals:
            raise InterruptedError

    def _called(self, _: int, __: FrameType | None) -> None:
        # A terminal, `make` and `timeout` may each pass the same Ctrl-C on: those are one.
        if time.monotonic() - self._called_at > 0.5:
            self._signals += 1
            self._called_at = time.monotonic()


def say(line: str, out: TextIO | None = None) -> None:
    print(line, file=out or sys.stdout, flush=True)


def program() -> str:
    """How to call this program from here: `make run` does not put it on the path."""
    known = shutil.which("dehusk")
    mine = Path(sys.argv[0])
    if (known and Path(known).resolve() == mine.resolve()) or mine.name != "dehusk":
        return "dehusk"
    return os.path.relpath(mine)


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def first_free(host: str, port: int) -> int:
    """That port or one of the next twenty.

    Raises:
        BadSettings: all are in use.
    """
    for number in range(port, min(port + 20, 65536)):
        if is_free(host, number):
            return number
    raise BadSettings(f"The ports from {port} on are in use. Choose another with --port.")
