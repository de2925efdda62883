"""`dehusk archive apply`, `diff` and `audit`: what can be done with a run that is done."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from worker.archive.apply import Wanted, applied
from worker.archive.audit import Precision, Removal, draw, load_labels, precision, save_labels
from worker.archive.columns import rewritten
from worker.archive.diff import difference
from worker.archive.errors import BadFile
from worker.archive.ledger import Ledger
from worker.archive.pages.html import share
from worker.archive.parts import Lines
from worker.archive.place import place
from worker.archive.readers.streams import open_input
from worker.archive.reading import outputs, rows
from worker.cli.rows import encode

OK = 0
LEVEL = 3


def opened(run: str) -> Ledger:
    """The books of a finished run."""
    ledger = Ledger(place(run))
    ledger.expect_run()
    ledger.load()
    return ledger


def wanted(only: list[str], without: list[str], least: float) -> Wanted:
    """Choices as written: `reason=a,b` or `rule=a,b`; a bare name is a reason."""
    reasons, rules = _names(only)
    no_reasons, no_rules = _names(without)
    if no_rules:
        raise BadFile("--except takes reasons.")
    return Wanted(frozenset(reasons) if reasons else None, frozenset(no_reasons), frozenset(rules) if rules else None, least)


def _names(clauses: list[str]) -> tuple[list[str], list[str]]:
    reasons: list[str] = []
    rules: list[str] = []
    for clause in clauses:
        field, sign, names = clause.rpartition("=")
        if sign and field not in ("reason", "rule"):
            raise BadFile(f"{clause}: write reason=NAME or rule=NAME.")
        (rules if field == "rule" else reasons).extend(name.strip() for name in names.split(",") if name.strip())
    return reasons, rules


def apply(part: str, sidecar: str | None, out: str, choice: Wanted) -> int:
    """Write texts under other choices: of one part, or of a whole run."""
    if sidecar is not None:
        count = _apply(part, sidecar, Path(out), choice)
        print(f"{out}: {count:,} rows", file=sys.stderr)
        return OK
    ledger = opened(part)
    count = 0
    Path(out).mkdir(parents=True, exist_ok=True)
    for row in ledger.in_order():
        for data, removed in zip(outputs(row, "data"), outputs(row, "removed"), strict=True):
            target = Path(out) / Path(data).name
            count += _apply(f"{part.rstrip('/')}/{data}", f"{part.rstrip('/')}/{removed}", target, choice)
    print(f"{out}: {count:,} rows", file=sys.stderr)
    return OK


def _apply(part: str, sidecar: str, out: Path, choice: Wanted) -> int:
    with contextlib.closing(open_input(part)) as texts, contextlib.closing(open_input(sidecar)) as account:
        made = applied(rows(texts, part), rows(account, sidecar), choice)
        temporary = out.with_name(out.name + ".tmp")
        count = rewritten(part, temporary, made) if out.suffix == ".parquet" else _lines(made, temporary, out)
    temporary.replace(out)
    return count


def _lines(made: Iterator[dict[str, Any]], temporary: Path, out: Path) -> int:
    sink = Lines(temporary, LEVEL if out.suffix == ".zst" else None)
    for row in made:
        sink.write(encode(row) + b"\n")
    sink.close()
    return sink.rows


def diff(first: str, second: str, page: Path | None, as_json: bool) -> int:
    """Compare two runs."""
    form = difference(opened(first), opened(second)).to_json()
    if page is not None:
        from worker.archive.pages.diff import html

        page.write_text(html(form, first, second), encoding="utf-8", errors="replace")
    if as_json:
        print(json.dumps(form, ensure_ascii=False, indent=1))
        return OK
    both = form["same"] + form["changed"]
    print(f"{form['records']:,} records, {form['changed']:,} texts changed ({share(form['changed'], both)})")
    print(
        f"words only in A: {form['lost']:,} of {form['words'][0]:,}; only in B: {form['gained']:,} of {form['words'][1]:,}"
    )
    if any(form["only"]):
        print(f"records only in A: {form['only'][0]:,}; only in B: {form['only'][1]:,}")
    for name, count in form["outcomes"].items():
        print(f"outcome {name}: {count:,}")
    for name, (a, b) in sorted(form["reasons"].items(), key=lambda item: -abs(item[1][1] - item[1][0])):
        if a != b:
            print(f"{name}: {a:,} -> {b:,} characters")
    for sample in form["samples"][:3]:
        print(f"\n{sample['id']} ({sample['language']}, {sample['changed']:.1%} of the words differ)")
        for sign, side in (("-", "before"), ("+", "after")):
            print("".join(f"{sign} {line}\n" for line in sample[side][:600].splitlines()), end="")
    return OK


def audit(run: str, per: int, seed: int, reasons: list[str]) -> int:
    """Show removals one by one, take labels, print the precision."""
    ledger = opened(run)
    drawn = draw(ledger, per, seed, frozenset(reasons))
    labels = load_labels(ledger)
    todo = [removal for removal in drawn.removals if removal.key not in labels]
    print(f"{len(drawn.removals):,} removals drawn, {len(drawn.removals) - len(todo):,} judged before.")
    try:
        for index, removal in enumerate(todo):
            said = _ask(removal, index + 1, len(todo))
            if said == "q":
                break
            if said in ("y", "n"):
                labels[removal.key] = said == "y"
    except (EOFError, KeyboardInterrupt):
        print()
    if labels:
        save_labels(ledger, labels, drawn.removals)
    for row in precision(drawn, labels):
        print(_line(row))
    return OK


def _ask(removal: Removal, number: int, of: int) -> str:
    colour = sys.stdout.isatty()
    gone = f"\033[31;9m{removal.text[:1500]}\033[0m" if colour else f"[-{removal.text[:1500]}-]"
    print(f"\n{number}/{of}  {removal.reason}  {removal.language}  {removal.evidence}\n{removal.id}\n")
    print(f"{removal.before}{gone}{removal.after}\n")
    while True:
        said = input("right to remove it? [y]es [n]o [s]kip [q]uit: ").strip().lower()[:1]
        if said in ("y", "n", "s", "q"):
            return said


def _line(row: Precision) -> str:
    bounds = f"{row.low:.1%} to {row.high:.1%}"
    return f"{row.reason}: {row.share:.1%} right ({bounds}), {row.judged:,} judged of {row.removals:,}"
