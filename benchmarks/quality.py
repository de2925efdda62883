"""How much of what each tool returns is the page's text, and how much of the text it returns."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import repeat
from queue import SimpleQueue

from benchmarks.cache import OutputCache
from benchmarks.data import DataSet, Sample
from benchmarks.folds import FOLDS, fold_of
from benchmarks.metrics import Score, found, mean, score
from benchmarks.peers import Tool, load_dehusk_fold
from benchmarks.progress import progress
from benchmarks.report import Figure, Section, table
from benchmarks.runner import Runner

WCXB_F1 = 0.80  # trafilatura's is about .82 there
BEHIND_TRAFILATURA = 0.03  # on the news sets


@dataclass(frozen=True, slots=True)
class PageScore:
    """One tool on one page."""

    dataset: str
    id: str
    page_type: str
    language: str
    tool: str
    precision: float
    recall: float
    f1: float
    have_found: int
    have: int
    not_leaked: int
    not_: int
    error: str | None


# one judge per fold, each fitted without the sites it is measured on
_FOLDS = {f"dehusk {fold}": partial(load_dehusk_fold, fold) for fold in range(FOLDS)}


class _Desk:
    """Runs every tool on one page after another, as many pages at once as there are runners."""

    def __init__(self, tools: Sequence[Tool], cache: OutputCache, jobs: int) -> None:
        self._tools = tools
        self._cache = cache
        self._fingerprints = {tool.name: tool.fingerprint() for tool in tools if tool.kept}
        self._runners: list[Runner[str]] = []
        self._free: SimpleQueue[Runner[str]] = SimpleQueue()
        for _ in range(jobs):
            runner = Runner({tool.name: tool.load for tool in tools} | _FOLDS)
            self._runners.append(runner)
            self._free.put(runner)

    def page(self, dataset: DataSet, id: str) -> list[PageScore]:
        sample = dataset.load(id)
        return [_judged(dataset, sample, tool, *self._output(tool, sample)) for tool in self._tools]

    def _output(self, tool: Tool, sample: Sample) -> tuple[str, str | None]:
        if not tool.kept:
            return self._run(tool, sample)[:2]
        key = OutputCache.key(self._fingerprints[tool.name], sample.html, sample.url, sample.language)
        known = self._cache.get(key)
        if known is not None:
            return known
        text, error, killed = self._run(tool, sample)
        if not killed:  # a time-out may be the machine's fault
            self._cache.put(key, text, error)
        return text, error

    def _run(self, tool: Tool, sample: Sample) -> tuple[str, str | None, bool]:
        runner = self._free.get()
        try:
            name = f"dehusk {fold_of(sample.site)}" if tool.name == "dehusk" else tool.name
            outcome = runner.run(name, sample.html, sample.url, sample.language)
        finally:
            self._free.put(runner)
        return outcome.value or "", outcome.error, outcome.killed

    def close(self) -> None:
        for runner in self._runners:
            runner.close()


def _judged(dataset: DataSet, sample: Sample, tool: Tool, text: str, error: str | None) -> PageScore:
    result: Score = score(text, sample.gold, split_cjk=dataset.split_cjk)
    return PageScore(
        dataset=dataset.name,
        id=sample.id,
        page_type=sample.page_type,
        language=sample.language,
        tool=tool.name,
        precision=result.precision,
        recall=result.recall,
        f1=result.f1,
        have_found=found(sample.must_have, text),
        have=len(sample.must_have),
        not_leaked=found(sample.must_not, text),
        not_=len(sample.must_not),
        error=error,
    )


def measure(datasets: Sequence[DataSet], tools: Sequence[Tool], jobs: int) -> list[PageScore]:
    """Every tool on every page."""
    cache = OutputCache()
    desk = _Desk(tools, cache, jobs)
    pool = ThreadPoolExecutor(jobs)
    scores: list[PageScore] = []
    try:
        for dataset in datasets:
            pages = pool.map(desk.page, repeat(dataset), dataset.ids)
            for rows in progress(f"quality {dataset.name}", pages, len(dataset)):
                scores.extend(rows)
    finally:
        pool.shutdown(cancel_futures=True)  # after Ctrl-C the pages in hand are enough
        desk.close()
        cache.close()
    return scores


def run(datasets: Sequence[DataSet], tools: Sequence[Tool], jobs: int) -> Section:
    """Tables by data set, page type and language, and the figures to reach."""
    scores = measure(datasets, tools, jobs)
    names = [tool.name for tool in tools]
    tables = [
        *(_by_tool(name, rows, names) for name, rows in grouped(scores, lambda row: row.dataset).items()),
        _f1_by(
            "F1 by page type",
            [row for row in scores if row.dataset == "wcxb-dev"],
            names,
            lambda row: row.page_type,
        ),
        _f1_by(
            "F1 by language",
            [row for row in scores if row.dataset != "wcxb-dev"],
            names,
            lambda row: f"{row.dataset} {row.language}",
        ),
    ]
    return Section("quality", figures(scores), tables, {"pages": [asdict(row) for row in scores]})


def grouped(rows: Iterable[PageScore], key: Callable[[PageScore], str]) -> dict[str, list[PageScore]]:
    """The rows by a key, in the order the keys first appear."""
    groups: defaultdict[str, list[PageScore]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def figures(scores: Sequence[PageScore]) -> list[Figure]:
    """Dehusk's F1 against the targets, for the data sets at hand."""
    result = []
    for dataset, rows in grouped(scores, lambda row: row.dataset).items():
        f1 = {tool: mean([row.f1 for row in own]) for tool, own in grouped(rows, lambda row: row.tool).items()}
        if "dehusk" not in f1:
            continue
        if dataset == "wcxb-dev":
            result.append(Figure(f"{dataset} F1", f1["dehusk"], WCXB_F1))
        else:
            target = f1.get("trafilatura", math.nan) - BEHIND_TRAFILATURA
            result.append(Figure(f"{dataset} F1 (trafilatura - {BEHIND_TRAFILATURA})", f1["dehusk"], target))
    return result


def _by_tool(dataset: str, scores: Sequence[PageScore], names: Sequence[str]) -> str:
    of = grouped(scores, lambda row: row.tool)
    rows = []
    for name in names:
        own = of[name]
        have, not_ = sum(row.have for row in own), sum(row.not_ for row in own)
        rows.append((
            name,
            mean([row.precision for row in own]),
            mean([row.recall for row in own]),
            mean([row.f1 for row in own]),
            sum(row.have_found for row in own) / have if have else None,
            sum(row.not_leaked for row in own) / not_ if not_ else None,
            sum(row.error is not None for row in own),
        ))  # fmt: skip
    head = ["", "precision", "recall", "F1", "must have", "must not", "errors"]
    return table(f"{dataset}: {len(of[names[0]])} pages", head, rows)


def _f1_by(title: str, scores: Sequence[PageScore], names: Sequence[str], key: Callable[[PageScore], str]) -> str:
    rows = []
    for group, own in sorted(grouped(scores, key).items()):
        of = grouped(own, lambda row: row.tool)
        rows.append((group, len(of[names[0]]), *(mean([row.f1 for row in of[name]]) for name in names)))
    return table(title, ["", "pages", *names], rows)
