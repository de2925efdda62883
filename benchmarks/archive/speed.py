"""Records a second beside other pipelines in the same run, and the memory it takes."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.archive.crawl import FILES, texts, warcs
from benchmarks.archive.watch import Watched, watched
from benchmarks.data import DataSet
from benchmarks.report import Figure, Section, table

TIMES_DATATROVE, TIMES_BARE, TIMES_TEXT = 6.0, 0.5, 15.0
MEMORY, GROWTH = 400.0, 0.05
JOBS = "2"


def run(folder: Path, sets: Sequence[DataSet], records: int) -> Section:
    """WARC to Parquet with sidecars, and JSONL text to JSONL, each beside its peers."""
    files = [str(path) for path in warcs(folder, sets, records)]
    text = texts(folder, sets, records)
    out = folder / "out"
    few = files[: max(2, FILES // 4)]  # the slow peer sees a quarter of the files
    share = len(few) / len(files)
    clean = [sys.executable, "-m", "worker.cli", "archive", "clean"]
    peer = [sys.executable, "-m", "benchmarks.archive.peers"]
    rates: dict[str, float] = {}
    seen: dict[str, Watched] = {}
    plan = (
        (
            "dehusk, WARC to Parquet",
            [*clean, *files, "--out", str(out / "warc"), "--format", "parquet", "-j", JOBS],
            records,
        ),
        ("bare FastWARC + resiliparse", [*peer, "bare", str(out / "bare"), *files], records),
        ("datatrove + trafilatura", [*peer, "datatrove", str(out / "datatrove"), *few], int(records * share)),
        ("dehusk, text to text", [*clean, str(text), "--out", str(out / "text"), "-j", JOBS], records),
    )
    for name, command, count in plan:
        shutil.rmtree(out, ignore_errors=True)
        seen[name] = watched(command)
        rates[name] = count / seen[name].seconds
    shutil.rmtree(out, ignore_errors=True)
    warc, bare, datatrove, plain = rates.values()
    own = seen["dehusk, WARC to Parquet"]
    rows = [(name, rate, rate / datatrove, seen[name].seconds, seen[name].peak) for name, rate in rates.items()]
    head = ["", "records/s", "x datatrove", "seconds", "peak MiB of a process"]
    figures = [
        Figure("WARC to Parquet, x datatrove + trafilatura", warc / datatrove, TIMES_DATATROVE, places=2),
        Figure("WARC to Parquet, x bare FastWARC + resiliparse", warc / bare, TIMES_BARE, places=2),
        Figure("text to text, x datatrove + trafilatura", plain / datatrove, TIMES_TEXT, places=1),
        Figure("MiB of the largest process", own.peak, MEMORY, at_most=True, places=0),
        Figure("growth of the largest process", own.growth, GROWTH, at_most=True),
    ]
    return Section("speed", figures, [table(f"Speed, {records:,} records, two processes", head, rows, places=1)], rates)
