"""Milliseconds per page, all tools in turn on the same bytes: a drifting machine then drifts for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.data import DataSet
from benchmarks.metrics import mean, quantile
from benchmarks.peers import Tool
from benchmarks.progress import progress
from benchmarks.report import Figure, Section, table
from benchmarks.runner import Runner

TIMES_TRAFILATURA = 4.0
WORST_PAGE = 1000.0  # ms, on a machine where trafilatura's mean is …
TRAFILATURA_MEAN = 30.0  # ms
WARM_UP = 20  # pages each tool sees before the clock counts


@dataclass(slots=True)
class Times:
    """What one tool took, in milliseconds, a page an entry."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    failed: int = 0
    killed: int = 0  # counted at the time limit, so the true mean is higher


def measure(dataset: DataSet, tools: Sequence[Tool]) -> dict[str, Times]:
    """One process; page by page every tool, each page beginning with the next tool."""
    times = {tool.name: Times() for tool in tools}
    names = [tool.name for tool in tools]
    with Runner({tool.name: tool.load for tool in tools}) as runner:
        _warm_up(runner, dataset, names)
        for turn, sample in enumerate(progress("speed", dataset, len(dataset))):
            for step in range(len(names)):
                name = names[(turn + step) % len(names)]
                outcome = runner.run(name, sample.html, sample.url, sample.language)
                own = times[name]
                own.wall.append(outcome.seconds * 1000)
                own.cpu.append(outcome.cpu * 1000)
                own.ids.append(sample.id)
                own.failed += outcome.error is not None
                if outcome.killed:
                    own.killed += 1
                    _warm_up(runner, dataset, names)
    return times


def _warm_up(runner: Runner[str], dataset: DataSet, names: Sequence[str]) -> None:
    for sample in dataset.spread(WARM_UP):
        for name in names:
            runner.run(name, sample.html, sample.url, sample.language)
    runner.settle()


def run(dataset: DataSet, tools: Sequence[Tool]) -> Section:
    """The table of times and the figures to reach."""
    times = measure(dataset, tools)
    base = times.get("trafilatura")
    rows = []
    for name, own in times.items():
        slowest = own.ids[own.wall.index(max(own.wall))]
        rows.append((
            name, mean(own.wall), quantile(own.wall, 0.5), quantile(own.wall, 0.99), max(own.wall), slowest,
            mean(base.wall) / mean(own.wall) if base else None, mean(own.cpu),
            mean(base.cpu) / mean(own.cpu) if base else None, own.failed, own.killed,
        ))  # fmt: skip
    faster = "x trafilatura"
    head = ["", "mean", "median", "p99", "worst", "on page", faster, "CPU mean", faster, "errors", "killed"]
    title = f"Speed on {dataset.name}: {len(dataset)} pages, one process, ms per page"
    data = {name: {"wall": own.wall, "cpu": own.cpu, "ids": own.ids} for name, own in times.items()}
    return Section("speed", figures(times), [table(title, head, rows, places=1)], data)


def figures(times: dict[str, Times]) -> list[Figure]:
    """Dehusk's times against trafilatura's in this run."""
    own, base = times.get("dehusk"), times.get("trafilatura")
    if not own or not base:
        return []
    machine = mean(base.wall) / TRAFILATURA_MEAN  # above 1: slower than the one the target was set on
    return [
        Figure("speed, x trafilatura", mean(base.wall) / mean(own.wall), TIMES_TRAFILATURA, places=1),
        Figure(
            "worst page, ms (scaled to this machine)",
            max(own.wall),
            WORST_PAGE * machine,
            at_most=True,
            places=0,
        ),
    ]
