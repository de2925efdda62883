"""The service as `dehusk up` runs it, for as long as something is measured."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import zstandard

from benchmarks.data import Sample
from worker.settings import Settings
from worker.store import Store

START_SECONDS = 60


class Service:
    """A running service and its store."""

    def __init__(self, settings: Settings, pid: int) -> None:
        self.settings = settings
        self.pid = pid  # of `dehusk up`, above all its parts
        self.address = f"http://127.0.0.1:{settings.port}"
        self.store = Store.open(settings)

    def post(self, batch: bytes) -> None:
        """Hand in a batch of NDJSON, compressed as the client does."""
        headers = {"content-type": "application/x-ndjson", "content-encoding": "zstd"}
        with urlopen(Request(f"{self.address}/v1/pages:batch", data=batch, headers=headers), timeout=120) as answer:
            answer.read()

    def settled(self) -> int:
        """Pages that are clean, rejected or dead."""
        counts = self.store.counts()
        return counts["clean"] + counts["rejected"] + counts["dead"]

    def wait(self, pages: int, seconds: float) -> None:
        """Wait until so many pages are settled."""
        ends = time.monotonic() + seconds
        while self.settled() < pages:
            if time.monotonic() > ends:
                raise TimeoutError(f"{self.store.counts()} after {seconds} s")
            time.sleep(0.1)  # a look reads the database, beside the workers


@contextmanager
def service(**settings: Any) -> Iterator[Service]:
    """Start it, wait for it, end it."""
    folder = Path(tempfile.mkdtemp(prefix="dehusk-bench-"))
    found = Settings.load(data_dir=folder / "data", port=free_port(), samples=False, log_level="warning", **settings)
    command = [sys.executable, "-m", "worker.cli", "up", "--port", str(found.port)]
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **found.environment()}, start_new_session=True
        )
    try:
        _wait_until_up(process, folder / "up.log")
        yield Service(found, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_up(process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while b"is up" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(log.read_text(errors="replace"))
        time.sleep(0.05)
    time.sleep(5)  # workers load the engine


def batches(samples: Sequence[Sample], source: str, rows: int = 50, **more: str) -> list[bytes]:
    """The pages as a crawler's client sends them."""
    out = []
    for start in range(0, len(samples), rows):
        lines = [
            json.dumps(
                {
                    "id": sample.id,
                    "source": source,
                    "url": sample.url
                    if sample.url and sample.url.startswith("http")
                    else f"https://bench.example/{sample.id}",
                    "html": sample.html.decode("utf-8", "replace"),
                    **more,
                }
            )
            for sample in samples[start : start + rows]
        ]
        out.append(zstandard.ZstdCompressor(level=3).compress("\n".join(lines).encode()))
    return out


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(below for child in children for below in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and all below it, those that ended included."""
    ticks = 0
    for one in family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
