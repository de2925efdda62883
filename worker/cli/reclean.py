"""`dehusk reclean`: stored pages cleaned again with the cleaner of now, and what that changed."""

import json
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.serve import DataDir, fail
from worker.cli.stored import Choice, opened, where, who

if TYPE_CHECKING:
    from worker.store import Store
    from worker.store.nouns import RecleanReport

EVERY = 2.0  # seconds between two looks


def add(main: typer.Typer) -> None:
    """Give the command line this command."""
    main.command()(reclean)


def reclean(
    choice: Choice = [],  # noqa: B006
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, show_default=False, help="At most so many.")] = None,
    same_version: Annotated[
        bool, typer.Option("--same-version", help="Those of this very cleaner too; otherwise of other versions alone.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the end, then tell what changed.")] = False,
    report: Annotated[
        str | None,
        typer.Option("--report", metavar="RUN", show_default=False, help='Only tell of a run; "last" for the latest.'),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell it as JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Clean stored pages again whose document was made by another version. Both documents are kept.

    Workers do it in the lane `reclean`, behind everything that is fresh.
    """
    if report is not None and (choice or limit or same_version or wait):
        raise typer.BadParameter("it goes alone.", param_hint="--report")
    with opened(data_dir) as store:
        if report is not None:
            tell(_run(store, report), as_json)
            return
        version = None if same_version else current_version(store)
        run = store.reclean(where(choice, not_version=version), limit, by=who())
        found = store.reclean_report(run)
        while wait and found.waiting:
            time.sleep(EVERY)
            found = store.reclean_report(run)
        tell(found, as_json)


def current_version(store: "Store") -> str:
    """The version that workers clean with now: settings, rules switched off, profiles laid over."""
    from cleaners.version import cleaner_version
    from worker.queue.changes import CurrentProfile

    return cleaner_version(CurrentProfile(store.settings.profile, store.changes).now())


def _run(store: "Store", name: str) -> "RecleanReport":
    runs = store.reclean_runs(1 if name == "last" else 1000)
    found = next((run for run in runs if name in ("last", run.run)), None)
    if found is None:
        fail(f"There is no run {name}." if name != "last" else "There was no run yet.")
    return found


def tell(found: "RecleanReport", as_json: bool) -> None:
    """The report for a person, or for a program."""
    if as_json:
        json.dump(asdict(found), sys.stdout, indent=2, default=str)
        print()
        return
    share = f" ({found.changed / found.done:.1%})" if found.done else ""
    print(f"run        {found.run}, since {found.started_at:%Y-%m-%d %H:%M:%S} UTC")
    print(f"pages      {found.total}: {found.done} done, {found.waiting} waiting, {found.failed} failed")
    print(f"texts      {found.changed} changed{share}, {found.unchanged} the same")
    if found.changed:
        print(f"words      {found.words_before} before, {found.words_after} after in the texts that changed: ", end="")
        print(f"{found.words_added} added, {found.words_removed} removed")
        print("most       " + "\n           ".join(f"{page} {part:.0%} of its words" for page, part in found.examples))
    if found.waiting:
        print(f"later      dehusk reclean --report {found.run}")
