"""What the store costs a page: submit, claim, finish and merge with a cleaner that costs nothing, beside trafilatura."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.data import Sample
from worker.queue.clean_batch import GROUP
from worker.settings import Settings
from worker.store import Store
from worker.store.nouns import Document, Job, Outcome, ReasonCount, Submission

SUBMITTED = 100  # pages in a batch, as the client sends them
TARGET = 0.10  # of trafilatura's CPU time


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds a page, by step."""

    database: str
    steps: dict[str, float]
    server: float  # of them in the database server, where there is one

    @property
    def total(self) -> float:
        """All steps, both sides."""
        return sum(self.steps.values()) + self.server


class Meter:
    """Adds up the CPU time of this process by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What is done inside counts under that name."""
        begun = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begun


def store_cost(settings: Settings, samples: Sequence[Sample], server: Callable[[], float] | None = None) -> Cost:
    """Every page through an empty store."""
    store = Store.open(settings)
    store.migrate()
    gold = {(sample.url or sample.id): sample.gold for sample in samples}
    _through(store, [_submission(sample, "warm-up") for sample in samples[:50]], gold, Meter())
    meter = Meter()
    begun = server() if server is not None else 0.0
    _through(store, [_submission(sample, "benchmark") for sample in samples], gold, meter)
    spent = server() - begun if server is not None else 0.0
    counts = store.counts()
    assert counts["clean"] == len(samples) + min(50, len(samples)), counts
    store.close()
    pages = len(samples)
    steps = {name: 1000 * seconds / pages for name, seconds in meter.seconds.items()}
    return Cost(store.database.engine.dialect.name, steps, 1000 * spent / pages)


def _submission(sample: Sample, source: str) -> Submission:
    return Submission(source=source, key=sample.id, url=sample.url or sample.id, body=sample.html, kind="html")


def _through(store: Store, pages: Sequence[Submission], gold: dict[str, str], meter: Meter) -> None:
    for start in range(0, len(pages), SUBMITTED):
        with meter.step("submit"):
            receipts = store.submit(pages[start : start + SUBMITTED])
        ids = [receipt.revision_id for receipt in receipts]
        with meter.step("enqueued"):
            store.enqueued(ids)
        for at in range(0, len(ids), GROUP):
            with meter.step("claim"):
                jobs = store.claim(ids[at : at + GROUP], "benchmark")
            with meter.step("unpack"):
                sizes = [len(job.body) for job in jobs]
            assert all(sizes), jobs
            outcomes = [_outcome(job, gold[job.url]) for job in jobs]
            with meter.step("finish"):
                store.finish(outcomes)
    with meter.step("merge"):
        while store.rollup():
            pass


def _outcome(job: Job, text: str) -> Outcome:
    """A result of the usual size: the known text, a kilobyte of drops, six reasons."""
    reasons = tuple(ReasonCount(f"reason_{number}", "rule", 3, 20) for number in range(6))
    document = Document(
        cleaner_version="1+benchmark",
        profile="default",
        text=text,
        title="A title",
        language="en",
        confidence=0.8,
        kept_share=0.5,
        words_in=1000,
        words_kept=500,
        reasons=reasons,
        account=bytes(1000),
    )
    return Outcome(job_id=job.id, attempt=job.attempt, document=document, cpu_ms=10.0)


def trafilatura_cost(samples: Sequence[Sample]) -> float:
    """CPU milliseconds a page of trafilatura with its defaults."""
    import trafilatura

    for sample in samples[:5]:
        trafilatura.extract(sample.html)
    begun = time.process_time()
    for sample in samples:
        trafilatura.extract(sample.html)
    return 1000 * (time.process_time() - begun) / len(samples)


def cpu_of(pid: int) -> Callable[[], float]:
    """CPU seconds so far of a server and its processes, those included that are gone."""

    def spent() -> float:
        parent = psutil.Process(pid)
        times = parent.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for child in parent.children(recursive=True):
            own = child.cpu_times()
            total += own.user + own.system
        return total

    return spent


def measure(samples: Sequence[Sample]) -> tuple[list[Cost], float]:
    """The store on both databases, and trafilatura, one after another in this process."""
    from tests.service.postgres import programs, server

    costs = []
    with tempfile.TemporaryDirectory() as folder:
        costs.append(store_cost(Settings.load(data_dir=Path(folder)), samples))
    if programs() is not None:
        with server("shared_buffers=256MB") as running, tempfile.TemporaryDirectory() as folder:
            settings = Settings.load(data_dir=Path(folder), database_url=running.database())
            costs.append(store_cost(settings, samples, cpu_of(running.pid)))
    return costs, trafilatura_cost(samples)


def table(costs: Sequence[Cost], beside: float) -> str:
    """The figures as Markdown."""
    steps = list(costs[0].steps)
    lines = [f"| CPU ms a page | {' | '.join(steps)} | server | together | of trafilatura's {beside:.1f} | target |"]
    lines.append("|---" * (len(steps) + 5) + "|")
    for cost in costs:
        parts = " | ".join(f"{cost.steps[step]:.2f}" for step in steps)
        share = cost.total / beside
        lines.append(f"| {cost.database} | {parts} | {cost.server:.2f} | {cost.total:.2f} | {share:.1%} | ≤ {TARGET:.0%} |")
    return "\n".join(lines)


def report(samples: Sequence[Sample]) -> str:
    """Measure, and say it."""
    costs, beside = measure(samples)
    size = sum(len(sample.html) for sample in samples) / len(samples) / 1000
    head = f"store: {len(samples)} pages of {size:.0f} kB on average, submitted by {SUBMITTED}, cleaned by {GROUP}"
    return f"{head}\n\n{table(costs, beside)}\n"
