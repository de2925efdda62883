"""Two releases side by side: forward and back again, without a pause."""

import time

from drills.size import Size
from drills.world import pages, world
from worker.store.nouns import Where

NEWER = {"DRILL_RELEASE": "99.0.0"}  # another cleaner version, and messages of the next version


def upgrade_and_rollback(size: Size) -> str:
    """Old workers, then old and new, then new alone, then back, while pages keep coming."""
    with world() as here:
        scheduler = here.start_scheduler()
        old = here.start_worker()
        here.submit(pages(size.pages, "nap 30", prefix="before"))
        here.wait(30, until=lambda: here.states().get("clean", 0) > 0)

        new = here.start_worker(**NEWER)
        scheduler.terminate()
        scheduler.wait(timeout=20)
        newer_scheduler = here.start_scheduler(**NEWER)  # sends messages that only the newer workers read
        here.submit(pages(size.pages, "nap 30", prefix="beside"), announce=False)
        time.sleep(size.seconds)
        old.terminate()
        old.wait(timeout=20)
        here.submit(pages(size.pages, "nap 30", prefix="after"), announce=False)
        here.wait(size.patience, until=lambda: here.states().get("clean", 0) >= 2 * size.pages)

        here.start_worker()
        newer_scheduler.terminate()
        newer_scheduler.wait(timeout=20)
        here.start_scheduler()
        new.terminate()
        new.wait(timeout=20)
        here.submit(pages(size.pages, "nap 30", prefix="back"))
        here.wait(size.patience)
        assert here.states() == {"clean": 4 * size.pages}, here.states()
        made = [found.document.cleaner_version for found in here.store.documents(Where(), limit=10_000).documents]
        newer = sum(version.startswith("99.") for version in made)
        assert 0 < newer < len(made), made
        return f"{4 * size.pages} pages clean, {newer} of them by the newer release, each once"
