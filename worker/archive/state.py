"""How far an ordered run is, read from its folder: `archive status` and the service's own status say the same."""

from __future__ import annotations

from dataclasses import dataclass

from worker.archive.finish import standing
from worker.archive.ledger import MANIFEST, Ledger, add_up
from worker.archive.queued import cancelled


@dataclass(frozen=True, slots=True)
class RunState:
    """A run at this moment."""

    word: str  # finished, called off, open
    inputs: int
    inputs_done: int
    ranges_done: int
    counts: dict[str, int]  # of records, by outcome
    missing: tuple[str, ...]  # inputs that are not done
    cleaner_version: str


def state_of(ledger: Ledger) -> RunState:
    """Read the books anew.

    Raises:
        NotARun: there is no run.
    """
    run = ledger.expect_run()
    ledger.load()
    found = standing(ledger)
    finished = not found.missing and MANIFEST in ledger.place.names("")
    word = "finished" if finished else "called off" if cancelled(ledger.place) else "open"
    counts = add_up(list(ledger.rows.values()))
    return RunState(word, found.inputs, found.done, found.ranges, counts, found.missing, run["cleaner_version"])
