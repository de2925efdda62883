"""The commands that run the service or a part of it, and ask for its health: up, worker, scheduler, web, health."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from worker.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", show_default=False, file_okay=False, help="Data folder. [default: dehusk-data]"),
]


def add(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command()(up)
    app.command()(worker)
    app.command()(scheduler)
    app.command()(web)
    app.command()(health)


def up(
    host: Annotated[str | None, typer.Option("--host", show_default=False, help="Address. [default: 127.0.0.1]")] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, show_default=False, help="Port. [default: 8000, or the next that is free]"),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, show_default=False, help="Processes that clean. [default: one a core]"),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Run the whole service on this machine: broker, workers, scheduler and web.

    Everything else is set by DEHUSK_… variables or a TOML file; docs/operations.md lists them.
    """
    from worker.settings import BadSettings
    from worker.up.folder import FolderInUse
    from worker.up.run import Up

    found = settings(host=host, port=port, workers=workers, data_dir=data_dir)
    try:
        here = Up(found, free_port="port" not in found.model_fields_set)
    except (BadSettings, FolderInUse, OSError) as error:
        fail(str(error))
    raise typer.Exit(here.run())


def worker(
    urgent: Annotated[
        bool, typer.Option("--urgent", help="Take only pages that somebody waits for, so that they find a free process.")
    ] = False,
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", "-c", min=1, show_default=False, help="Processes. [default: one a processor]"),
    ] = None,
) -> None:
    """Run a worker: take pages from the broker, clean them, store them. SIGTERM ends it after the page at hand."""
    from worker.logs import configure

    found = settings()
    configure(found.log_level, "worker")
    from redis.exceptions import RedisError

    from cleaners.errors import BadProfile
    from worker.queue.broker import BrokerUnfit
    from worker.queue.worker import run_worker

    try:
        raise typer.Exit(run_worker(found, urgent=urgent, concurrency=concurrency))
    except (BrokerUnfit, RedisError, BadProfile) as error:
        fail(str(error))


def scheduler() -> None:
    """Run the scheduler: send again what was lost, merge figures, apply retention, read the stream. Several may run."""
    from worker.logs import configure

    found = settings()
    configure(found.log_level, "scheduler")
    from redis.exceptions import RedisError

    from worker.queue.broker import BrokerUnfit
    from worker.queue.scheduler import run_scheduler

    try:
        raise typer.Exit(run_scheduler(found))
    except (BrokerUnfit, RedisError) as error:
        fail(str(error))


def web() -> None:
    """Run the web process."""
    from importlib import import_module  # the web process stands above this package, which must not import it

    raise typer.Exit(import_module("dashboard.__main__").main())


class Part(StrEnum):
    """What can be asked for its health."""

    web = "web"
    worker = "worker"
    urgent = "urgent"
    scheduler = "scheduler"


def health(part: Annotated[Part, typer.Argument(help="Which part of the service.")]) -> None:
    """Tell whether a part on this machine is alive, for health checks: exit status 0 or 1."""
    from worker.queue.pulse import alive

    well = answers() if part is Part.web else alive(settings(), part.value)
    print("alive" if well else "not alive")
    raise typer.Exit(0 if well else 1)


def answers() -> bool:
    """Whether the web process answers."""
    from urllib.error import URLError
    from urllib.request import urlopen

    found = settings()
    host = "127.0.0.1" if found.host in ("0.0.0.0", "::", "") else found.host
    try:
        with urlopen(f"http://{host}:{found.port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def settings(**given: Any) -> "Settings":
    """The settings, with what the command line says; an explanation and status 2 when they make no sense."""
    from worker.settings import BadSettings, Settings

    try:
        return Settings.load(**{name: value for name, value in given.items() if value is not None})
    except BadSettings as error:
        fail(str(error))


def fail(problem: str) -> NoReturn:
    """Say what is wrong and end with status 2."""
    from worker.cli.messages import complain

    complain("", problem)
    raise typer.Exit(2)
