"""The same run by two workers of the service over the broker, and by two processes of the command."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.archive.crawl import warcs
from benchmarks.archive.kills import digest
from benchmarks.data import DataSet
from benchmarks.report import Figure, Section, table
from benchmarks.service.running import cpu_seconds
from drills.world import World

RECORDS = 800
ROUNDS = 2  # in turn, so that other load meets both; the better one of each counts
RANGE_MB = "8"
SHARE = 0.85


def run(folder: Path, sets: Sequence[DataSet], records: int = RECORDS) -> Section:
    """Records a second of both, from the command's start to the report."""
    files = [str(path) for path in warcs(folder, sets, records)]
    clean = [sys.executable, "-m", "worker.cli", "archive", "clean", *files, "--range-mb", RANGE_MB]
    outs = {"local": folder / "local", "queued": folder / "queued"}
    best = dict.fromkeys(outs, float("inf"))
    spent = dict.fromkeys(outs, float("inf"))  # CPU seconds, which other load changes less
    with tempfile.TemporaryDirectory(prefix="queued-") as home:
        here = World(Path(home), lease_seconds=120, resend_seconds=600, deadline_seconds=30, memory_mb=2000)
        commands = {
            "local": [*clean, "--out", str(outs["local"]), "-j", "2"],
            "queued": [*clean, "--out", str(outs["queued"]), "--queue", "--data-dir", str(here.settings.data_dir)],
        }
        try:
            worker = here.start(sys.executable, "-m", "worker.cli", "worker", "--concurrency", "2")
            _wake(here, folder, sets)
            for _ in range(ROUNDS):
                for name, command in commands.items():
                    shutil.rmtree(outs[name], ignore_errors=True)
                    begun, used = time.monotonic(), cpu_seconds(worker.pid)
                    own = _run(command)
                    best[name] = min(best[name], time.monotonic() - begun)
                    spent[name] = min(spent[name], own + cpu_seconds(worker.pid) - used)
        finally:
            here.close()
    same = digest(outs["local"]) == digest(outs["queued"])
    for path in outs.values():
        shutil.rmtree(path, ignore_errors=True)
    rows = [(name, records / seconds, seconds, 1000 * spent[name] / records) for name, seconds in best.items()]
    figures = [
        Figure(
            "queued over two workers, share of local over two processes", best["local"] / best["queued"], SHARE, places=2
        ),
        Figure("the same of CPU time", spent["local"] / spent["queued"], SHARE, places=2),
        Figure("outputs of both alike", float(same), 1.0, places=0),
    ]
    head = ["", "records/s", "seconds", "CPU ms a record"]
    return Section("queued", figures, [table(f"Queued and local, {records:,} records", head, rows, places=1)], dict(best))


def _wake(here: World, folder: Path, sets: Sequence[DataSet]) -> None:
    """A small run first: workers that run for weeks are measured, not their start."""
    few = [str(path) for path in warcs(folder, sets, 32)]
    command = [sys.executable, "-m", "worker.cli", "archive", "clean", *few, "--out", str(here.folder / "first"), "--queue"]
    subprocess.run([*command, "--data-dir", str(here.settings.data_dir)], check=True, stderr=subprocess.DEVNULL)


def _run(command: Sequence[str]) -> float:
    """Run a command; CPU seconds of it and of its processes, which it does not wait for, so they are looked at meanwhile."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    used = 0.0
    while process.poll() is None:
        used = max(used, cpu_seconds(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used
