"""Running archives in tests: the command in a process of its own, and what it left behind."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.cli_helpers import Ran, dehusk
from worker.archive.ledger import Ledger
from worker.archive.place import place
from worker.archive.reading import rows_of

OUTPUTS = ("data", "removed", "errors", "attributes")


def archive(*arguments: str | Path, **more: str) -> Ran:
    return dehusk("archive", *arguments, **more)


def clean(*arguments: str | Path, **more: str) -> Ran:
    ran = archive("clean", *arguments, **more)
    assert ran.status == 0, ran.errors
    return ran


def digests(run: Path) -> dict[str, str]:
    """Every output of a run, which no kill and no number of processes may change."""
    files = [path for kind in OUTPUTS for path in sorted((run / kind).rglob("*")) if path.is_file()]
    out = {path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    out["manifest.jsonl"] = hashlib.sha256((run / "manifest.jsonl").read_bytes()).hexdigest()
    return out


def ledger(run: Path) -> Ledger:
    books = Ledger(place(str(run)))
    books.load()
    return books


def rows(run: Path, kind: str = "data") -> list[dict[str, Any]]:
    """All rows of one kind, in the order of the inputs."""
    books = ledger(run)
    names = [o["name"] for row in books.in_order() for o in row.outputs if o["name"].startswith(f"{kind}/")]
    return [row for name in names for row in rows_of(books.place, name)]


def manifest(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "manifest.jsonl").read_text("utf-8").splitlines()]


def counts(run: Path) -> dict[str, int]:
    total: dict[str, int] = {}
    for row in manifest(run):
        for name, count in row["counts"].items():
            total[name] = total.get(name, 0) + count
    return total
