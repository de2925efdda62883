"""`report.json` and `report.html`: what a person needs to judge a run in two minutes."""

from __future__ import annotations

import json
from typing import Any

from worker.archive.ledger import Ledger, Row, add_up
from worker.archive.nouns import OUTCOMES
from worker.archive.settings import SCHEMA
from worker.archive.tally import Tally

HOSTS = 12  # at either end
FEWEST = 5  # pages of a host that is ranked


def write_report(ledger: Ledger, rows: list[Row]) -> dict[str, Any]:
    """Add up the run and write both files."""
    from worker.archive.pages.report import html

    form = report(ledger, rows)
    ledger.place.write("report.json", (json.dumps(form, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
    ledger.place.write("report.html", html(form).encode("utf-8", "replace"))
    return form


def report(ledger: Ledger, rows: list[Row]) -> dict[str, Any]:
    """All figures of a run."""
    run = ledger.expect_run()
    total = Tally()
    cpu = 0.0
    for row in rows:
        tally, cost = ledger.tally(row.key)
        total.add(tally)
        cpu += cost.get("cpu", 0.0)
    counts = add_up(rows)
    read = sum(input["size"] for input in run["inputs"]) if not any(row.cut for row in rows) else 0
    written: dict[str, dict[str, int]] = {}
    for row in rows:
        for output in row.outputs:
            sums = written.setdefault(output["name"].split("/")[0], {"files": 0, "rows": 0, "bytes": 0})
            sums["files"] += 1
            sums["rows"] += output["rows"]
            sums["bytes"] += output["bytes"]
    form = total.to_json()
    best, worst = ranked(form.pop("hosts"))
    examples = form.pop("examples")
    return {
        "schema": SCHEMA,
        "run": f"{run['settings_digest']}-{run['cleaner_version']}",
        "cleaner_version": run["cleaner_version"],
        "settings": run["settings"],
        "inputs": {"files": len(run["inputs"]), "bytes": sum(i["size"] for i in run["inputs"]), "ranges": len(rows)},
        "counts": counts,
        "adds_up": counts["in"] == sum(counts[name] for name in OUTCOMES),
        "written": written,
        "cost": {
            "cpu_seconds": round(cpu, 1),
            "core_hours_per_tb": round(cpu / 3600 / (read / 1e12), 1) if read else None,
            "core_hours_per_tb_of_content": round(cpu / 3600 / (total.bytes_in / 1e12), 1) if total.bytes_in else None,
            "records_per_core_second": round(total.pages / cpu, 1) if cpu else None,
        },
        **form,
        "worst_hosts": worst,
        "best_hosts": best,
        "examples": {reason: [example for _, example in held] for reason, held in examples.items()},
    }


def ranked(hosts: dict[str, list[int]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The hosts that kept most and least of their text."""
    known: list[dict[str, Any]] = [
        {"host": host or "(none)", "pages": pages, "kept_share": round(kept / size, 4) if size else 0.0, "empty": empty}
        for host, (pages, size, kept, empty) in hosts.items()
    ]
    fewest = FEWEST if sum(one["pages"] >= FEWEST for one in known) >= 2 * HOSTS else 1
    enough = [one for one in known if one["pages"] >= fewest]
    enough.sort(key=lambda one: (one["kept_share"], -one["pages"], one["host"]))
    middle = len(enough) // 2
    return enough[middle:][::-1][:HOSTS], enough[:middle][:HOSTS]
