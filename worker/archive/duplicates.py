"""Exact duplicates within a run: the first in the order of the inputs stays, whoever cleaned it and when.

Which text came first is known when all ranges are done, so parts wait until then, and are written again without
their duplicates. Memory is bounded: digests are looked at in as many passes as it takes.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from worker.archive.ledger import DIGESTS, Ledger, Row
from worker.archive.parts import Lines, file_digest
from worker.archive.readers.table import arrow
from worker.archive.reading import lines, outputs
from worker.archive.writing import STAGED
from worker.cli.rows import encode

SIZE = 16  # bytes of a digest
AT_ONCE = 3_000_000  # digests in memory


def settle(ledger: Ledger, level: int) -> None:
    """Put every waiting part in its place, without duplicates. Going on after a kill is the same as beginning."""
    waiting = [row for row in ledger.in_order() if not row.settled]
    if not waiting:
        return
    doubles = find(ledger, list(ledger.in_order()))
    for row in waiting:
        if row.key in doubles:
            _rewrite(ledger, row, doubles[row.key], level)
        else:
            _move(ledger, row)


def find(ledger: Ledger, order: list[Row]) -> dict[str, dict[int, str]]:
    """Per range, its texts that came before, by their place among its clean texts, and where they came first."""
    held = [row for row in order if row.counts["clean"] + row.counts["duplicate"]]
    total = sum(row.counts["clean"] + row.counts["duplicate"] for row in held)
    passes = max(1, -(-total // AT_ONCE))
    doubles: dict[str, dict[int, str]] = {}
    for turn in range(passes):
        first: dict[bytes, str] = {}
        for row in held:
            digests = ledger.place.read(f"{DIGESTS}/{row.key}.bin")
            for place in range(len(digests) // SIZE):
                digest = digests[place * SIZE : place * SIZE + SIZE]
                if passes > 1 and int.from_bytes(digest[:4], "big") % passes != turn:
                    continue
                known = first.setdefault(digest, f"{row.key}#{place}")
                if known != f"{row.key}#{place}":
                    doubles.setdefault(row.key, {})[place] = known
    return doubles


def _move(ledger: Ledger, row: Row) -> None:
    place = ledger.place
    for output in row.outputs:
        if not output["name"].startswith("errors/"):
            with contextlib.suppress(FileNotFoundError):  # moved before a kill
                place.move(f"{STAGED}/{output['name']}", output["name"])
    ledger.put(replace(row, settled=True))


def _rewrite(ledger: Ledger, row: Row, doubles: dict[int, str], level: int) -> None:
    place = ledger.place
    scratch = place.scratch()
    made: list[dict[str, Any]] = [output for output in row.outputs if output["name"].startswith("errors/")]
    at = 0
    data_names, side_names = outputs(row, "data"), outputs(row, "removed")
    more_names: list[str] = outputs(row, "attributes") or [""] * len(data_names)
    for data, side, more in zip(data_names, side_names, more_names, strict=False):
        accounts = list(_lines(ledger, side))
        clean = [index for index, line in enumerate(accounts) if json.loads(line)["outcome"] == "clean"]
        gone = {n: doubles[at + n] for n in range(len(clean)) if at + n in doubles}
        path = scratch / data.replace("/", "-")
        texts = _without(ledger, data, path, set(gone), level)
        made.append(_publish(ledger, data, path, len(clean) - len(gone)))
        path = scratch / side.replace("/", "-")
        sink = Lines(path, level)
        places = {clean[n]: n for n in gone}
        for index, line in enumerate(accounts):
            n = places.get(index)
            sink.write(line if n is None else _as_duplicate(line, gone[n], texts[n]))
        sink.close()
        made.append(_publish(ledger, side, path, len(accounts)))
        if more:
            path = scratch / more.replace("/", "-")
            sink = Lines(path, level)
            for index, line in enumerate(_lines(ledger, more)):
                if index not in gone:  # clean texts alone have attributes
                    sink.write(line)
            sink.close()
            made.append(_publish(ledger, more, path, sink.rows))
        at += len(clean)
    counts = dict(row.counts)
    counts["clean"] -= len(doubles)
    counts["duplicate"] += len(doubles)
    made.sort(key=lambda output: str(output["name"]))
    ledger.put(replace(row, settled=True, counts=counts, outputs=tuple(made)))
    for output in made:
        place.remove(f"{STAGED}/{output['name']}")


def _as_duplicate(line: bytes, known: str, text: str) -> bytes:
    account = json.loads(line)
    account["outcome"] = "duplicate"
    account["duplicate_of"] = known
    account["text"] = text
    return encode(account) + b"\n"


def _lines(ledger: Ledger, name: str) -> Iterator[bytes]:
    with contextlib.closing(ledger.place.open(f"{STAGED}/{name}")) as file:
        yield from lines(file, name)


def _without(ledger: Ledger, name: str, path: Path, gone: set[int], level: int) -> dict[int, str]:
    """Write a part without some of its rows; returns the texts of those."""
    texts: dict[int, str] = {}
    if name.endswith(".parquet"):
        pa = arrow()
        with contextlib.closing(ledger.place.open(f"{STAGED}/{name}")) as file:
            table = pa.parquet.ParquetFile(file).read()
        column = table.column("text")
        texts = {index: column[index].as_py() for index in gone}
        rest = table.take([index for index in range(table.num_rows) if index not in gone])
        pa.parquet.write_table(
            rest, path, row_group_size=10_000, compression="zstd", write_statistics=["id", "url", "language"]
        )
        return texts
    sink = Lines(path, level)
    for index, line in enumerate(_lines(ledger, name)):
        if index in gone:
            texts[index] = json.loads(line)["text"]
        else:
            sink.write(line)
    sink.close()
    return texts


def _publish(ledger: Ledger, name: str, path: Path, rows: int) -> dict[str, Any]:
    output = {"name": name, "rows": rows, "bytes": path.stat().st_size, "sha256": file_digest(path)}
    ledger.place.publish(name, path)
    return output
