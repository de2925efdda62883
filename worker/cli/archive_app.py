"""The words of `dehusk archive`: its commands, their options, what they mean."""

from pathlib import Path
from typing import Annotated, Any

import typer

from worker.cli.archive_options import (
    DateField,
    HtmlField,
    IdField,
    Inputs,
    Jobs,
    Out,
    ProfileName,
    Select,
    TextField,
    UrlField,
    megabytes,
    shard,
)
from worker.cli.serve import DataDir, settings

app = typer.Typer(
    name="archive",
    help="Re-clean archives: WARC, WET, JSONL, Parquet, folders and zips of pages.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def clean(
    inputs: Inputs,
    out: Out,
    format: Annotated[str, typer.Option("--format", "-f", metavar="jsonl|parquet", help="Format of the parts.")] = "jsonl",
    profile: ProfileName = "default",
    jobs: Jobs = None,
    text_field: TextField = None,
    html_field: HtmlField = None,
    id_field: IdField = None,
    url_field: UrlField = None,
    date_field: DateField = None,
    select: Select = None,
    sample: Annotated[
        float, typer.Option("--sample", min=0.0, max=1.0, help="Share of records, always the same ones.")
    ] = 1.0,
    limit: Annotated[int, typer.Option("--limit", min=0, show_default=False, help="Stop after so many records.")] = 0,
    lang: Annotated[str | None, typer.Option("--lang", metavar="en,de", help="Keep texts in these languages.")] = None,
    verdict: Annotated[
        str | None, typer.Option("--verdict", metavar="content", help="Keep pages of these verdicts.")
    ] = None,
    min_confidence: Annotated[float, typer.Option("--min-confidence", min=0.0, max=1.0)] = 0.0,
    min_words: Annotated[int, typer.Option("--min-words", min=0)] = 0,
    drop_duplicates: Annotated[bool, typer.Option("--drop-duplicates", help="Leave out texts that came before.")] = False,
    any_status: Annotated[bool, typer.Option("--any-status", help="Also pages with an HTTP status other than 2xx.")] = False,
    host_memory: Annotated[
        str | None, typer.Option("--host-memory", metavar="FILE", help="What hosts repeat; from learn-hosts.")
    ] = None,
    emit: Annotated[str, typer.Option("--emit", metavar="text|source", help="What stands in `text`.")] = "text",
    attributes: Annotated[
        bool, typer.Option("--attributes", help="Also Dolma's attribute files; needs --emit source.")
    ] = False,
    range_mb: Annotated[float, typer.Option("--range-mb", min=0.001, help="Input a part is made of, in MB.")] = 128,
    range_records: Annotated[
        int, typer.Option("--range-records", min=1, help="The same for compressed JSONL, in records.")
    ] = 5_000,
    part_mb: Annotated[
        float, typer.Option("--part-mb", min=0.0, help="End a part after so many MB of rows, uncompressed.")
    ] = 0.0,
    part: Annotated[
        str | None, typer.Option("--shard", metavar="I/N", help="Do one of N shares; `merge` ends the run.")
    ] = None,
    queue: Annotated[bool, typer.Option("--queue", help="Let the workers of the service do it.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="With --queue: send the work and end.")] = False,
    data_dir: DataDir = None,
    redo: Annotated[bool, typer.Option("--redo", help="Do again what was done with other inputs or settings.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
) -> None:
    """Clean archives into shards with an account of every removal. Run it again to go on where it stopped.

    Exit status: 0 done, 1 not done, 2 the command makes no sense. Broken records do not change it.
    """
    for option, value, known in (("--format", format, ("jsonl", "parquet")), ("--emit", emit, ("text", "source"))):
        if value not in known:
            raise typer.BadParameter(f"write {' or '.join(known)}.", param_hint=option)
    if attributes and emit != "source":
        raise typer.BadParameter("its offsets count in the source text; add --emit source.", param_hint="--attributes")
    if limit and (part or queue):
        raise typer.BadParameter("it does not go with --shard or --queue.", param_hint="--limit")
    if part and queue:
        raise typer.BadParameter("it does not go with --queue.", param_hint="--shard")
    from worker.cli.archive_clean import clean as work
    from worker.cli.archive_clean import guarded

    wanted: dict[str, Any] = {
        "profile": profile,
        "format": format,
        "emit": emit,
        "attributes": attributes,
        "part_bytes": megabytes(part_mb) if part_mb else 0,
        "fields": {"text": text_field, "html": html_field, "id": id_field, "url": url_field, "date": date_field},
        "filters": {
            "languages": _words(lang),
            "verdicts": _words(verdict),
            "min_confidence": min_confidence,
            "min_words": min_words,
        },
        "duplicates": drop_duplicates,
        "select": tuple(select or ()),
        "sample": sample,
        "limit": limit,
        "any_status": any_status,
        "cut": {"range_bytes": megabytes(range_mb), "range_records": range_records},
        "host_memory": host_memory,
    }
    if queue and not dry_run:
        from worker.cli.archive_clean import settings_of
        from worker.cli.archive_queue import start

        service = settings(data_dir=data_dir)
        raise typer.Exit(guarded(lambda: start(inputs, out, settings_of(wanted), service, redo=redo, wait=not no_wait)))
    raise typer.Exit(guarded(lambda: work(inputs, out, wanted, jobs, shard(part), redo=redo, dry_run=dry_run)))


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


@app.command()
def merge(run: Annotated[str, typer.Argument(metavar="RUN", show_default=False)]) -> None:
    """End a run whose shards are done: check it, take out duplicates, write manifest and report."""
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_clean import merge as work

    raise typer.Exit(guarded(lambda: work(run)))


Run = Annotated[str, typer.Argument(metavar="RUN", show_default=False, help="Folder of a run.")]


@app.command()
def apply(
    part: Annotated[str, typer.Argument(metavar="PART|RUN", show_default=False, help="A part, or the folder of a run.")],
    sidecar: Annotated[
        str | None, typer.Argument(metavar="[SIDECAR]", show_default=False, help="The part's sidecar.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="reason=NAME,…", help="Removals that still hold; or rule=NAME.")
    ] = None,
    without: Annotated[list[str] | None, typer.Option("--except", metavar="reason=NAME,…", help="Removals to undo.")] = None,
    min_confidence: Annotated[float, typer.Option("--min-confidence", min=0.0, max=1.0, help="Undo less sure ones.")] = 0.0,
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE|DIR", show_default=False)] = ...,  # type: ignore[assignment]
) -> None:
    """Rebuild texts with other choices, from a part and its sidecar, without cleaning again."""
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_tools import apply as work
    from worker.cli.archive_tools import wanted

    raise typer.Exit(guarded(lambda: work(part, sidecar, out, wanted(only or [], without or [], min_confidence))))


@app.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="RUN_A", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="RUN_B", show_default=False)],
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Also as a page, texts side by side.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON.")] = False,
) -> None:
    """Compare two runs over the same input: texts, reasons, samples."""
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_tools import diff as work

    raise typer.Exit(guarded(lambda: work(first, second, html, as_json)))


@app.command()
def audit(
    run: Run,
    per: Annotated[int, typer.Option("--per", min=1, help="Removals for each reason in each language.")] = 5,
    seed: Annotated[int, typer.Option("--seed", help="Another number, another draw.")] = 0,
    reason: Annotated[list[str] | None, typer.Option("--reason", metavar="NAME", help="These reasons only.")] = None,
) -> None:
    """Judge removals drawn at random; gives the precision of each reason, with its interval."""
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_tools import audit as work

    raise typer.Exit(guarded(lambda: work(run, per, seed, reason or [])))


@app.command("learn-hosts")
def learn_hosts(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help="The memory.")],
    jobs: Jobs = None,
    sample: Annotated[float, typer.Option("--sample", min=0.0, max=1.0, help="Share of records to learn from.")] = 1.0,
    text_field: TextField = None,
    html_field: HtmlField = None,
    url_field: UrlField = None,
) -> None:
    """Learn what each host repeats on its pages. Memories among INPUT are added to it."""
    from worker.archive.settings import Fields
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_hosts import learn_hosts as work

    fields = Fields(text=text_field, html=html_field, url=url_field)
    raise typer.Exit(guarded(lambda: work(inputs, out, jobs, sample, fields)))


@app.command()
def status(run: Run, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show how far a run is."""
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_queue import status as work

    raise typer.Exit(guarded(lambda: work(run, as_json)))


@app.command()
def resume(
    run: Run,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Send the work and end.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Go on with a run of the service's workers that was stopped or called off."""
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_queue import resume as work

    service = settings(data_dir=data_dir)
    raise typer.Exit(guarded(lambda: work(run, service, wait=not no_wait)))


@app.command()
def cancel(run: Run) -> None:
    """Call off a run of the service's workers; ranges already begun are finished."""
    from worker.cli.archive_clean import guarded
    from worker.cli.archive_queue import cancel as work

    raise typer.Exit(guarded(lambda: work(run)))
