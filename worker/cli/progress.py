"""A progress bar on standard error, for a person who waits and whose output goes elsewhere."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 0.7  # seconds before it appears: short runs show none, and do not pay for its import
REFRESH = 0.1  # seconds; by hand, because a thread would stand in the way of forking workers


class Bar:
    """Counts pages; shows a share where the whole is known."""

    def __init__(self, unit: str, total: int | None, wanted: bool) -> None:
        self._unit = unit
        self._total = total
        self._wanted = wanted
        self._done = 0
        self._count = 0
        self._failed = 0
        self._due = time.monotonic() + PATIENCE
        self._started = time.monotonic()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._progress is not None:
            self._progress.stop()

    def advance(self, amount: int, *, failed: bool) -> None:
        """One more page is done, which is `amount` of the total."""
        self._done += amount
        self._count += 1
        self._failed += failed
        now = time.monotonic()
        if self._wanted and now >= self._due:
            self._due = now + REFRESH
            self._show(now)

    def _show(self, now: float) -> None:
        if self._progress is None or self._task is None:
            self._progress = self._start()
            self._task = self._progress.add_task("", total=self._total)
        rate = self._count / max(now - self._started, 0.001)
        words = f"{self._count:,} {self._unit}, {rate:,.0f} a second"
        if self._failed:
            words += f", {self._failed:,} failed"
        self._progress.update(self._task, completed=self._done, description=words)
        self._progress.refresh()

    def _start(self) -> "Progress":
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        shares = () if self._total is None else (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(compact=True))
        progress = Progress(
            *shares,
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
        )
        progress.start()
        return progress


def on_terminal() -> bool:
    """Whether a bar would be seen, and would not be drawn into the output."""
    return sys.stderr.isatty() and not sys.stdout.isatty()
