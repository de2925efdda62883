"""`python -m drills [--small] [NAME …]`: have the accidents happen, print what came of them."""

import argparse
import sys
import time
import traceback

from drills.bad_pages import page_crashes, page_eats_memory, page_hangs, page_kills_worker
from drills.broker_trouble import broker_emptied, broker_full
from drills.crowds import random_kills, same_page
from drills.database_trouble import database_gone, database_locked
from drills.killed import child_killed, worker_killed, worker_stopped
from drills.size import FULL, SMALL, Size
from drills.upgrades import upgrade_and_rollback

DRILLS = (
    child_killed,
    worker_killed,
    worker_stopped,
    broker_emptied,
    broker_full,
    database_locked,
    database_gone,
    page_hangs,
    page_eats_memory,
    page_crashes,
    page_kills_worker,
    same_page,
    upgrade_and_rollback,
    random_kills,
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m drills", description="Accidents on purpose.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="drills to run; all if left out")
    parser.add_argument("--small", action="store_true", help="the small form, as in the test suite")
    wanted = parser.parse_args()
    known = {drill.__name__: drill for drill in DRILLS}
    unknown = [name for name in wanted.names if name not in known]
    if unknown:
        parser.error(f"no such drill: {', '.join(unknown)}. There are: {', '.join(known)}")
    failed = 0
    for name in wanted.names or known:
        failed += not run(name, SMALL if wanted.small else FULL)
    print(f"{len(wanted.names or known) - failed} passed, {failed} failed")
    return 1 if failed else 0


def run(name: str, size: Size) -> bool:
    """Run one drill and print its line."""
    drill = next(drill for drill in DRILLS if drill.__name__ == name)
    print(f"{name}: {' '.join((drill.__doc__ or '').split())}", flush=True)
    began = time.monotonic()
    try:
        told = drill(size)
    except Exception:  # one drill that fails must not hide what the others say
        traceback.print_exc(file=sys.stdout)
        print(f"  FAILED after {time.monotonic() - began:.0f} s", flush=True)
        return False
    print(f"  passed in {time.monotonic() - began:.0f} s: {told}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
