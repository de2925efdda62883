"""Documents into files: rows of JSON, compressed if wanted, or Parquet."""

import itertools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import fsspec
import zstandard

FORMS = ("jsonl", "jsonl.zst", "parquet")
ROWS = Iterator[dict[str, Any]]
GROUP = 2000  # rows of a Parquet row group


def export(rows: ROWS, target: str, form: str) -> int:
    """See Store.export.

    Raises:
        ValueError: there is no such form, or `parquet` and no pyarrow.
    """
    if form not in FORMS:
        raise ValueError(f"Forms are {', '.join(FORMS)}.")
    write: Callable[[ROWS, IO[bytes]], int] = _parquet if form == "parquet" else _jsonl
    with _open(target) as file:
        if form == "jsonl.zst":
            with zstandard.ZstdCompressor(level=9).stream_writer(file, closefd=False) as squeezed:
                return write(rows, squeezed)
        return write(rows, file)


@contextmanager
def _open(target: str) -> Iterator[IO[bytes]]:
    """A local file appears when it is whole; what an object store does not have until it is closed needs no such care."""
    if "://" in target:
        with fsspec.open(target, "wb") as file:
            yield file
        return
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _jsonl(rows: ROWS, file: IO[bytes]) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        count += 1
    return count


def _parquet(rows: ROWS, file: IO[bytes]) -> int:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ValueError("Parquet needs pyarrow: pip install 'dehusk[parquet]'.") from error
    drop = pa.struct(
        [(name, pa.int64() if name in ("start", "end") else pa.string()) for name in ("field", "start", "end", "text")]
        + [("reason", pa.string()), ("rule", pa.string()), ("confidence", pa.float64()), ("evidence", pa.string())]
    )
    kinds = {"current": pa.bool_(), "changed": pa.bool_(), "calibrated": pa.bool_(), "schema": pa.int32()}
    kinds |= dict.fromkeys(TIMES, pa.timestamp("ms", tz="UTC"))
    kinds |= dict.fromkeys(("confidence", "spam_score", "kept_share"), pa.float64())
    kinds |= dict.fromkeys(("words_in", "words_kept"), pa.int64())
    kinds |= {"drops": pa.list_(drop), "flags": pa.string(), "notes": pa.list_(pa.string())}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(itertools.islice(rows, GROUP)):
            writer.write_table(pa.Table.from_pylist([_typed(row) for row in group], schema=schema))
            count += len(group)
    return count


TIMES = ("cleaned_at", "last_seen", "fetched_at")
COLUMNS = (
    *("schema", "id", "page_id", "revision_id", "source", "key", "url", "host", "current", "changed", "cleaned_at"),
    *("last_seen", "fetched_at", "meta", "text", "title", "author", "date", "site_name", "description", "language"),
    *("page_kind", "verdict"),
    *("confidence", "calibrated", "spam_score", "kept_share", "words_in", "words_kept", "encoding", "input_kind"),
    *("cleaner_version", "profile", "drops", "flags", "notes"),
)  # of worker.store.rows; a test compares


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    from datetime import datetime

    times = {name: row[name] and datetime.fromisoformat(row[name]) for name in TIMES}
    return {**row, **times, **{name: json.dumps(row[name], ensure_ascii=False) for name in ("flags", "meta")}}
