"""The door to `dehusk archive`: its commands are loaded when one of them is asked for, so that the others start as fast."""

import typer


def add(app: typer.Typer) -> None:
    """Give the command line the group."""
    app.command(
        "archive",
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
    )(archive)


def archive(context: typer.Context) -> None:
    """Re-clean archives: WARC, WET, JSONL, Parquet, folders and zips of pages."""
    from worker.cli.archive_app import app

    app(args=context.args or ["--help"], prog_name="dehusk archive")
