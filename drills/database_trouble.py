"""A database that is locked, and one that is gone."""

import sqlite3
import time
from functools import partial

from drills.size import Size
from drills.world import World, pages, world
from tests.service.postgres import server


def database_locked(size: Size) -> str:
    """Somebody holds a lock on SQLite for longer than anybody waits for one."""
    with world(lease_seconds=60) as here:
        here.start_scheduler()
        here.start_worker()
        here.submit(pages(size.pages, "nap 50"))
        here.wait(30, until=lambda: here.states().get("clean", 0) > 0)
        lock = sqlite3.connect(here.settings.data_dir / "dehusk.sqlite3", timeout=30, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(size.seconds * 3)
        lock.execute("ROLLBACK")
        lock.close()
        here.wait(size.patience)
        assert here.states() == {"clean": size.pages}, here.states()
        return f"locked for {size.seconds * 3:g} s, {size.pages} pages clean"


def database_gone(size: Size) -> str:
    """PostgreSQL crashes while pages are being cleaned, and is away for seconds."""
    with server() as postgres, world(database_url=postgres.database(), lease_seconds=60) as here:
        here.start_scheduler()
        here.start_worker()
        here.submit(pages(size.pages, "nap 50"))
        for _ in range(max(1, size.rounds // 4)):
            here.wait(30, until=partial(_more_clean, here, here.states().get("clean", 0)))
            postgres.stop(signal=3)
            time.sleep(size.seconds)
            postgres.start()
        here.wait(size.patience)
        assert here.states() == {"clean": size.pages}, here.states()
        return f"crashed {max(1, size.rounds // 4)} times for {size.seconds:g} s, {size.pages} pages clean"


def _more_clean(here: World, before: int) -> bool:
    return here.states().get("clean", 0) > before or here.accounts.idle()
