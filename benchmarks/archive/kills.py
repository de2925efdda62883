"""kill -9 at random moments, and go on: the outputs are those of the run that nobody disturbed."""

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.archive.crawl import warcs
from benchmarks.data import DataSet
from benchmarks.report import Figure, Section

RECORDS = 160
OUTPUTS = ("data", "removed", "errors", "manifest.jsonl")


def run(folder: Path, sets: Sequence[DataSet], drills: int) -> Section:
    """One undisturbed run, then `drills` that are killed once each at a random moment and run again."""
    files = [str(path) for path in warcs(folder, sets, RECORDS)]
    command = [
        sys.executable,
        "-m",
        "worker.cli",
        "archive",
        "clean",
        *files,
        "--range-mb",
        "0.5",
        "--drop-duplicates",
        "-j",
    ]
    whole = folder / "whole"
    shutil.rmtree(whole, ignore_errors=True)
    begun = time.monotonic()
    subprocess.run([*command, "2", "--out", str(whole)], check=True, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - begun
    wanted = digest(whole)
    moments = random.Random(20240501)
    alike = 0
    for drill in range(drills):
        out = folder / "killed"
        shutil.rmtree(out, ignore_errors=True)
        again = [*command, str(1 + drill % 3), "--out", str(out)]
        process = subprocess.Popen(again, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.05, 1.0) * seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        subprocess.run(again, check=True, stderr=subprocess.DEVNULL)
        alike += digest(out) == wanted
    return Section("kills", [Figure(f"of {drills} killed runs, identical", float(alike), float(drills), places=0)], [])


def digest(run: Path) -> str:
    state = hashlib.sha256()
    for name in OUTPUTS:
        paths = sorted((run / name).rglob("*")) if (run / name).is_dir() else [run / name]
        for path in paths:
            if path.is_file():
                state.update(path.relative_to(run).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()
