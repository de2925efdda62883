"""Does a worker grow? Resident memory of its processes over many pages, with no process ever replaced."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.data import Sample
from benchmarks.service.running import family
from drills.world import World
from worker.store.nouns import Submission

PAGES = int(os.environ.get("GROWTH_PAGES", "20000"))
WARM_UP = 0.2  # of the pages; caches fill in the first of them
TARGET = 0.05
AT_ONCE = 200


def report(samples: Sequence[Sample]) -> str:
    """Memory of all processes of one worker, at the warm-up's end and at the end."""
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        here = World(Path(folder), workers=1, deadline_seconds=30, memory_mb=2000, lease_seconds=120, resend_seconds=600)
        try:
            here.start_scheduler()
            worker = here.start(sys.executable, "-m", "benchmarks.service.growth", DEHUSK_LOG_LEVEL="warning")
            marks = list(_through(here, worker, samples))
        finally:
            here.close()
    warm = next(size for pages, size in marks if pages >= WARM_UP * PAGES)
    last = max(size for pages, size in marks[-5:])
    shown = ", ".join(f"{pages}: {size / 2**20:.0f} MB" for pages, size in marks[:: max(1, len(marks) // 8)])
    return (
        f"memory of a worker's processes over {PAGES} pages, recycling off\n  {shown}\n"
        f"  growth after warm-up {100 * (last / warm - 1):+.1f} % (to reach: at most {100 * TARGET:g} %)"
    )


def _through(here: World, worker: "subprocess.Popen[bytes]", samples: Sequence[Sample]) -> Iterator[tuple[int, int]]:
    for start in range(0, PAGES, AT_ONCE):
        wanted = range(start, min(start + AT_ONCE, PAGES))
        here.submit([_page(samples[number % len(samples)], number) for number in wanted])
        here.wait(600)
        while here.store.rollup(5000):
            pass
        if start % (10 * AT_ONCE) == 0:
            time.sleep(0.5)
            yield start + AT_ONCE, sum(map(resident, family(worker.pid)))


def _page(sample: Sample, number: int) -> Submission:
    """Pages differ, so that none is known already."""
    mark = f"<!-- {number} -->".encode()
    return Submission(source="growth", key=str(number % 4000), url=sample.url or "", body=sample.html + mark, kind="html")


def resident(pid: int) -> int:
    """Real memory of a process, with its share of what it shares."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))


def main() -> None:
    """`dehusk worker` that replaces none of its processes."""
    from worker.pool import supervisor
    from worker.queue import app, clean_batch

    made = app.make_app

    def unrecycled(settings: object) -> object:
        application = made(settings)  # type: ignore[arg-type]
        application.conf.update(worker_max_tasks_per_child=None, worker_max_memory_per_child=None)
        return application

    app.make_app = unrecycled
    pool = supervisor.Pool
    clean_batch.Pool = lambda *given, **more: pool(*given, **{**more, "recycle_after": 10**9, "growth_mb": 10**6})  # type: ignore[assignment,misc]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from worker.cli import main as dehusk

    sys.argv[:] = ["dehusk", "worker"]
    dehusk()


if __name__ == "__main__":
    main()
