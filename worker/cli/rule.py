"""`dehusk rule`: rules off and on and profiles laid over, for running workers; on record, and undone when wanted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.serve import DataDir, fail
from worker.cli.stored import opened, table, who

if TYPE_CHECKING:
    from worker.store.nouns import RuleChange

app = typer.Typer(
    name="rule",
    help="Change what running workers do, within a minute: rules off and on, another profile. All of it can be undone.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="ID", help="Of a rule: the reason it gives.")]
Host = Annotated[str | None, typer.Option("--host", show_default=False, help="On this host and those below it only.")]
Note = Annotated[str, typer.Option("--note", show_default=False, help="Why, for the record.")]


def add(main: typer.Typer) -> None:
    """Give the command line this command."""
    main.add_typer(app)


@app.command()
def disable(id: Name, host: Host = None, note: Note = "", data_dir: DataDir = None) -> None:
    """Switch a rule off: what it would drop stays."""
    _change(id, host, note, data_dir, enabled=False)


@app.command()
def enable(id: Name, host: Host = None, note: Note = "", data_dir: DataDir = None) -> None:
    """Switch a rule on, also where the profile keeps what it drops."""
    _change(id, host, note, data_dir, enabled=True)


def _change(id: str, host: str | None, note: str, data_dir: Path | None, *, enabled: bool) -> None:
    from cleaners.profile import REASONS

    if id not in REASONS:
        raise typer.BadParameter(f"there is no rule {id!r}. Rules: {', '.join(sorted(REASONS))}.", param_hint="ID")
    with opened(data_dir) as store:
        made = store.change_rule(id, enabled=enabled, host=host, by=who(), note=note)
    print(f"change {made.id}: {_words(made)}; dehusk rule undo {made.id} takes it back")


@app.command()
def profile(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", dir_okay=False, exists=True)],
    note: Note = "",
    data_dir: DataDir = None,
) -> None:
    """Lay a profile over the one in the settings."""
    from cleaners.errors import BadProfile
    from worker.queue.changes import laid_over

    text = file.read_text(encoding="utf-8")
    with opened(data_dir) as store:
        try:
            laid_over(store.settings.profile, text)
        except BadProfile as error:
            fail(error.detail)
        made = store.change_profile(file.stem, text, by=who(), note=note)
    print(f"change {made.id}: {_words(made)}; dehusk rule undo {made.id} takes it back")


@app.command()
def undo(change: Annotated[int, typer.Argument(metavar="CHANGE", help="Its number.")], data_dir: DataDir = None) -> None:
    """Take a change back. It stays on record."""
    with opened(data_dir) as store:
        undone = store.undo_change(change, by=who())
    print(f"change {undone.id} is undone: {_words(undone)}")


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Those that were undone, too.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List the changes in force: number, time, by whom, what, why."""
    with opened(data_dir) as store:
        found = store.changes(undone=everything)
    rows = []
    for change in found:
        gone = f" (undone by {change.undone_by})" if change.undone_at is not None else ""
        rows.append((str(change.id), f"{change.at:%Y-%m-%d %H:%M}", change.by, _words(change) + gone, change.note))
    table(("change", "since (UTC)", "by", "what", "note"), rows)


def _words(change: "RuleChange") -> str:
    if change.what == "profile":
        return f"profile {change.name} laid over"
    return f"{change.name} {change.body}" + (f" on {change.host}" if change.host else "")
