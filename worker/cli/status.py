"""`dehusk status`: how much waits, since when, how quickly it goes, what went wrong."""

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from worker.cli.serve import DataDir, fail, settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from worker.queue.report import Report

EVERY = 1.0  # seconds between two looks


def add(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command()(status)


def status(
    once: Annotated[bool, typer.Option("--once", help="Show the state of now and end, also in a terminal.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, once.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Show what waits, since when, how quickly it goes, and what was set aside. Live in a terminal."""
    found = settings(data_dir=data_dir)
    from worker.queue.report import Reporter
    from worker.store.errors import StoreError

    try:
        reporter = Reporter(found)
        if as_json:
            print(json.dumps(reporter.look().form(), indent=2))
        elif once or not sys.stdout.isatty():
            show(reporter.look())
        else:
            follow(reporter.look)
    except StoreError as error:
        fail(str(error))


def show(report: "Report") -> None:
    from rich.console import Console

    Console().print(screen(report))


def follow(look: Any) -> None:
    """Show it anew every second until Ctrl-C."""
    from rich.live import Live

    with Live(screen(look()), auto_refresh=False) as live:
        try:
            while True:
                time.sleep(EVERY)
                live.update(screen(look()), refresh=True)
        except KeyboardInterrupt:
            return


def screen(report: "Report") -> "RenderableType":
    """The report for a person."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    pages = Table(box=None, pad_edge=False, header_style="dim")
    for name in report.states:
        pages.add_column(name, justify="right")
    if report.rate is not None:
        pages.add_column("pages/s", justify="right")
    cells = [f"{count:,}" for count in report.states.values()]
    pages.add_row(*cells, *([f"{report.rate:.1f}"] if report.rate is not None else []))

    lanes = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("lane", "waiting", "cleaning", "oldest", "messages"):
        lanes.add_column(name, justify="left" if name == "lane" else "right")
    for lane in report.lanes:
        late = "red" if lane.late else ""
        lanes.add_row(
            lane.name,
            f"{lane.waiting:,}",
            f"{lane.cleaning:,}",
            Text(age(lane.oldest_seconds) if lane.waiting else "–", style=late),
            "?" if lane.messages is None else f"{lane.messages:,}",
        )

    broker = Text(report.broker_line, style="" if report.broker_up else "red")
    parts: list[RenderableType] = [pages, "", lanes, "", broker, here(report)]
    if report.archives:
        parts += ["", archives(report)]
    if report.dead:
        dead = Table(box=None, pad_edge=False, header_style="dim", title="set aside last", title_justify="left")
        for name in ("when", "error", "page", "url"):
            dead.add_column(name, overflow="ellipsis", no_wrap=name != "url")
        for row in report.dead:
            dead.add_row(age(row.seconds) + " ago", row.error, row.page, row.url)
        parts += ["", dead, Text("dehusk dead list shows all of them.", style="dim")]
    return Group(*parts)


def archives(report: "Report") -> "RenderableType":
    """Runs of archives that workers do, or did in the last days."""
    from rich.table import Table

    runs = Table(box=None, pad_edge=False, header_style="dim", title="archives", title_justify="left")
    for name in ("state", "inputs", "ranges", "records", "clean", "ordered", "folder"):
        runs.add_column(name, justify="left" if name in ("state", "ordered", "folder") else "right", overflow="fold")
    for run in report.archives:
        cells = (f"{run.inputs_done:,}/{run.inputs:,}", f"{run.ranges_done:,}", f"{run.records:,}", f"{run.clean:,}")
        runs.add_row(run.state, *cells, f"{age(run.ordered_seconds)} ago", run.address)
    return runs


def here(report: "Report") -> "RenderableType":
    """Which parts run on this machine."""
    from rich.text import Text

    if not report.parts:
        return Text("no part of the service runs on this machine", style="dim")
    said = Text("here: ")
    for number, (part, alive) in enumerate(report.parts.items()):
        said.append(", " if number else "")
        said.append(f"{part} {'alive' if alive else 'silent'}", style="" if alive else "red")
    return said


def age(seconds: float) -> str:
    """How long that is, roughly."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
