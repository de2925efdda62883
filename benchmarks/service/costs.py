"""Where the CPU time of a page goes: by process of the service, beside the cleaner alone."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.data import Sample
from benchmarks.service.running import batches, family, service
from cleaners import clean

PROCESSES = 2
PATIENCE = 600.0
WARM = 60
PARTS = ("web", "worker", "child", "pool", "scheduler", "urgent", "broker", "up")
MEANING = {
    "web": "HTTP, rows, packs",
    "worker": "Celery's main process: messages",
    "child": "Celery's children: claims, outcomes",
    "pool": "the cleaner, under supervision",
    "scheduler": "sweeps, roll-ups",
    "urgent": "idle here",
    "broker": "Valkey",
    "up": "watches over the others",
}


def report(samples: Sequence[Sample]) -> str:
    """CPU milliseconds a page by process, and the cleaner by itself."""
    spent, seconds = by_part(samples)
    alone = engine_alone(samples)
    lines = [f"CPU a page by process, {len(samples)} pages of wcxb-dev, {PROCESSES} cleaning processes, {seconds:.1f} s"]
    for part in PARTS:
        lines.append(f"  {part:<10} {1000 * spent[part] / len(samples):6.2f} ms   {MEANING[part]}")
    whole = 1000 * sum(spent.values()) / len(samples)
    lines.append(f"  {'together':<10} {whole:6.2f} ms")
    lines.append(f"  cleaner alone, in one process {alone:.2f} ms; everything else {whole - alone:.2f} ms")
    return "\n".join(lines)


def by_part(samples: Sequence[Sample]) -> tuple[dict[str, float], float]:
    """CPU seconds by part from the first byte sent to the last document stored, and how long it took."""
    warm, measured = batches(samples[:WARM], "warm"), batches(samples, "measured")
    with service(workers=PROCESSES) as running:
        for batch in warm:
            running.post(batch)
        running.wait(min(WARM, len(samples)), PATIENCE)
        time.sleep(2)  # what follows the last page: roll-ups
        began, before = time.perf_counter(), parts(running.pid)
        for batch in measured:
            running.post(batch)
        running.wait(len(samples) + min(WARM, len(samples)), PATIENCE)
        seconds = time.perf_counter() - began
        spent = parts(running.pid)
        return {part: spent[part] - before[part] for part in PARTS}, seconds


def parts(pid: int) -> dict[str, float]:
    """CPU seconds so far, by part, of a `dehusk up`."""
    found = dict.fromkeys(PARTS, 0.0)
    found["up"] = _own(pid)
    for child in family(pid)[1:]:
        name, depth = _place(child, pid)
        if name == "worker" and depth:
            name = ("child", "pool")[min(depth, 2) - 1]
        found[name] += _own(child)
    return found


def _place(pid: int, top: int) -> tuple[str, int]:
    """The part that a process belongs to, and how far below the part's first process it is."""
    depth = 0
    while (above := _parent(pid)) not in (top, 0):
        pid, depth = above, depth + 1
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    if b"dashboard" in command:
        return "web", depth
    if b"scheduler" in command:
        return "scheduler", depth
    if b"--urgent" in command:
        return "urgent", depth
    return ("worker" if b"worker" in command else "broker"), depth


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _own(pid: int) -> float:
    """CPU seconds of a process and of its children that are gone."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def engine_alone(samples: Sequence[Sample]) -> float:
    """CPU milliseconds a page of the cleaner in this process, each page handed to it as its bytes."""
    for sample in samples[:20]:
        clean(sample.html, url=sample.url, content_type="text/html")
    began = time.process_time()
    for sample in samples:
        clean(sample.html, url=sample.url, content_type="text/html")
    return 1000 * (time.process_time() - began) / len(samples)
