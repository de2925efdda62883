"""`python -m drills.alarms_reviews`: do the intervals of reviews hold the truth, and what does the second opinion cost?"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cleaners import clean
from cleaners.errors import CleanError
from worker.quality.estimate import Judged, estimate
from worker.quality.second import SHARE, agreement, ask

WANTED = 0.93
PAGES = Path(__file__).parents[1] / "fixtures" / "pages"


def holds(dice: random.Random, precision: float, accuracy: float, pages: int = 2000) -> tuple[bool, float]:
    """One simulated review of a rule of known precision: whether the interval holds the truth, and its width.

    Pages differ in how right the rule is on them, doubtful ones are drawn more often, and reviewers err.
    """
    judged: list[Judged] = []
    right = spans = 0
    for page in range(pages):
        here = dice.betavariate(precision * 4, (1 - precision) * 4)
        count = dice.randint(1, 12)
        doubtful = here < 0.6 and dice.random() < 0.7
        chance = 0.15 * (0.2 + 0.8 * (3 if doubtful else 0.6))
        truths = [dice.random() < here for _ in range(count)]
        right += sum(truths)
        spans += count
        if dice.random() < chance:
            each = min(1.0, 3 / count)
            for truth in truths:
                if dice.random() < each:
                    judged.append(Judged(str(page), truth == (dice.random() < accuracy), chance * each))
    found = estimate(judged, accuracy=accuracy)
    return found.low <= right / spans <= found.high, found.high - found.low


def coverage(precision: float, accuracy: float, times: int, seed: int = 11) -> tuple[float, float]:
    """The share of intervals that hold the truth, and their mean width."""
    dice = random.Random(seed)
    found = [holds(dice, precision, accuracy) for _ in range(times)]
    return sum(one for one, _ in found) / times, statistics.fmean(width for _, width in found)


def second_opinion_cost() -> float:
    """CPU time that second opinions add to cleaning, as a share, over the pages of the collection."""
    ours = theirs = 0.0
    for file in sorted(PAGES.glob("*/page.html")):
        body = file.read_bytes()
        try:
            text = clean(body).text
            ours += _seconds(lambda body=body: clean(body))  # type: ignore[misc]
            theirs += _seconds(lambda body=body, text=text: agreement(text, ask(body, None, None, "")))  # type: ignore[misc]
        except CleanError:
            continue  # such a page is never asked about
    return SHARE * theirs / ours


def _seconds(what: Callable[[], object]) -> float:
    began = time.process_time()
    what()
    return time.process_time() - began


def main() -> int:
    """Exit status 1 when a figure is not reached."""
    worst = 1.0
    for precision in (0.6, 0.9, 0.98):
        for accuracy in (1.0, 0.95):
            share, width = coverage(precision, accuracy, 1000)
            worst = min(worst, share)
            print(
                f"precision {precision}, reviewers right {accuracy:.0%}: "
                f"{share:.1%} of 1000 intervals hold the truth, mean width {width:.3f}",
                flush=True,
            )
    cost = second_opinion_cost()
    print(f"second opinion on {SHARE:.0%} of pages: {cost:.1%} more CPU time")
    return 0 if worst >= WANTED and cost <= 0.1 else 1


if __name__ == "__main__":
    sys.exit(main())
