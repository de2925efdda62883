"""A command under observation: how long it takes, and what memory its processes hold meanwhile."""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

EVERY = 0.25  # seconds
MIB = 1024 * 1024


@dataclass(slots=True)
class Watched:
    """What was seen of one command."""

    seconds: float = 0.0
    peaks: dict[int, float] = field(default_factory=dict)  # MiB by process
    largest: list[float] = field(default_factory=list)  # MiB of the largest process, sample by sample

    @property
    def peak(self) -> float:
        """MiB of the largest process at its largest."""
        return max(self.peaks.values(), default=float("nan"))

    @property
    def growth(self) -> float:
        """How much more the largest process holds in the last quarter of the run than in the second."""
        quarter = len(self.largest) // 4
        if quarter < 4:
            return float("nan")
        early, late = self.largest[quarter : 2 * quarter], self.largest[-quarter:]
        return (sum(late) / len(late)) / (sum(early) / len(early)) - 1


def watched(command: Sequence[str]) -> Watched:
    """Run a command to its end."""
    out = Watched()
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    root = psutil.Process(process.pid)
    while process.poll() is None:
        time.sleep(EVERY)
        sizes: dict[int, float] = {}
        try:
            for one in (root, *root.children(recursive=True)):
                sizes[one.pid] = one.memory_info().rss / MIB
        except psutil.NoSuchProcess:
            continue
        for pid, size in sizes.items():
            out.peaks[pid] = max(out.peaks.get(pid, 0.0), size)
        out.largest.append(max(sizes.values()))
    out.seconds = time.monotonic() - begun
    assert process.stderr is not None
    errors = process.stderr.read().decode("utf-8", "replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{errors[-2000:]}")
    return out
