"""Processes that are killed, and one that is asked to go."""

import os
import signal
import time

from drills.size import Size
from drills.world import World, pages, world


def child_killed(size: Size) -> str:
    """SIGKILL of a worker's process in the middle of a page."""
    with world() as here:
        here.start_scheduler()
        worker = here.start_worker()
        here.submit(pages(size.pages, "nap 100"))
        kills = 0
        while kills < size.rounds:
            _wait_for_work(here)
            victims = here.children(worker)
            if victims:
                os.kill(victims[kills % len(victims)], signal.SIGKILL)
                kills += 1
            time.sleep(0.5)
        here.wait(size.patience)
        assert here.states() == {"clean": size.pages}, here.states()
        return f"{kills} kills, {size.pages} pages clean, tries {_tries(here)}"


def worker_killed(size: Size) -> str:
    """SIGKILL of the whole worker in the middle of its pages, and a new one in its place."""
    with world() as here:
        here.start_scheduler()
        here.submit(pages(size.pages, "nap 100"))
        for _ in range(max(1, size.rounds // 2)):
            worker = here.start_worker()
            _wait_for_work(here)
            time.sleep(0.3)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        here.start_worker()
        here.wait(size.patience)
        assert here.states() == {"clean": size.pages}, here.states()
        return f"{max(1, size.rounds // 2)} kills, {size.pages} pages clean, tries {_tries(here)}"


def worker_stopped(size: Size) -> str:
    """SIGTERM in the middle of a page that takes long: gone in seconds, no try lost, nothing cleaned twice."""
    with world(deadline_seconds=30, lease_seconds=60, resend_seconds=60) as here:
        here.start_scheduler()
        worker = here.start_worker()
        slow = [*pages(2, "nap 4500", prefix="slow"), *pages(size.pages, "nap 50")]
        here.submit(slow)
        _wait_for_work(here)
        time.sleep(0.2)
        began = time.monotonic()
        worker.terminate()
        status = worker.wait(timeout=20)
        took = time.monotonic() - began
        assert took < 8, took
        here.wait(5, until=lambda: here.states().get("cleaning", 0) == 0)
        here.start_worker()
        here.wait(size.patience)
        assert here.states() == {"clean": len(slow)}, here.states()
        assert set(here.accounts.attempts()) == {1}, here.accounts.attempts()
        return f"gone after {took:.1f} s with status {status}, all {len(slow)} pages clean at the first try"


def _wait_for_work(here: World) -> None:
    here.wait(30, until=lambda: here.states().get("cleaning", 0) > 0 or here.accounts.idle())


def _tries(here: World) -> str:
    return ", ".join(f"{tries}: {count} pages" for tries, count in sorted(here.accounts.attempts().items()))
