"""`dehusk dead`: pages that were given up, why, and a second chance for them."""

from typing import Annotated

import typer

from worker.cli.serve import DataDir, fail
from worker.cli.stored import Choice, opened, table, where, who

app = typer.Typer(name="dead", help="Pages that were set aside: see why, try them again.", no_args_is_help=True)

AT_ONCE = 500
Rejected = Annotated[bool, typer.Option("--rejected", help="Those that no try can clean, instead of those that failed.")]


def add(main: typer.Typer) -> None:
    """Give the command line this command."""
    main.add_typer(app)


@app.command("list")
def list_(
    choice: Choice = [],  # noqa: B006
    rejected: Rejected = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    data_dir: DataDir = None,
) -> None:
    """List pages that were set aside, newest first: id, time, error, URL."""
    with opened(data_dir) as store:
        found = store.revisions(where(choice, state="rejected" if rejected else "dead"), limit=limit)
    rows = [(row.id, f"{row.since:%Y-%m-%d %H:%M:%S}", row.error or "", row.url or row.key) for row in found.rows]
    table(("id", "since (UTC)", "error", "page"), rows)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="Of a page or a revision.")],
    data_dir: DataDir = None,
) -> None:
    """Show what happened to a page, from the first day on."""
    with opened(data_dir) as store:
        found = store.page(id)
    if found is None:
        fail(f"There is no page {id}.")
    print(f"page      {found.id}\nkey       {found.key}\nurl       {found.url}\nsource    {found.source}")
    for revision in found.revisions:
        body = "" if revision.has_body else ", its body is gone"
        print(f"\nrevision  {revision.id}: {revision.state}, {revision.lane}, try {revision.attempt}{body}")
        for event in revision.events:
            change = f"{event.before or '-'} -> {event.after}"
            error = f"  {event.error}: {event.message or ''}" if event.error else ""
            print(f"  {event.at:%Y-%m-%d %H:%M:%S}  {change:24} {event.worker or ''}{error}".rstrip())


@app.command()
def retry(
    ids: Annotated[list[str], typer.Argument(metavar="[ID]…", show_default=False, help="Of revisions.")] = [],  # noqa: B006
    everything: Annotated[bool, typer.Option("--all", help="All of them, or those of --where.")] = False,
    choice: Choice = [],  # noqa: B006
    rejected: Rejected = False,
    data_dir: DataDir = None,
) -> None:
    """Try pages again; the scheduler sends them to workers within seconds."""
    if bool(ids) == everything:
        raise typer.BadParameter("name pages, or say --all.", param_hint="ID")
    if choice and not everything:
        raise typer.BadParameter("it goes with --all.", param_hint="--where")
    count = 0
    with opened(data_dir) as store:
        if ids:
            count = len(store.retry(ids, by=who()))
        wanted = where(choice, state="rejected" if rejected else "dead")
        cursor = None
        while everything:
            part = store.revisions(wanted, cursor, limit=AT_ONCE)
            count += len(store.retry([row.id for row in part.rows], by=who()))
            cursor = part.cursor
            if cursor is None:
                break
    print(f"{count} to be tried again")
    if ids and count < len(set(ids)):
        fail(f"{len(set(ids)) - count} were not set aside, or have no body any more.")
