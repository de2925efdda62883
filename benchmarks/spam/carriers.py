"""Clean texts for spam to be put into: those written for this benchmark, and gold texts where a data folder has them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.data import DataSet, open_all
from cleaners.stages.language import identify

FOLDER = Path(__file__).parent
UNSPACED = frozenset({"th", "lo", "km", "my", "zh", "ja"})
LEAST = 60  # words (characters / 2 where words are not spaced) of a gold text that carries spam
MOST = 2_500  # characters taken of a gold text


class Carrier(NamedTuple):
    """One clean text."""

    name: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    own: bool  # written for the benchmark

    @property
    def text(self) -> str:
        return "\n\n".join((self.title, *self.paragraphs))


def written(folder: Path = FOLDER / "texts") -> list[Carrier]:
    """The texts in `texts/`: a file a language, `# ` before each headline, blank lines between paragraphs."""
    out: list[Carrier] = []
    for path in sorted(folder.glob("*.txt")):
        for number, article in enumerate(path.read_text("utf-8").split("# ")[1:]):
            title, *paragraphs = [part.strip() for part in article.strip().split("\n\n")]
            out.append(Carrier(f"{path.stem}-{number}", path.stem, title, tuple(paragraphs), True))
    return out


def from_gold(data: Path, each: int, seed: int) -> list[Carrier]:
    """Up to `each` gold texts a language and data set, chosen by the seed; no more than their beginnings."""
    out: list[Carrier] = []
    for dataset in open_all(data):
        out += _spread(dataset, each, seed)
    return out


def _spread(dataset: DataSet, each: int, seed: int) -> Iterator[Carrier]:
    ids = list(dataset.ids)
    random.Random(f"{seed} {dataset.name}").shuffle(ids)
    taken: dict[str, int] = {}
    for id in ids[: 60 * each]:
        sample = dataset.load(id)
        language = sample.language if len(sample.language) == 2 else ""
        if taken.get(language, 0) >= each:
            continue
        carrier = _carrier(f"{dataset.name}/{id}", language, sample.gold, sample.gold_title)
        if carrier is not None and identify(carrier.text[:600], language) == language:
            taken[language] = taken.get(language, 0) + 1
            yield carrier


def _carrier(name: str, language: str, gold: str, title: str | None) -> Carrier | None:
    lines = [" ".join(line.split()) for line in gold.split("\n")]
    lines = [line for line in lines if line]
    head = title or (lines[0] if lines else "")
    body: list[str] = []
    for line in lines:
        if line != head and sum(map(len, body)) < MOST and _is_prose(line):
            body.append(line)
    words = len(" ".join(body).split())
    long = sum(map(len, body)) / 2 if language in UNSPACED else words
    if not language or len(body) < 2 or long < LEAST or not 10 <= len(head) <= 160:
        return None
    return Carrier(name, language, head, tuple(body), False)


def _is_prose(line: str) -> bool:
    return len(line) >= 60 and line[-1] in '.!?。！？…"”»)'


def by_language(carriers: Sequence[Carrier]) -> dict[str, list[Carrier]]:
    out: dict[str, list[Carrier]] = {}
    for carrier in carriers:
        out.setdefault(carrier.language, []).append(carrier)
    return out
