"""The line of a run in progress: records, speed, share kept, errors, time left."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from worker.archive.pages.html import share
from worker.archive.run import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

REFRESH = 0.2  # seconds; by hand, for a thread would take time from the work


class Bar:
    """Drawn on a terminal, silent elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._begun = time.monotonic()
        self._due = self._begun
        self._records = self._bytes = -1
        self._bars: Bars | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._shown or now < self._due:
            return
        self._due = now + REFRESH
        if self._bars is None or self._task is None:
            self._bars = self._start()
            self._task = self._bars.add_task("", total=progress.total, completed=progress.bytes)
            self._records, self._bytes = progress.records, progress.bytes
        self._bars.update(self._task, completed=progress.bytes, description=self.words(progress, now))
        self._bars.refresh()

    def words(self, progress: Progress, now: float) -> str:
        passed = max(now - self._begun, 0.001)
        speed = (progress.bytes - max(self._bytes, 0)) / passed / 1e6
        words = f"{progress.records:,} records, {progress.records / passed:,.0f}/s, {speed:,.1f} MB/s"
        words += f", {share(progress.chars_kept, progress.chars_in)} kept"
        return words + (f", {progress.errors:,} errors" if progress.errors else "")

    def _start(self) -> Bars:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        bars = Bars(
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
        )
        bars.start()
        return bars
