"""`python -m training DATA`: fit the HTML judge's weights, and one set per fold that never saw its sites."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.data import open_all
from benchmarks.folds import FOLDS, fold_of
from training.fit import Example, example, fit, judged_example
from training.reading import read
from training.verdicts import judged_pages, tempered

WEIGHTS = Path(__file__).parents[1] / "cleaners" / "data" / "weights" / "table.json"
FOLD_WEIGHTS = Path(__file__).parents[1] / "benchmarks" / "weights"


def main() -> int:
    """Write the shipped weights, fitted to all pages, and those of each fold."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with wcxb-dev, daniel-dev and news-dev")
    parser.add_argument("--verdicts", type=Path, metavar="FILE", help="verdicts of reviewers, as exported")
    parser.add_argument("--folds-only", action="store_true", help="leave the shipped weights as they are")
    arguments = parser.parse_args()
    examples: list[Example] = []
    for dataset in open_all(arguments.data):
        for sample in dataset:
            examples.append(example(read(sample.html), sample.gold, sample.site))
        print(f"{dataset.name}: {len(dataset)} pages", file=sys.stderr)
    if arguments.verdicts is not None:
        judged = tempered(list(judged_pages(arguments.verdicts)))
        examples += [judged_example(one) for one in judged]
        blocks = sum(label >= 0 for one in judged for label in one.labels)
        print(f"{arguments.verdicts.name}: {len(judged)} pages, {blocks} blocks judged", file=sys.stderr)
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
