"""The end of a run: nothing is missing, ranges meet without gap or overlap, duplicates are out, books are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from worker.archive.duplicates import settle
from worker.archive.errors import RunIncomplete
from worker.archive.ledger import Ledger, Row
from worker.archive.plan import FAR, meets
from worker.archive.report import write_report
from worker.archive.settings import SCHEMA


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is, as its books tell."""

    inputs: int
    done: int  # inputs with all their ranges
    ranges: int
    missing: tuple[str, ...]  # inputs that are not done, or ranges that have to be done again
    cut: bool  # its --limit is reached


def standing(ledger: Ledger) -> Standing:
    """Compare the rows with what was asked."""
    run = ledger.expect_run()
    missing: list[str] = []
    done = 0
    fitting = {key: row for key, row in ledger.rows.items() if _is_of(row, run)}
    cut = any(row.cut for row in fitting.values())
    for input in run["inputs"]:
        lack = _lack(input, fitting)
        if lack:
            missing.append(lack)
        else:
            done += 1
    return Standing(len(run["inputs"]), done, len(fitting), tuple(missing), cut)


def _is_of(row: Row, run: dict[str, Any]) -> bool:
    return (row.settings, row.cleaner_version) == (run["settings_digest"], run["cleaner_version"])


def _lack(input: dict[str, Any], rows: dict[str, Row]) -> str:
    index = 0
    start: int | None = None
    while True:
        row = rows.get(f"{input['slug']}-{index:05d}")
        if row is None or (row.size, row.tag) != (input["size"], input["tag"]):
            return f"{input['name']} [{index}]"
        if not meets(start, row):
            return f"{input['name']} [{index}], which was entered at the wrong place"
        if row.ended and (row.kind != "bytes" or row.end >= row.size):
            return ""
        start = (FAR if row.next is None else row.next) if row.kind == "bytes" else None
        index += 1


def finish(ledger: Ledger) -> list[Row]:
    """Close the books of a run whose ranges are all done.

    Raises:
        RunIncomplete: some are not.
    """
    state = standing(ledger)
    if state.missing and not state.cut:
        shown = ", ".join(state.missing[:5]) + (" …" if len(state.missing) > 5 else "")
        raise RunIncomplete(f"{len(state.missing):,} of {state.inputs:,} inputs lack some: {shown}")
    run = ledger.expect_run()
    for key in [key for key, row in ledger.rows.items() if not _is_of(row, run) or row.input not in _names(run)]:
        forget(ledger, key)
    settle(ledger, run["settings"]["level"])
    rows = ledger.write_manifest()
    write_report(ledger, rows)
    return rows


def _names(run: dict[str, Any]) -> set[str]:
    return {input["name"] for input in run["inputs"]}


def forget(ledger: Ledger, key: str) -> None:
    """Take away a range of inputs or settings that are no longer asked for: its row first."""
    row = ledger.rows.pop(key)
    ledger.place.remove(f"_dehusk/ranges/{key}.json")
    kept = {output["name"] for other in ledger.rows.values() for output in other.outputs}
    for output in row.outputs:
        if output["name"] not in kept:
            ledger.place.remove(output["name"])
    ledger.place.remove(f"_dehusk/tallies/{key}.json.zst")
    ledger.place.remove(f"_dehusk/digests/{key}.bin")


__all__ = ["SCHEMA", "Standing", "finish", "forget", "standing"]
