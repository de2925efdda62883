"""The options of `dehusk archive clean` as settings of a run."""

from typing import Annotated

import typer

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...", show_default=False, help="Files, folders, globs, @list files, or addresses such as s3://…"
    ),
]
Out = Annotated[str, typer.Option("--out", "-o", metavar="DIR|URL", show_default=False, help="Folder of the run.")]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, show_default=False, help="Cleaning processes. [default: one a processor]"),
]
ProfileName = Annotated[str, typer.Option("--profile", "-p", metavar="NAME|FILE.toml", help="What goes and what stays.")]
TextField = Annotated[str | None, typer.Option("--text-field", metavar="NAME", help="Field with extracted text.")]
HtmlField = Annotated[str | None, typer.Option("--html-field", metavar="NAME", help="Field with HTML.")]
IdField = Annotated[str | None, typer.Option("--id-field", metavar="NAME", help="Field with the record's id.")]
UrlField = Annotated[str | None, typer.Option("--url-field", metavar="NAME", help="Field with the page's address.")]
DateField = Annotated[str | None, typer.Option("--date-field", metavar="NAME", help="Field with the day of the crawl.")]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="FIELD=VALUE", help="Only such records; also != ~ !~ >= <=. May be repeated."),
]
MB = 1024 * 1024


def megabytes(value: float) -> int:
    """A number of megabytes in bytes."""
    return max(1, int(value * MB))


def shard(text: str | None) -> tuple[int, int]:
    """`3/8` as (2, 8)."""
    if text is None:
        return 0, 1
    first, slash, second = text.partition("/")
    if not (slash and first.isdigit() and second.isdigit() and 1 <= int(first) <= int(second)):
        raise typer.BadParameter("write I/N, with I from 1 to N.", param_hint="--shard")
    return int(first) - 1, int(second)
