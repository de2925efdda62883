"""`python -m benchmarks.service.first_view`: how long the pages of the dashboard take when nothing is remembered.

A store is filled with invented roll-ups, a web process is started, and each page is asked for once; then the process is
started anew, so that no figure is remembered from the time before. The worst of the rounds counts.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from benchmarks.service.running import free_port
from dashboard.seed import name_of, seed
from worker.settings import Settings
from worker.store import Store

TARGET = 0.300  # seconds
START_SECONDS = 60
PAGES = (
    *("/", "/?span=week", "/?span=month", "/?span=quarter", "/hosts", "/hosts?order=kept_share", "/hosts?order=last"),
    *("/hosts?search=host-77", f"/hosts/{name_of(47)}", "/alarms", "/pages", "/v1/figures/overview?span=quarter"),
)


def main() -> int:
    """Exit status 1 when a page takes too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service.first_view", description=__doc__)
    parser.add_argument("--hosts", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--hours", type=int, default=336, help="of hosts by the hour")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the store is made, and kept for another time")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="dehusk-first-view-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _fill(folder, options.hosts, options.days, options.hours)
        took: dict[str, list[float]] = {path: [] for path in PAGES}
        for _ in range(options.rounds):
            with _web(folder) as address:
                for path in PAGES:
                    took[path].append(_ask(address + path))
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    for path, seconds in took.items():
        print(f"{path:36} {1000 * statistics.median(seconds):6.0f} ms, at most {1000 * max(seconds):.0f} ms")
    slowest = max(statistics.median(seconds) for seconds in took.values())
    print(f"slowest page {1000 * slowest:.0f} ms (target {1000 * TARGET:.0f} ms), median of {options.rounds} new processes")
    return 0 if slowest <= TARGET else 1


def _fill(folder: Path, hosts: int, days: int, hours: int) -> None:
    settings = Settings.load(data_dir=folder)
    store = Store.open(settings)
    store.migrate()
    done = folder / f"filled-{hosts}-{days}-{hours}"
    if not done.exists():
        began = time.monotonic()
        rows = seed(store.database, hosts, days, round(time.time() * 1000), hours=hours)
        done.touch()
        size = sum(file.stat().st_size for file in folder.glob("dehusk.sqlite3*")) / 1e9
        print(f"{rows:,} rows, {size:.1f} GB, in {time.monotonic() - began:.0f} s", flush=True)
    store.close()


@contextmanager
def _web(folder: Path) -> Iterator[str]:
    """The web process alone; it needs no broker to show pages."""
    settings = Settings.load(data_dir=folder, port=free_port(), log_level="warning")
    command = [sys.executable, "-m", "dashboard"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **settings.environment()}
    )
    address = f"http://127.0.0.1:{settings.port}"
    try:
        ends = time.monotonic() + START_SECONDS
        while not _alive(address):
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError("the web process does not start")
            time.sleep(0.05)
        _ask(f"{address}/signin")  # templates and modules are read once a process, and not by a page of figures
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _alive(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _ask(address: str) -> float:
    """Seconds until the whole answer is here."""
    began = time.perf_counter()
    with urlopen(Request(address, headers={"Accept": "text/html"}), timeout=120) as answer:
        answer.read()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
