"""What second opinions cost beside cleaning, as the scheduler asks for them: process start, reading, comparing, storing."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.data import Sample
from cleaners import clean
from cleaners.errors import CleanError
from worker.quality import follow
from worker.quality.second import NAME, SHARE, Opinions
from worker.settings import Settings
from worker.store import Store
from worker.store.form import document
from worker.store.nouns import Outcome, Submission

TIMES = 10  # each page so often, under names of its own, for one in a hundred is asked about
GROUP = 100
TARGET = 0.10


def report(samples: Sequence[Sample]) -> str:
    """CPU seconds of cleaning, and of all that second opinions take."""
    with tempfile.TemporaryDirectory(prefix="dehusk-bench-") as folder:
        store = Store.open(Settings.load(data_dir=Path(folder)))
        try:
            store.migrate()
            follow.begin(store.database, NAME)
            cleaned, pages = _clean(store, samples)
            asked, count = _ask(store)
        finally:
            store.close()
    more = asked / cleaned
    return (
        f"second opinion on {SHARE:.0%} of {pages:,} pages: {count} asked, {asked:.2f} s of CPU beside {cleaned:.1f} s of "
        f"cleaning: {more:.1%} more (target at most {TARGET:.0%})"
    )


def _clean(store: Store, samples: Sequence[Sample]) -> tuple[float, int]:
    """Every page into the store and through the cleaner; CPU seconds of the cleaner, and pages."""
    pages = [
        Submission(
            source="benchmark", key=f"{sample.id}-{number}", url=sample.url or sample.id, body=sample.html, kind="auto"
        )
        for number in range(TIMES)
        for sample in samples
    ]
    spent = 0.0
    for at in range(0, len(pages), GROUP):
        receipts = store.submit(pages[at : at + GROUP])
        outcomes = []
        for job in store.claim([one.revision_id for one in receipts], "benchmark"):
            began = time.process_time()
            try:
                found = document(clean(job.body, url=job.url, content_type=job.content_type), "default")
            except CleanError as error:
                outcomes.append(Outcome(job_id=job.id, attempt=job.attempt, rejected=(error.name, str(error))))
                continue
            finally:
                spent += time.process_time() - began
            outcomes.append(Outcome(job_id=job.id, attempt=job.attempt, document=found))
        store.finish(outcomes)
    return spent, len(pages)


def _ask(store: Store) -> tuple[float, int]:
    """CPU seconds of this process and the one it asks, and how many opinions there are."""
    me = psutil.Process()
    began = time.process_time()
    opinions = Opinions(store)
    while opinions.ask_next() >= 500:
        pass
    spent = time.process_time() - began
    for child in me.children(recursive=True):
        spent += child.cpu_times().user + child.cpu_times().system
    opinions.close()
    with store.database.read() as connection:
        count = int(connection.exec_driver_sql("SELECT count(*) FROM second_opinion").scalar_one())
    return spent, count
