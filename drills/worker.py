"""`python -m drills.worker`: `dehusk worker`, with the cleaner of the drills and, if told so, as another release."""

import os
import sys
from importlib import import_module

from drills.engine import clean_page
from worker.queue import engine


def main() -> None:
    engine.clean_page = clean_page
    vars(import_module("worker.store.finish"))["BACKOFF"] = (200, 500)  # ms; seconds in production
    release = os.environ.get("DRILL_RELEASE")
    if release:  # a program that writes messages of the next version and whose texts have another cleaner version
        from cleaners import version
        from worker.queue import send, tasks

        version.RELEASE = release
        send.VERSION = 2
        tasks.READS = (1, 2)
    from worker.cli import main as dehusk

    sys.argv[0] = "dehusk"
    dehusk()


if __name__ == "__main__":
    main()
