"""What the spam rule adds to the cost of a clean page: pages nobody has put spam into, each cleaned once.

python -m benchmarks.spam.cost DATA [PAGES]
"""

from __future__ import annotations

import gzip
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cleaners.rules
from cleaners import clean
from cleaners.page import Mark, Page
from cleaners.rules.spam_injection import spam_injection

WARM = 21  # pages cleaned before, so that what is read once a process is not counted


def cost(data: Path, most: int = 400) -> tuple[list[float], float]:
    """Seconds of the rule for each page, and of the whole engine for all of them."""
    files = sorted((data / "wcxb-dev" / "html").glob("*.gz"))
    taken: list[float] = []

    def timed(page: Page) -> Iterator[Mark]:
        started = time.process_time()
        marks = list(spam_injection(page))
        taken.append(time.process_time() - started)
        return iter(marks)

    rules = cleaners.rules.RULES
    cleaners.rules.RULES = tuple(timed if rule is spam_injection else rule for rule in rules)  # type: ignore[misc]
    try:
        for file in files[5 :: max(1, len(files) // WARM)]:
            clean(gzip.decompress(file.read_bytes()))
        taken.clear()
        pages = [gzip.decompress(file.read_bytes()) for file in files[1 :: max(1, len(files) // most)]]
        started = time.process_time()
        for page in pages:
            clean(page)
        return taken, time.process_time() - started
    finally:
        cleaners.rules.RULES = rules  # type: ignore[misc]


def main() -> int:
    """Print milliseconds a page."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    taken, whole = cost(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 400)
    if not taken:
        print(f"{sys.argv[1]}: no pages in wcxb-dev/html.")
        return 2
    pages = len(taken)
    print(
        f"{pages} pages, {whole / pages * 1e3:.1f} ms each, of them the spam rule {sum(taken) / pages * 1e3:.2f} ms "
        f"(half of the pages below {statistics.median(taken) * 1e3:.2f} ms)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
