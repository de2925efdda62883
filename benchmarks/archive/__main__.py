"""Every figure about archives beside its target: `python -m benchmarks.archive DATA`."""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.archive import hosts, kills, queued, speed
from benchmarks.data import open_all
from benchmarks.report import Section, figures_table

SECTIONS = ("speed", "queued", "hosts", "kills")
FOLDER = Path(".bench-cache/archive")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with wcxb-dev, daniel-dev and news-dev")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="measure this part only; may be repeated")
    parser.add_argument("--records", type=int, default=20_000, metavar="N", help="records of the archives for speed")
    parser.add_argument("--drills", type=int, default=30, metavar="N", help="runs that are killed")
    parser.add_argument("--folder", type=Path, default=FOLDER, metavar="DIR", help="where archives are made")
    options = parser.parse_args(arguments)
    sets = open_all(options.data)
    daniel = next((dataset for dataset in sets if dataset.name == "daniel-dev"), None)
    if not sets or daniel is None:
        parser.error(f"the data sets are not under {options.data}")
    parts: dict[str, Callable[[], Section]] = {
        "speed": lambda: speed.run(options.folder, sets, options.records),
        "queued": lambda: queued.run(options.folder, sets),
        "hosts": lambda: hosts.run(daniel),
        "kills": lambda: kills.run(options.folder, sets, options.drills),
    }
    results = []
    for name in options.only or SECTIONS:
        begun = time.monotonic()
        section = parts[name]()
        print("\n\n".join([*section.tables, f"({name}: {time.monotonic() - begun:.0f} s)"]), end="\n\n", flush=True)
        results.append(section)
    print(figures_table([figure for section in results for figure in section.figures]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
