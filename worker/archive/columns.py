"""Parquet out: rows of JSON become typed columns in Arrow's own reader, without a Python object per value."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from worker.archive.nouns import Input
from worker.archive.readers.base import Reader
from worker.archive.rows import OWN

_OWN = (
    ("id", "string"), ("url", "string"), ("text", "string"), ("schema", "int32"), ("title", "string"), ("author", "string"),
    ("date", "string"), ("site_name", "string"), ("description", "string"), ("language", "string"), ("page_kind", "string"),
    ("verdict", "string"), ("confidence", "float64"), ("calibrated", "bool_"), ("spam_score", "float64"),
    ("encoding", "string"), ("input_kind", "string"), ("cleaner_version", "string"), ("source", "string"),
    ("crawl_date", "string"),
)  # fmt: skip
_WARC = (
    ("warc_file", "string"), ("warc_offset", "int64"), ("warc_length", "int64"), ("warc_date", "string"),
    ("warc_payload_digest", "string"), ("warc_truncated", "string"), ("warc_type", "string"), ("http_status", "int32"),
    ("content_type", "string"),
)  # fmt: skip


def _arrow(pa: Any, type: str) -> Any:
    return getattr(pa, type)()


class Table:
    """The columns of one input's parts. What passes through keeps its type where JSON has it, and is text elsewhere."""

    def __init__(self, input: Input, reader: Reader) -> None:
        import pyarrow as pa
        import pyarrow.json
        import pyarrow.parquet

        self._pa: Any = pa
        fields = [(name, _arrow(pa, type)) for name, type in _OWN]
        if input.format == "warc":
            fields += [(name, _arrow(pa, type)) for name, type in _WARC]
        elif input.format == "jsonl":
            fields.append(("extra", pa.string()))
        elif input.format == "parquet":
            for field in reader.schema:  # type: ignore[attr-defined]  # a ParquetReader
                name = f"input_{field.name}" if field.name in OWN else field.name
                fields.append((name, self._type(field.type)))
        self.schema: Any = pa.schema(fields)

    def _type(self, type: Any) -> Any:
        """The type of a column after its values went through JSON."""
        pa, types = self._pa, self._pa.types
        if types.is_boolean(type) or types.is_integer(type) or types.is_floating(type):
            return type
        if types.is_dictionary(type):
            return self._type(type.value_type)
        if types.is_list(type) or types.is_large_list(type):
            return pa.list_(self._type(type.value_type))
        if types.is_struct(type):
            return pa.struct([(field.name, self._type(field.type)) for field in type])
        return pa.string()

    def of(self, rows: bytes) -> Any:
        """The table of some lines."""
        options = self._pa.json.ParseOptions(explicit_schema=self.schema, unexpected_field_behavior="ignore")
        reading = self._pa.json.ReadOptions(use_threads=False, block_size=max(len(rows) + 1, 1024))
        table = self._pa.json.read_json(io.BytesIO(rows), read_options=reading, parse_options=options)
        return table.select(self.schema.names).cast(self.schema)

    def writer(self, path: Path) -> Any:
        return self._pa.parquet.ParquetWriter(
            path, self.schema, compression="zstd", write_statistics=["id", "url", "language"]
        )


def rewritten(part: str, target: Path, rows: Any) -> int:
    """Write rows with the columns of an existing part. Returns how many there were."""
    import itertools

    from worker.archive.readers.streams import open_input
    from worker.archive.readers.table import arrow

    pa = arrow()
    with open_input(part) as file:
        schema = pa.parquet.ParquetFile(file).schema_arrow
    count = 0
    with pa.parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while block := list(itertools.islice(rows, 5_000)):
            writer.write_table(pa.Table.from_pylist(block, schema=schema))
            count += len(block)
    return count
