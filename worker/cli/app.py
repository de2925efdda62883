"""The words of the command line: commands, options, what they mean."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from worker.cli import archive, audit, copies, dead, reclean, rule, serve, spam, status, token
from worker.cli.ending import end_by
from worker.cli.request import Colour, Format, Request

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    if wanted:
        from cleaners.profile import Profile
        from cleaners.version import RELEASE, cleaner_version

        print(f"dehusk {RELEASE} (cleaner {cleaner_version(Profile.load())})")
        raise typer.Exit


@app.callback()
def dehusk(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Turn raw web pages into clean text, with the reason for every part that was removed."""


@app.command()
def clean(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", show_default=False, help="Pages, or folders of pages; - is standard input."),
    ],
    format: Annotated[Format, typer.Option("--format", "-f", help="What to write.")] = Format.text,
    profile: Annotated[
        str, typer.Option("--profile", "-p", metavar="NAME|FILE.toml", help="What goes and what stays.")
    ] = "default",
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show the whole page, removed parts struck out, each with its reason."),
    ] = False,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Rows of JSON in and out: {"id", "url", "html" | "html_base64" | "text"}.'),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, show_default=False, help="Processes. [default: one a processor]"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", file_okay=False, help="Write each page to a file in DIR."),
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="Address the page comes from.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Encoding of the page, if known.")] = None,
    content_type: Annotated[
        str | None, typer.Option("--content-type", metavar="TYPE", help="Content-Type header of the page.")
    ] = None,
    colour: Annotated[Colour, typer.Option("--color", help="Colours of --explain.")] = Colour.auto,
) -> None:
    """Clean pages; with --jsonl, rows in bulk.

    Exit status: 0 every page was cleaned, 1 some page was not, 2 the command makes no sense.
    """
    one_page = {"--url": url, "--encoding": encoding, "--content-type": content_type}
    if jsonl:
        refuse("--jsonl", {"--explain": explain, "--output": output, **one_page})
    if explain:
        refuse("--explain", {"--format": format is not Format.text})
    if url and (len(files) > 1 or files[0].is_dir()):
        raise typer.BadParameter("it is the address of one page.", param_hint="--url")
    if [str(file) for file in files].count("-") > 1:
        raise typer.BadParameter("standard input can be read only once.", param_hint="FILE")
    on_screen = sys.stdout.isatty() and output is None
    request = Request(
        profile=profile,
        format=format,
        explain=explain,
        colour=colour is Colour.always or (colour is Colour.auto and on_screen and not os.environ.get("NO_COLOR")),
        indent=on_screen,
        url=url,
        encoding=encoding,
        content_type=content_type,
    )
    raise typer.Exit(run(request, files, output, jobs, jsonl))


archive.add(app)
serve.add(app)
status.add(app)
for commands in (dead, reclean, rule, token, audit, copies, spam):
    commands.add(app)


def refuse(option: str, others: Mapping[str, object]) -> None:
    """Say so when an option was given that does not go with `option`."""
    for other, value in others.items():
        if value:
            raise typer.BadParameter(f"it does not go with {option}.", param_hint=other)


def run(request: Request, files: list[Path], output: Path | None, jobs: int | None, jsonl: bool) -> int:
    """Do the work; what ends it from outside ends it quietly."""
    from cleaners.errors import BadProfile  # the engine comes with these: not for help and mistakes
    from worker.cli.errors import CannotWrite
    from worker.cli.messages import complain
    from worker.cli.run import SOME_FAILED, run_pages, run_rows
    from worker.pool import PoolBroken

    try:
        return run_rows(request, files, jobs) if jsonl else run_pages(request, files, output, jobs)
    except BadProfile as error:
        raise typer.BadParameter(error.detail, param_hint="--profile") from error
    except KeyboardInterrupt:
        end_by(signal.SIGINT)
    except BrokenPipeError:
        end_by(signal.SIGPIPE)
    except PoolBroken as error:
        complain("", str(error))
    except CannotWrite as error:
        complain(error.about, str(error))
    return SOME_FAILED
