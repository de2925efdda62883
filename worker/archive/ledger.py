"""The books of a run: what was asked, which ranges are done, and what their files are. A range's row comes last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import zstandard

from worker.archive.errors import NotARun
from worker.archive.nouns import OUTCOMES, Input, Range
from worker.archive.place import Place
from worker.archive.settings import SCHEMA, Settings
from worker.archive.tally import Tally

RUN = "_dehusk/run.json"
RANGES = "_dehusk/ranges"
TALLIES = "_dehusk/tallies"
DIGESTS = "_dehusk/digests"
MANIFEST = "manifest.jsonl"
TOGETHER = 500  # rows read from a store in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finished range."""

    key: str
    input: str
    uri: str
    size: int
    tag: str
    kind: str
    index: int
    start: int
    end: int
    settings: str
    cleaner_version: str
    host_memory: str
    counts: dict[str, int]  # `in`, and the six outcomes
    outputs: tuple[dict[str, Any], ...]
    first: int | None  # where its first record begins
    next: int | None  # where the record behind its last one begins
    ended: bool  # the input ends here
    cut: bool = False  # the run's --limit ended here
    settled: bool = True  # duplicates across ranges are out
    status: str = "done"

    def fits(self, range: Range, settings: Settings) -> bool:
        """Whether this is what that range would give again."""
        return self.is_of(range.input) and self.made_by(settings) and (self.start, self.end) == (range.start, range.end)

    def is_of(self, input: Input) -> bool:
        return (self.input, self.size, self.tag) == (input.name, input.size, input.tag)

    def made_by(self, settings: Settings) -> bool:
        return (self.settings, self.cleaner_version) == (settings.digest, settings.version)

    def manifest(self, run: str) -> dict[str, Any]:
        """The row of the manifest."""
        return {"schema": SCHEMA, "run": run, **self.form()}

    def form(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def read(cls, data: bytes) -> Row:
        form = json.loads(data)
        form["outputs"] = tuple(form["outputs"])
        return cls(**form)


class Ledger:
    """Reads and writes the books of one run."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.rows: dict[str, Row] = {}

    def load(self) -> None:
        """Read the rows of all finished ranges."""
        names = [f"{RANGES}/{name}" for name in self.place.names(RANGES) if name.endswith(".json")]
        self.rows = {}
        for at in range(0, len(names), TOGETHER):
            for data in self.place.read_all(names[at : at + TOGETHER]).values():
                row = Row.read(data)
                self.rows[row.key] = row

    def run(self) -> dict[str, Any] | None:
        """What the run was asked to do, if there is a run."""
        try:
            form: dict[str, Any] = json.loads(self.place.read(RUN))
        except FileNotFoundError:
            return None
        return form

    def expect_run(self) -> dict[str, Any]:
        run = self.run()
        if run is None:
            raise NotARun(f"({self.place.address})")
        return run

    def begin(self, settings: Settings, inputs: list[Input]) -> None:
        """Write down what is asked."""
        form = {
            "schema": SCHEMA,
            "settings": settings.describe(),
            "settings_digest": settings.digest,
            "cleaner_version": settings.version,
            "inputs": [
                {"name": i.name, "slug": i.slug, "uri": i.uri, "format": i.format, "size": i.size, "tag": i.tag}
                for i in inputs
            ],
        }
        data = json.dumps(form, ensure_ascii=False, indent=1).encode("utf-8", "surrogateescape")
        if self.run() != json.loads(data):
            self.place.write(RUN, data)

    def commit(self, row: Row, tally: Tally, cost: dict[str, float], digests: bytes) -> None:
        """Close a range whose files are in their place."""
        form = {"tally": tally.to_json(), "cost": cost}
        packed = zstandard.compress(json.dumps(form, ensure_ascii=False).encode("utf-8", "surrogatepass"), 3)
        self.place.write(f"{TALLIES}/{row.key}.json.zst", packed)
        if digests or not row.settled:
            self.place.write(f"{DIGESTS}/{row.key}.bin", digests)
        self.put(row)

    def put(self, row: Row) -> None:
        data = json.dumps(row.form(), ensure_ascii=False).encode("utf-8", "surrogateescape")
        self.place.write(f"{RANGES}/{row.key}.json", data)
        self.rows[row.key] = row

    def tally(self, key: str) -> tuple[Tally, dict[str, float]]:
        data = zstandard.decompress(self.place.read(f"{TALLIES}/{key}.json.zst"))
        form = json.loads(data.decode("utf-8", "surrogatepass"))
        return Tally.from_json(form["tally"]), form["cost"]

    def in_order(self) -> Iterator[Row]:
        """Rows of the run in the order of its inputs."""
        places = {i["name"]: at for at, i in enumerate(self.expect_run()["inputs"])}
        known = [row for row in self.rows.values() if row.input in places]
        yield from sorted(known, key=lambda row: (places[row.input], row.index))

    def write_manifest(self) -> list[Row]:
        run = self.expect_run()
        name = f"{run['settings_digest']}-{run['cleaner_version']}"
        rows = list(self.in_order())
        lines = [json.dumps(row.manifest(name), ensure_ascii=False) + "\n" for row in rows]
        self.place.write(MANIFEST, "".join(lines).encode("utf-8", "surrogateescape"))
        return rows


def add_up(rows: list[Row]) -> dict[str, int]:
    """The counts of all rows."""
    total = dict.fromkeys(("in", *OUTCOMES), 0)
    for row in rows:
        for name, count in row.counts.items():
            total[name] += count
    return total
