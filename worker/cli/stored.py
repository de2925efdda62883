"""What all commands that only touch the store share: opening it, choosing documents, saying what went wrong."""

import getpass
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from worker.cli.serve import fail, settings

if TYPE_CHECKING:
    from worker.store import Store
    from worker.store.nouns import Where

KEYS = ("url", "host", "source", "since", "until", "language", "verdict", "version", "error")

Choice = Annotated[
    list[str],
    typer.Option(
        "--where",
        "-w",
        metavar="KEY=VALUE",
        show_default=False,
        help=f"Only those; may be given several times. Keys: {', '.join(KEYS)}.",
    ),
]


@contextmanager
def opened(data_dir: Path | None, *, migrated: bool = True) -> Iterator["Store"]:
    """The store of the settings; what it cannot do ends the command with a message and status 2."""
    found = settings(data_dir=data_dir)
    from worker.store import Store
    from worker.store.errors import SchemaMismatch, StoreError

    store = Store.open(found)
    try:
        if migrated:
            wrong = store.check() if _is_there(store) else {"schema": "There is no store here yet."}
            if "schema" in wrong:
                raise SchemaMismatch(wrong["schema"])
        yield store
    except (StoreError, OSError, ValueError) as error:
        fail(str(error))
    finally:
        store.close()


def _is_there(store: "Store") -> bool:
    """Looking into a SQLite file that is not there would make one."""
    file = store.database.engine.url.database
    return store.database.postgres or (file is not None and Path(file).exists())


def where(words: Sequence[str], **more: Any) -> "Where":
    """The documents that `KEY=VALUE` words choose."""
    from worker.store.nouns import Where

    chosen: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if key not in KEYS or not equals or not value:
            raise typer.BadParameter(f"{word!r}: it is KEY=VALUE, with a key of {', '.join(KEYS)}.", param_hint="--where")
        name = "cleaner_version" if key == "version" else key
        chosen[name] = _time(word, value) if key in ("since", "until") else value
    return Where(**chosen, **more)


def _time(word: str, value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{word!r}: a time is 2026-05-01 or 2026-05-01T12:00.", param_hint="--where") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def who() -> str:
    """The person at the terminal, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in containers
        return "unknown"


def confirm(question: str, yes: bool) -> None:
    """Ask before what cannot be undone. Without a terminal, `--yes` has to be said."""
    if not yes and not (sys.stdin.isatty() and typer.confirm(question)):
        fail("Nothing was done. Say --yes to do it without being asked.")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns for a person; tabs for a program that reads them."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="dim")
    for head in heads:
        shown.add_column(head, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    Console().print(shown)
