"""Title, author and date cost little to find; are they as good as what a slow search finds?"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from benchmarks.data import DataSet, Sample
from benchmarks.matching import same_author, same_date, same_title
from benchmarks.metrics import mean
from benchmarks.progress import progress
from benchmarks.report import Figure, Section, table
from benchmarks.runner import Runner

FIELDS: dict[str, Callable[[str | None, str], bool]] = {
    "title": same_title,
    "author": same_author,
    "date": same_date,
}
WARM_UP = 3  # pages
Answer = dict[str, str | None]


def load_dehusk() -> Callable[[bytes, str | None, str], Answer]:
    """Dehusk's metadata comes with the text; its time is that of the whole cleaning."""
    clean: Callable[..., Any] = import_module("cleaners").clean

    def dehusk(page: bytes, url: str | None, language: str) -> Answer:
        return _answer(clean(page, url=url))

    return dehusk


def load_trafilatura() -> Callable[[bytes, str | None, str], Answer]:
    """`extract_metadata` with its defaults: the extensive date search, the given URL."""
    extract_metadata: Callable[..., Any] = import_module("trafilatura").extract_metadata

    def trafilatura(page: bytes, url: str | None, language: str) -> Answer:
        return _answer(extract_metadata(page, default_url=url))

    return trafilatura


def _answer(document: Any) -> Answer:
    found = {name: getattr(document, name) for name in FIELDS}
    return {name: str(value) if value else None for name, value in found.items()}


@dataclass(slots=True)
class Tally:
    """One field of one tool over all pages."""

    gold: int = 0  # pages whose gold has the field
    given: int = 0  # of them, pages with an answer
    right: int = 0
    unasked: int = 0  # answers where the gold has none
    pages: int = 0

    def count(self, answer: str | None, gold: str | None, same: Callable[[str | None, str], bool]) -> None:
        self.pages += 1
        if gold is None:
            self.unasked += answer is not None
        else:
            self.gold += 1
            self.given += answer is not None
            self.right += same(answer, gold)

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else float("nan")

    @property
    def precision(self) -> float:
        answers = self.given + self.unasked
        return self.right / answers if answers else float("nan")

    @property
    def f1(self) -> float:
        total = self.gold + self.given + self.unasked
        return 2 * self.right / total if total else float("nan")


def measure(
    dataset: DataSet, name: str, load: Callable[[], Callable[[bytes, str | None, str], Answer]]
) -> tuple[dict[str, Tally], float]:
    """One tool on every page, and its mean time in ms."""
    tallies = {key: Tally() for key in FIELDS}
    times: list[float] = []
    with Runner({name: load}) as runner:
        for sample in dataset.spread(WARM_UP):  # imports and tables of the first call are not a page's time
            runner.run(name, sample.html, sample.url, sample.language)
        for sample in progress(f"metadata {name}", dataset, len(dataset)):
            outcome = runner.run(name, sample.html, sample.url, sample.language)
            times.append(outcome.seconds * 1000)
            for key, same in FIELDS.items():
                tallies[key].count((outcome.value or {}).get(key), gold(sample, key), same)
    return tallies, mean(times)


def run(dataset: DataSet, tools: Sequence[str], jobs: int) -> Section:
    """Both tools on the same pages, and the figures to reach."""
    loaders = {"dehusk": load_dehusk, "trafilatura": load_trafilatura}
    names = [name for name in loaders if name in tools]
    with ThreadPoolExecutor(jobs) as pool:
        results = dict(zip(names, pool.map(lambda name: measure(dataset, name, loaders[name]), names), strict=True))
    rows = [
        (
            f"{key} {name}",
            own[key].gold,
            own[key].recall,
            own[key].precision,
            own[key].f1,
            own[key].unasked,
            f"{ms:.1f}",
        )
        for key in FIELDS
        for name, (own, ms) in results.items()
    ]
    head = ["", "golds", "found", "precision", "F1", "given without gold", "ms a page"]
    title = f"Metadata on {dataset.name}: {len(dataset)} pages"
    tallies = {name: own for name, (own, _) in results.items()}
    data = {name: {key: asdict(tally) for key, tally in own.items()} for name, own in tallies.items()}
    return Section("metadata", figures(tallies), [table(title, head, rows)], data)


def gold(sample: Sample, key: str) -> str | None:
    """The gold value of a field."""
    return {"title": sample.gold_title, "author": sample.gold_author, "date": sample.gold_date}[key]


def figures(tallies: dict[str, dict[str, Tally]]) -> list[Figure]:
    """Dehusk no worse than trafilatura, field by field."""
    own, base = tallies.get("dehusk"), tallies.get("trafilatura")
    if not own or not base:
        return []
    return [
        figure
        for key in FIELDS
        for figure in (
            Figure(f"{key}: golds found (trafilatura's)", own[key].recall, base[key].recall),
            # Answering everywhere finds more golds; F1 also counts what was made up.
            Figure(f"{key}: F1 (trafilatura's)", own[key].f1, base[key].f1),
        )
    ]
