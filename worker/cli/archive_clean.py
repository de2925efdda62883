"""`dehusk archive clean` and `merge`: say what is done, do it, say what came of it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import typer

from cleaners.errors import BadProfile
from cleaners.profile import Profile
from worker.archive.choice import chooser
from worker.archive.errors import ArchiveError, BadChoice
from worker.archive.finish import finish, standing
from worker.archive.inputs import find_inputs
from worker.archive.ledger import Ledger, add_up
from worker.archive.nouns import OUTCOMES, Input
from worker.archive.pages.html import share, size
from worker.archive.place import is_remote, place
from worker.archive.plan import Shard, jobs
from worker.archive.progress import Bar
from worker.archive.readers.base import Cut
from worker.archive.run import Run
from worker.archive.settings import Fields, Filters, Settings
from worker.cli.ending import end_by
from worker.cli.messages import complain
from worker.pool import PoolBroken

OK, NOT_DONE = 0, 1


def guarded(work: Callable[[], int]) -> int:
    """Do it; what cannot be done is said in a line."""
    try:
        return work()
    except BadProfile as error:
        raise typer.BadParameter(error.detail, param_hint="--profile") from error
    except BadChoice as error:
        raise typer.BadParameter(str(error), param_hint="--select") from error
    except KeyboardInterrupt:
        complain("", "stopped. The same command goes on from here.")
        end_by(signal.SIGINT)
    except BrokenPipeError:
        end_by(signal.SIGPIPE)
    except (ArchiveError, PoolBroken) as error:
        print(f"dehusk: {error}", file=sys.stderr)
    except OSError as error:
        complain(str(error.filename or ""), error.strerror or str(error))
    return NOT_DONE


def settings_of(wanted: dict[str, Any]) -> Settings:
    """The settings that the options mean."""
    chooser(wanted["select"])
    made = {
        name: value for name, value in wanted.items() if name not in ("profile", "host_memory", "fields", "filters", "cut")
    }
    settings = Settings(
        profile=Profile.load(wanted["profile"]),
        fields=Fields(**wanted["fields"]),
        filters=Filters(**wanted["filters"]),
        cut=Cut(**wanted["cut"]),
        **made,
    )
    if wanted["host_memory"]:
        from worker.archive.hosts import opened

        memory = opened(wanted["host_memory"])
        settings = replace(settings, host_memory=wanted["host_memory"], host_digest=memory.digest)
    return settings


def clean(
    arguments: list[str],
    out: str,
    wanted: dict[str, Any],
    processes: int | None,
    part: tuple[int, int],
    *,
    redo: bool,
    dry_run: bool,
) -> int:
    """The command; returns its exit status."""
    settings = settings_of(wanted)
    inputs = find_inputs(arguments, avoid="" if is_remote(out) else out)
    shard = Shard(*part)
    target = place(out)
    run = Run(target, inputs, settings, shard)
    if dry_run:
        return tell(run)
    if shard.count > 1:
        run.clean(processes, redo=redo, watch=None)
        say(f"{out}: shard {shard.index + 1} of {shard.count} is done. `dehusk archive merge {out}` ends the run.")
        return OK
    with target.alone(), Bar() as bar:
        done = run.clean(processes, redo=redo, watch=bar)
        state = standing(run.ledger)
        if state.missing and not state.cut:
            done += run.clean(processes, watch=bar)
        rows = finish(run.ledger)
    summary(out, rows, done, run)
    return OK


def merge(out: str) -> int:
    """End a run that shards have done."""
    target = place(out)
    ledger = Ledger(target)
    ledger.load()
    with target.alone():
        rows = finish(ledger)
    summary(out, rows, len(rows), None)
    return OK


def summary(out: str, rows: list[Any], done: int, run: Run | None) -> None:
    counts = add_up(rows)
    if not done:
        say(f"{out}: nothing to do, all {len(rows):,} ranges are done.")
    parts = ", ".join(f"{counts[name]:,} {name}" for name in OUTCOMES if counts[name])
    kept = ""
    if run is not None and run.progress.chars_in:
        kept = f" {share(run.progress.chars_kept, run.progress.chars_in)} of the characters kept."
    say(f"{out}: {counts['in']:,} records: {parts or 'nothing'}.{kept}")
    if counts["error"]:
        say(f"What was wrong with {counts['error']:,} of them is in {out}/errors/.")
    say(f"Report: {out}/report.html")


def tell(run: Run) -> int:
    """What would be done."""
    found = run.changes()
    formats: dict[str, list[Input]] = {}
    for input in run.inputs:
        formats.setdefault(input.format + (f" ({input.compression})" if input.compression else ""), []).append(input)
    print(f"cleaner {run.settings.version}, profile {run.settings.profile.name}, settings {run.settings.digest}")
    for format, inputs in formats.items():
        print(f"{format}: {len(inputs):,} inputs, {size(sum(input.size for input in inputs))}")
    if found:
        print("\n".join(found.lines()))
    done = len(run.ledger.rows) - found.ranges
    open_ranges = more = 0
    for job in _unread(run):
        open_ranges += 1
        more += job
    print(f"{done:,} ranges are done, {open_ranges:,}{' or more' if more else ''} are to be done")
    if found.gone or found.ranges:
        print("It needs --redo.")
    return OK


def _unread(run: Run) -> Any:
    """Ranges to be done, and whether more may follow that nobody can count before reading."""
    seen: set[str] = set()
    for job in jobs(run.inputs, run.settings, run.ledger, run.shard):
        if job.reader.sequential:
            job.reader.ended = True
            if job.range.input.slug not in seen:
                seen.add(job.range.input.slug)
                yield True
        else:
            yield False


def say(words: str) -> None:
    print(words, file=sys.stderr)
