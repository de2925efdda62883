"""Commands that copy, shrink and move what the store holds: migrate, backup, restore, export, prune, delete."""

from pathlib import Path
from typing import Annotated

import typer

from worker.cli.serve import DataDir
from worker.cli.stored import Choice, confirm, opened, where, who

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def add(main: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (migrate, backup, restore, export, prune, delete):
        main.command()(command)


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database up to this release. `dehusk up` does so by itself."""
    with opened(data_dir, migrated=False) as store:
        store.migrate()
    print("The database is up to date.")


def backup(
    target: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="A folder that is empty or not there.")],
    bodies: Annotated[bool, typer.Option("--bodies/--no-bodies", help="With raw pages.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Copy everything to a folder while the service runs."""
    with opened(data_dir) as store:
        manifest = store.backup(target, bodies=bodies)
    rows = {name: told["rows"] for name, told in manifest["tables"].items()}
    packs = len(manifest["packs"])
    print(f"{rows['page']} pages, {rows['document']} documents, {packs} packs of raw pages in {target}")


def restore(
    source: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="A backup.")],
    data_dir: DataDir = None,
) -> None:
    """Fill an empty store from a backup, whatever database the backup was made from."""
    with opened(data_dir, migrated=False) as store:
        manifest = store.restore(source)
    rows = {name: told["rows"] for name, told in manifest["tables"].items()}
    print(f"{rows['page']} pages, {rows['document']} documents, {len(manifest['packs'])} packs of raw pages")


def export(
    target: Annotated[str, typer.Argument(metavar="FILE|URL", help="Where to: a file, or s3://… and the like.")],
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", show_default=False, help="jsonl, jsonl.zst or parquet. [default: by the name's end]"),
    ] = None,
    choice: Choice = [],  # noqa: B006
    history: Annotated[bool, typer.Option("--history", help="Earlier documents of the pages, too.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Write clean texts with all that is known of them to a file."""
    forms = ("jsonl.zst", "jsonl", "parquet")
    form = format or next((form for form in forms if target.endswith(f".{form}")), "jsonl")
    with opened(data_dir) as store:
        count = store.export(target, form, where(choice, current=not history))
    print(f"{count} documents in {target}")


def prune(data_dir: DataDir = None) -> None:
    """Apply retention now. The scheduler does so every hour."""
    with opened(data_dir) as store:
        done = store.prune()
    print(", ".join(f"{number} {name.replace('_', ' ')}" for name, number in done.items()))


def delete(
    page: Annotated[str | None, typer.Option("--page", metavar="ID", show_default=False, help="This page.")] = None,
    url: Annotated[str | None, typer.Option("--url", show_default=False, help="All pages of this address.")] = None,
    host: Annotated[str | None, typer.Option("--host", show_default=False, help="All pages of this host.")] = None,
    yes: Yes = False,
    data_dir: DataDir = None,
) -> None:
    """Take pages down: text, raw pages, removed parts and history are gone for good."""
    if [page, url, host].count(None) != 2:
        raise typer.BadParameter("say --page, --url or --host: one of them.")
    confirm(f"Delete everything of {page or url or host} for good?", yes)
    with opened(data_dir) as store:
        count = store.delete(page_id=page, url=url, host=host, by=who())
    print(f"{count} pages deleted")
