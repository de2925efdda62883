"""Where the time of a page goes: `python -m benchmarks.stages DATA` prints milliseconds per stage and per rule.

Processor time of pages the process has not seen before. Reading the clock costs about a microsecond, so that what a
page does a hundred times is not counted here.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import process_time
from typing import Any
from unittest.mock import patch

import cleaners.rules
from benchmarks.data import open_all
from cleaners import clean, pipeline
from cleaners.errors import CleanError
from cleaners.page import Evidence, Judge, Mark, Page, Verdicts

STAGES = (
    "input_kind", "decode", "safe_markup", "walk", "linked_data", "add_declared_text", "_match_phrases", "page_kind",
    "metadata", "identify", "marks_of", "name_drops", "keep_together", "resolve", "verdict",
)  # fmt: skip
WARM_UP = 30  # pages before the clock counts


class _Timed:
    """A judge whose time is taken."""

    def __init__(self, judge: Judge, took: Counter[str]) -> None:
        self._judge = judge
        self._took = took

    def scores(self, page: Page, evidence: Evidence) -> Verdicts:
        verdicts: Verdicts = _timed(self._judge.scores, "judge", self._took)(page, evidence)
        return verdicts


def _timed(function: Callable[..., Any], name: str, took: Counter[str]) -> Callable[..., Any]:
    def run(*arguments: Any, **named: Any) -> Any:
        began = process_time()
        try:
            return function(*arguments, **named)
        finally:
            took[name] += process_time() - began  # type: ignore[assignment]  # seconds

    return run


def _whole(rule: Callable[[Page], Iterator[Mark]]) -> Callable[[Page], list[Mark]]:
    """A rule yields as it is asked; its time is that of all its marks."""
    return lambda page: list(rule(page))


def measure(pages: Iterable[bytes], warm_up: int = WARM_UP) -> dict[str, float]:
    """Milliseconds a page by stage, by rule as "rule NAME", and in "all"."""
    took: Counter[str] = Counter()
    judge_for: Callable[[Page], Judge] = vars(pipeline)["judge_for"]
    timed = [(name, _timed(getattr(pipeline, name), name, took)) for name in STAGES]
    rules = tuple(_timed(_whole(rule), f"rule {rule.__name__}", took) for rule in cleaners.rules.RULES)
    run = _timed(clean, "all", took)
    count = 0
    with ExitStack() as stack:
        for name, function in timed:
            stack.enter_context(patch.object(pipeline, name, function))
        stack.enter_context(patch.object(pipeline, "judge_for", lambda page: _Timed(judge_for(page), took)))
        stack.enter_context(patch.object(cleaners.rules, "RULES", rules))
        for number, page in enumerate(pages):
            if number == warm_up:
                took.clear()
                count = 0
            try:
                run(page)
            except CleanError:
                continue
            count += 1
    return {name: seconds * 1000 / max(1, count) for name, seconds in took.most_common()}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with wcxb-dev, daniel-dev and news-dev; the first there is")
    parser.add_argument("--pages", type=int, default=150, help="how many, evenly spaced")
    chosen = parser.parse_args(arguments)
    sets = open_all(chosen.data)
    if not sets:
        parser.error(f"no pages under {chosen.data}")
    pages = [sample.html for sample in sets[0].spread(chosen.pages + WARM_UP)]
    took = measure(pages, min(WARM_UP, len(pages) // 2))
    for name, milliseconds in took.items():
        print(f"{milliseconds:8.3f}  {name.lstrip('_')}")
    rules = sum(value for name, value in took.items() if name.startswith("rule ") and name != "rule spam_injection")
    print(f"{rules:8.3f}  rules without spam_injection")
    return 0


if __name__ == "__main__":
    sys.exit(main())
