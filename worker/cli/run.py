"""The two ways to clean: pages one by one, and rows in bulk. Both through the supervised pool."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from worker.cli.lines import Lines
from worker.cli.messages import complain, complain_of
from worker.cli.output import Folder, StandardOutput, write
from worker.cli.pages import clean_page, warm_up
from worker.cli.progress import Bar, on_terminal
from worker.cli.request import Request
from worker.cli.rows import clean_row, error_row
from worker.cli.sources import sources
from worker.pool import EngineFault, Pool
from worker.pool.flow import Task, Value

OK, SOME_FAILED = 0, 1

ESCAPES = 6  # bytes that JSON may need for one byte of a page
BESIDE_THE_PAGE = 1_000_000  # bytes of a row's other fields


def run_pages(request: Request, arguments: list[Path], folder: Path | None, jobs: int | None) -> int:
    """Clean files, folders and standard input; returns the exit status."""
    warm_up(request)
    endless = any(argument.is_dir() for argument in arguments)
    several = endless or len(arguments) > 1
    place = StandardOutput(request, several) if folder is None else Folder(request, folder)
    wanted = on_terminal() if folder is None else sys.stderr.isatty()
    found = sources(arguments, request.limits.max_bytes, folder)
    status = OK
    with (
        pool(clean_page, request, jobs) as cleaning,
        Bar("pages", None if endless else len(arguments), wanted) as bar,
    ):
        for answer in cleaning.map(found):
            bar.advance(1, failed=answer.error is not None)
            if answer.error is not None:
                complain_of(answer.task.name, answer.error)
                status = SOME_FAILED
            elif answer.value is not None:
                place.page(answer.task, answer.value.body)
                if answer.value.remark:
                    complain(answer.task.name, answer.value.remark)
    return status


def run_rows(request: Request, arguments: list[Path], jobs: int | None) -> int:
    """Clean the rows of JSON lines; returns the exit status."""
    warm_up(request)
    lines = Lines(arguments, ESCAPES * request.limits.max_bytes + BESIDE_THE_PAGE)
    count = failures = 0
    with pool(clean_row, request, jobs) as cleaning, Bar("rows", lines.size(), on_terminal()) as bar:
        for answer in cleaning.map(lines, wake=lines.wake):
            if isinstance(answer.error, EngineFault):
                complain_of(f"line {answer.task.number}", answer.error)
            row = answer.value or error_row(answer.task, answer.error or EngineFault())
            write(row.data + b"\n")
            count += 1
            failures += bool(row.error)
            bar.advance(len(answer.task.data) + 1, failed=bool(row.error))
    if failures:
        complain("", f"{failures} of {count} rows could not be cleaned; they say why.")
    return SOME_FAILED if failures or lines.unreadable else OK


def pool(function: Callable[[Request, Task], Value], request: Request, jobs: int | None) -> Pool[Task, Value]:
    """Workers forked from this process, which has no threads and has loaded the engine: they start at once."""
    limits = request.limits
    return Pool(
        partial(function, request),
        jobs=jobs,
        deadline=limits.deadline_seconds,
        memory_mb=int(limits.max_memory_mb),
        method="fork",
    )
