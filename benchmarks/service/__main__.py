"""`python -m benchmarks.service PART --data DATA`: figures of the service, each beside its target."""

import argparse
import importlib
from pathlib import Path

from benchmarks.data import open_all

PARTS = (
    "store",
    "throughput",
    "costs",
    "second_opinion",
    "urgency",
    "growth",
)  # modules beside this one, each with `report(samples) -> str`


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the data sets")
    parser.add_argument("--pages", type=int, default=300, help="pages of wcxb-dev, evenly spread")
    options = parser.parse_args()
    wcxb = next((found for found in open_all(options.data) if found.name == "wcxb-dev"), None)
    if wcxb is None:
        parser.error(f"wcxb-dev is not under {options.data}")
    samples = list(wcxb.spread(options.pages))
    for part in options.parts:
        print(importlib.import_module(f"benchmarks.service.{part}").report(samples), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
