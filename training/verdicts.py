"""What reviewers said, as examples: rows of the dashboard's export, `python -m training DATA --verdicts FILE`."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.domains import registrable_domain
from cleaners.page import Page
from training.labels import UNKNOWN
from training.reading import read

MOST_WEIGHT = 10.0  # times the mean: one unlikely span must not outweigh a page


@dataclass(frozen=True, slots=True)
class Judged:
    """A page some of whose blocks a person judged."""

    page: Page
    site: str
    labels: list[float]  # 1 stays, 0 goes, UNKNOWN was not asked
    weights: list[float]  # of the blocks that were; 0 for others


def judged_pages(path: Path) -> Iterator[Judged]:
    """The pages of an export that the HTML judge can learn from: text pages and pages that read otherwise now are left out.

    Raises:
        ValueError: a line is no row of such an export.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                wanted = row["schema"] == 1 and row["kind"] == "html"
                found = _judged(row) if wanted else None
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path}:{number}: no row of an export of verdicts ({error!r}).") from error
            if found is not None:
                yield found


def _judged(row: dict[str, Any]) -> Judged | None:
    page = read(base64.b64decode(row["page_base64"]), row["content_type"], row["encoding"])
    labels = [UNKNOWN] * len(page.segments)
    weights = [0.0] * len(page.segments)
    for said in row["verdicts"]:
        if page.source_text[said["start"] : said["end"]] != said["text"]:
            continue  # the page reads otherwise now
        for index in _inside(page, said["start"], said["end"]):
            labels[index] = 1.0 if said["keep"] else 0.0
            weights[index] = float(said["weight"])
    if not any(weights):
        return None
    return Judged(page, registrable_domain(row["url"] or row["host"]), labels, weights)


def _inside(page: Page, start: int, end: int) -> Iterator[int]:
    """Blocks that lie in the span with most of their text."""
    for segment in page.segments:
        common = min(end, segment.stop) - max(start, segment.start)
        if segment.words and common > (segment.stop - segment.start) / 2:
            yield segment.index


def tempered(every: Sequence[Judged]) -> list[Judged]:
    """The same with weights whose mean over all judged blocks is 1, none above MOST_WEIGHT."""
    given = [weight for one in every for weight in one.weights if weight]
    mean = sum(given) / len(given) if given else 1.0
    return [
        Judged(one.page, one.site, one.labels, [min(MOST_WEIGHT, weight / mean) for weight in one.weights]) for one in every
    ]
