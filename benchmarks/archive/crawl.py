"""Archives to measure with, made of the data sets' pages, repeated until there are enough."""

import gzip
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.data import DataSet, Sample

FILES = 8
WORDS = 1_000  # of a text row, about
DATE = "2024-05-01T12:00:00Z"


def pages(sets: Sequence[DataSet], records: int) -> Iterator[tuple[int, Sample]]:
    """Pages of all sets in turn, over and over."""
    every = [(dataset, id) for dataset in sets for id in dataset.ids]
    step = max(1, len(every) * 5 // 8)
    while len(every) % step == 0 and step > 1:
        step -= 1
    for number, at in zip(range(records), itertools.count(0, step), strict=False):
        dataset, id = every[at % len(every)]
        yield number, dataset.load(id)


def warcs(folder: Path, sets: Sequence[DataSet], records: int) -> list[Path]:
    """`FILES` WARC files with as many responses in all. Made once."""
    paths = [folder / f"bench-{records}-{index}.warc.gz" for index in range(FILES)]
    if all(path.exists() for path in paths):
        return paths
    folder.mkdir(parents=True, exist_ok=True)
    files = [path.with_suffix(".tmp").open("wb") for path in paths]
    for number, sample in pages(sets, records):
        files[number % FILES].write(gzip.compress(_record(number, sample), 6, mtime=0))
    for file, path in zip(files, paths, strict=True):
        file.close()
        Path(file.name).replace(path)
    return paths


def _record(number: int, sample: Sample) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + sample.html
    address = sample.url or f"http://{sample.site or 'page.example'}/{number}"
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Date: {DATE}\r\nWARC-Target-URI: {address}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode("utf-8", "replace") + block + b"\r\n\r\n"


def texts(folder: Path, sets: Sequence[DataSet], records: int) -> Path:
    """JSONL of extracted texts of about `WORDS` words each: gold texts one below the other, with a menu around them."""
    path = folder / f"bench-{records}.jsonl"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    every = itertools.cycle(sample.gold for dataset in sets for sample in dataset if sample.language == "en" and sample.gold)
    with path.with_suffix(".tmp").open("w", encoding="utf-8") as file:
        for number in range(records):
            words: list[str] = []
            parts = ["Home", "News", "Accept all cookies"]
            while len(words) < WORDS:
                part = " \n".join(line for line in next(every).splitlines() if line.strip())
                words += part.split()[: WORDS - len(words)]
                parts.append(part[: WORDS * 6])
            body = "\n".join([*parts, "© 2024 The Aldersea Courier. All rights reserved."])
            file.write(json.dumps({"id": number, "url": f"http://h{number % 50}.example/{number}", "text": body}) + "\n")
    path.with_suffix(".tmp").replace(path)
    return path
