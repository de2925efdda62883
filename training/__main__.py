"""`python -m training DATA`: fit the HTML judge's weights, and one set per fold that never saw its sites."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.data import open_all
from benchmarks.folds import FOLDS, fold_of
from cleaners.page import Page
from cleaners.profile import Limits
from cleaners.stages.declared import add_declared_text
from cleaners.stages.decode import decode
from cleaners.stages.json_ld import linked_data
from cleaners.stages.prescan import safe_markup
from cleaners.stages.walk import walk
from training.fit import Example, example, fit

WEIGHTS = Path(__file__).parents[1] / "cleaners" / "data" / "weights" / "table.json"
FOLD_WEIGHTS = Path(__file__).parents[1] / "benchmarks" / "weights"


def read(page: bytes) -> Page:
    """A page as the judge meets it."""
    source, segments, elements, head = walk(safe_markup(decode(page, None, None).utf8(), Limits())[0])
    made = Page("html", source, segments, elements, head)
    add_declared_text(made, linked_data(head.json_ld))
    return made


def main() -> int:
    """Write the shipped weights, fitted to all pages, and those of each fold."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with wcxb-dev, daniel-dev and news-dev")
    parser.add_argument("--folds-only", action="store_true", help="leave the shipped weights as they are")
    arguments = parser.parse_args()
    examples: list[Example] = []
    for dataset in open_all(arguments.data):
        for sample in dataset:
            examples.append(example(read(sample.html), sample.gold, sample.site))
        print(f"{dataset.name}: {len(dataset)} pages", file=sys.stderr)
    if not examples:
        parser.error(f"no pages under {arguments.data}")
    FOLD_WEIGHTS.mkdir(exist_ok=True)
    for fold in range(FOLDS):
        _write(FOLD_WEIGHTS / f"fold{fold}.json", fit([e for e in examples if fold_of(e.site) != fold]))
        print(f"fold {fold} done", file=sys.stderr)
    if not arguments.folds_only:
        WEIGHTS.parent.mkdir(exist_ok=True)
        _write(WEIGHTS, fit(examples))
    return 0


def _write(path: Path, weights: dict[str, Any]) -> None:
    path.write_text(json.dumps(weights, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
