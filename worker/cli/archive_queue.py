"""`dehusk archive clean --queue`, `status`, `resume`, `cancel`: a run that the workers of the service do."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from worker.archive.errors import RunChanged, StorageError
from worker.archive.finish import finish, standing
from worker.archive.inputs import find_inputs
from worker.archive.ledger import RANGES, Ledger
from worker.archive.nouns import OUTCOMES, Input
from worker.archive.orders import CANCELLED, read_orders, write_orders
from worker.archive.place import is_remote, place
from worker.archive.plan import changes
from worker.archive.queued import FAILED, cancelled, errands
from worker.archive.settings import Settings
from worker.archive.state import state_of
from worker.cli.archive_clean import NOT_DONE, OK, say, summary
from worker.queue.archive_runs import note_run
from worker.queue.archives import Sender
from worker.settings import Settings as ServiceSettings

LOOK = 1.0  # seconds between two looks at the books
PATIENCE = (
    330.0  # seconds without a finished range until what is open is sent again: a message that got lost is back by then
)


def start(arguments: list[str], out: str, settings: Settings, service: ServiceSettings, *, redo: bool, wait: bool) -> int:
    """Order a run and send its ranges to the workers."""
    out = out if is_remote(out) else str(Path(out).resolve())
    target = place(out)
    inputs = find_inputs(arguments, avoid="" if is_remote(out) else out)
    ledger = Ledger(target)
    ledger.load()
    found = changes(ledger, inputs, settings)
    if found and not redo:
        raise RunChanged("\n".join(["", *found.lines()]))
    ledger.begin(settings, inputs)
    write_orders(target, settings, inputs)
    target.remove(CANCELLED)
    return _run(ledger, out, settings, inputs, service, wait)


def resume(out: str, service: ServiceSettings, *, wait: bool) -> int:
    """Go on with an ordered run that was stopped or called off."""
    out = out if is_remote(out) else str(Path(out).resolve())
    target = place(out)
    settings, inputs = read_orders(target)
    target.remove(CANCELLED)
    ledger = Ledger(target)
    ledger.load()
    return _run(ledger, out, settings, inputs, service, wait)


def cancel(out: str) -> int:
    """Call a run off: ranges that workers have begun are finished, no more are begun."""
    target = place(out)
    Ledger(target).expect_run()
    target.write(CANCELLED, b"")
    say(f"{out}: called off. `dehusk archive resume {out}` goes on.")
    return OK


def status(out: str, as_json: bool) -> int:
    """How far a run is."""
    ledger = Ledger(place(out))
    state = state_of(ledger)
    if as_json:
        inputs = {"inputs": state.inputs, "inputs_done": state.inputs_done, "ranges_done": state.ranges_done}
        print(json.dumps({"state": state.word, **inputs, "counts": state.counts, "cleaner_version": state.cleaner_version}))
        return OK
    parts = ", ".join(f"{state.counts[name]:,} {name}" for name in OUTCOMES if state.counts[name])
    print(f"{state.word}: {state.inputs_done:,} of {state.inputs:,} inputs, {state.ranges_done:,} ranges done")
    print(f"{state.counts['in']:,} records: {parts or 'none yet'}")
    for lack in state.missing[:5]:
        print(f"open: {lack}")
    for key, message in failures(ledger).items():
        print(f"failed: {key}: {message}")
    return OK


def failures(ledger: Ledger) -> dict[str, str]:
    """What workers said of ranges that they could not do and that nobody has done since."""
    names = [name for name in ledger.place.names(FAILED) if name.removesuffix(".txt") not in ledger.rows]
    return {name.removesuffix(".txt"): ledger.place.read(f"{FAILED}/{name}").decode() for name in names[:10]}


def _run(ledger: Ledger, out: str, settings: Settings, inputs: list[Input], service: ServiceSettings, wait: bool) -> int:
    count = _send(ledger, out, settings, inputs, service)
    if not wait:
        say(f"{out}: {count:,} ranges sent. `dehusk archive status {out}` shows how far they are; `resume` ends the run.")
        return OK
    known = len(ledger.rows)
    since = time.monotonic()
    while True:
        time.sleep(LOOK)
        if cancelled(ledger.place):
            say(f"{out}: called off.")
            return NOT_DONE
        done = len(ledger.place.names(RANGES))
        if done != known:
            known, since = done, time.monotonic()
            _show(f"{done:,} ranges done")
            ledger.load()
            if not standing(ledger).missing:
                break
        elif time.monotonic() - since > PATIENCE:
            ledger.load()
            count = _send(ledger, out, settings, inputs, service)
            if not count:
                break
            for key, message in failures(ledger).items():
                say(f"{key}: {message}")
            say(f"{out}: nothing was finished for {PATIENCE:.0f} s; {count:,} ranges sent again. Is a worker running?")
            since = time.monotonic()
        elif not count:
            break
    ledger.load()
    rows = finish(ledger)
    _show("")
    summary(out, rows, count, None)
    return OK


def _send(ledger: Ledger, out: str, settings: Settings, inputs: list[Input], service: ServiceSettings) -> int:
    sender = Sender(service)
    count = 0
    try:
        for errand in errands(inputs, settings, ledger):
            sender.send(out, errand.slug, errand.index)
            count += 1
        note_run(service, out)
    except (OperationalError, RedisError) as error:
        raise StorageError(f"The broker took {count:,} ranges and no more: {error}") from error
    return count


def _show(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr)
