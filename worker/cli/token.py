"""`dehusk token`: who may use the web interface, and for what."""

from typing import Annotated

import typer

from worker.cli.serve import DataDir, fail
from worker.cli.stored import opened, table, who

app = typer.Typer(name="token", help="Tokens of the HTTP interface.", no_args_is_help=True)


def add(main: typer.Typer) -> None:
    """Give the command line this command."""
    main.add_typer(app)


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who it is for.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", "-s", show_default=False, help="What it allows: submit, read, review, admin."),
    ],
    data_dir: DataDir = None,
) -> None:
    """Make a token. It is shown this once: only a digest is kept."""
    with opened(data_dir) as store:
        made, secret = store.create_token(name, scope, by=who())
    print(f"token {made.id} for {made.name}: {', '.join(sorted(made.scopes))}")
    print(secret)


@app.command("list")
def list_(data_dir: DataDir = None) -> None:
    """List tokens: id, name, scopes, last use, whether they were revoked."""
    with opened(data_dir) as store:
        found = store.tokens()
    rows = []
    for token in found:
        used = f"{token.last_used:%Y-%m-%d %H:%M}" if token.last_used else "never used"
        state = "revoked" if token.revoked_at is not None else "valid"
        rows.append((token.id, token.name, ",".join(sorted(token.scopes)), used, state))
    table(("id", "name", "scopes", "last used (UTC)", "state"), rows)


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="ID|NAME", help="A name revokes all its tokens.")], data_dir: DataDir = None
) -> None:
    """Revoke a token at once."""
    with opened(data_dir) as store:
        done = store.revoke_token(name, by=who())
    if not done:
        fail(f"There is no valid token {name}.")
    print(f"{name} is revoked")
