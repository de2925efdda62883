"""Growth over a second pass is a leak; the peak decides how many workers fit on a machine."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from benchmarks.data import DataSet
from benchmarks.peers import Tool
from benchmarks.report import Figure, Section, table
from benchmarks.runner import Runner

GROWTH = 0.05
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Use:
    """Memory of a fresh process that holds one tool, in MiB."""

    tool: str
    start: float  # imports done, no page seen
    first: float  # after one pass over the pages
    second: float | None  # after another; nothing when there was none
    peak: float
    restarts: int  # pages that killed the process: its numbers are then too low

    @property
    def growth(self) -> float | None:
        """By how much the second pass grew the process."""
        return None if self.second is None or self.restarts else self.second / self.first - 1


def measure(dataset: DataSet, tool: Tool, passes: int) -> Use:
    """All pages, one after another, `passes` times."""
    with Runner({tool.name: tool.load}) as runner:
        states = [runner.memory()]
        for _ in range(passes):
            for sample in dataset:
                runner.run(tool.name, sample.html, sample.url, sample.language)
            states.append(runner.memory())
        return Use(
            tool=tool.name,
            start=states[0].now / MIB,
            first=states[1].now / MIB,
            second=states[2].now / MIB if passes > 1 else None,
            peak=states[-1].peak / MIB,
            restarts=runner.starts - 1,
        )


def run(dataset: DataSet, tools: Sequence[Tool], jobs: int) -> Section:
    """Two passes for Dehusk and for trafilatura, whose growth is known; one for the others."""
    passes = {"dehusk": 2, "trafilatura": 2}
    with ThreadPoolExecutor(jobs) as pool:
        uses = list(pool.map(lambda tool: measure(dataset, tool, passes.get(tool.name, 1)), tools))
    rows = [
        (
            use.tool,
            use.start,
            use.first,
            use.second,
            None if use.growth is None else f"{use.growth:+.1%}",
            use.peak,
            use.restarts,
        )
        for use in uses
    ]
    head = ["", "imported", "pass 1", "pass 2", "growth", "peak", "killed"]
    title = f"Memory over {dataset.name}: {len(dataset)} pages, a fresh process each, MiB"
    return Section("memory", figures(uses), [table(title, head, rows, places=1)], {use.tool: asdict(use) for use in uses})


def figures(uses: Sequence[Use]) -> list[Figure]:
    """Dehusk's growth against the target."""
    return [
        Figure(
            "memory growth, second pass",
            float("nan") if use.growth is None else use.growth,
            GROWTH,
            at_most=True,
        )
        for use in uses
        if use.tool == "dehusk"
    ]
