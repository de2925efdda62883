"""Pages a second from the HTTP batch to the stored document, beside a plain Celery task, two processes each."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import redis

from benchmarks.data import Sample
from benchmarks.service.plain import DONE
from benchmarks.service.running import batches, cpu_seconds, service
from worker.settings import Settings
from worker.up import broker

PROCESSES = 2
TARGET = 4.0
PATIENCE = 1200.0


def report(samples: Sequence[Sample]) -> str:
    """Both, one after the other."""
    ours = dehusk_rate(samples)
    theirs = plain_rate(samples)
    return (
        f"end to end, {len(samples)} pages of wcxb-dev, {PROCESSES} processes\n"
        f"  dehusk (HTTP batch to stored document)      {ours}\n"
        f"  Celery task, trafilatura, HTML in message   {theirs}\n"
        f"  ratio {ours.rate / theirs.rate:.2f} (to reach: {TARGET:g}); of CPU time, which other load "
        f"changes less: {theirs.cpu_ms / ours.cpu_ms:.2f}"
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """What one of the two did."""

    rate: float  # pages a second
    cpu_ms: float  # a page, of all processes: broker, web, workers

    def __str__(self) -> str:
        return f"{self.rate:6.1f} pages/s, {self.cpu_ms:5.1f} ms of CPU a page"


def dehusk_rate(samples: Sequence[Sample]) -> Figure:
    """From the first byte sent to the last document stored."""
    warm, measured = batches(samples[:60], "warm"), batches(samples, "measured")
    with service(workers=PROCESSES) as running:
        for batch in warm:
            running.post(batch)
        running.wait(min(60, len(samples)), PATIENCE)
        began, used = time.perf_counter(), cpu_seconds(running.pid)
        for batch in measured:
            running.post(batch)
        running.wait(len(samples) + min(60, len(samples)), PATIENCE)
        took, used = time.perf_counter() - began, cpu_seconds(running.pid) - used
        return Figure(len(samples) / took, 1000 * used / len(samples))


def plain_rate(samples: Sequence[Sample]) -> Figure:
    """From the first message sent to the last text kept."""
    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        settings = Settings.load(data_dir=Path(folder), samples=False)
        (settings.data_dir / "broker").mkdir()
        broker.prepare(settings)
        command = [part if part != "512mb" else "4gb" for part in broker.command(settings)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert broker.wait_until_ready(settings, lambda: server.poll() is None)
        url = f"redis+socket://{settings.broker_socket}"
        os.environ["PLAIN_BROKER"] = settings.broker
        worker = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-q",
                "-b",
                url,
                "-A",
                "benchmarks.service.plain",
                "worker",
                "-c",
                str(PROCESSES),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return _drain(settings.broker, url, samples, (server.pid, worker.pid))
        finally:
            worker.terminate()
            worker.wait(30)
            server.kill()
            server.wait()


def _drain(address: str, url: str, samples: Sequence[Sample], parts: Sequence[int]) -> Figure:
    from celery import Celery

    sender = Celery("sender", broker=url)
    client = redis.Redis.from_url(address)
    pages = [sample.html.decode("utf-8", "replace") for sample in samples]
    _send(sender, client, pages[:60])
    began, used = time.perf_counter(), sum(map(cpu_seconds, parts))
    _send(sender, client, pages)
    took, used = time.perf_counter() - began, sum(map(cpu_seconds, parts)) - used
    return Figure(len(pages) / took, 1000 * used / len(pages))


def _send(sender: object, client: redis.Redis, pages: Sequence[str]) -> None:
    client.set(DONE, 0)
    for page in pages:
        sender.send_task("extract", args=[page], ignore_result=True)  # type: ignore[attr-defined]
    ends = time.monotonic() + PATIENCE
    while int(client.get(DONE) or 0) < len(pages):  # type: ignore[arg-type]
        if time.monotonic() > ends:
            raise TimeoutError(f"{client.get(DONE)!r} of {len(pages)}")
        time.sleep(0.05)
