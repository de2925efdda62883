"""What readers are given beyond plain files: dictionaries, slow stores; and what they may say is documented."""

from __future__ import annotations

import ast
import struct
import threading
import time
from pathlib import Path
from typing import Any

import fsspec
import pytest
import zstandard
from fsspec.spec import AbstractBufferedFile, AbstractFileSystem

from cleaners.errors import CleanError
from tests.archive.helpers import clean, digests
from tests.archive.material import RESPONSE, page, record, response, url, warc
from tests.archive.test_damage import broken, pages_of, read
from worker.archive.readers import streams

LIMITS = Path("docs/limits.md").read_text("utf-8")
ROOT = Path("worker/archive")


def with_dictionary(count: int, *, packed: bool) -> bytes:
    """A WARC as crawlers write them with `zstd`: a frame for each record, before all of them what they share."""
    records = [record("response", n, url(n), response(page(n).encode()), RESPONSE) for n in range(count)]
    words = zstandard.train_dictionary(
        4_000, [one for n in range(8) for one in _cut(record("response", n, "", b"", ""))] * 9
    )
    data = words.as_bytes()
    if packed:
        data = zstandard.compress(data)
    head = b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(data)) + data
    pack = zstandard.ZstdCompressor(dict_data=words).compress
    return head + b"".join(map(pack, records))


def _cut(data: bytes) -> list[bytes]:
    return [data[at : at + 90] for at in range(0, len(data), 30)]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_warc_with_a_dictionary(packed: bool, tmp_path: Path) -> None:
    data = with_dictionary(12, packed=packed)
    (tmp_path / "a.warc.zst").write_bytes(data)
    items = read(tmp_path / "a.warc.zst")
    assert pages_of(items) == [url(n) for n in range(12)] and broken(items) == []
    plain = tmp_path / "b" / "a.warc"
    plain.parent.mkdir()
    plain.write_bytes(b"".join(record("response", n, url(n), response(page(n).encode()), RESPONSE) for n in range(12)))
    clean(tmp_path / "a.warc.zst", "--out", tmp_path / "packed")
    clean(plain, "--out", tmp_path / "plain")
    assert set(digests(tmp_path / "packed")) == set(digests(tmp_path / "plain"))
    (tmp_path / "cut.warc.zst").write_bytes(data[:-700])
    assert broken(read(tmp_path / "cut.warc.zst")) == ["damaged_stream"]


def test_a_dictionary_that_is_damaged_is_said(tmp_path: Path) -> None:
    data = bytearray(with_dictionary(3, packed=False))
    data[8:40] = bytes(32)
    (tmp_path / "a.warc.zst").write_bytes(data)
    assert broken(read(tmp_path / "a.warc.zst")) == ["damaged_stream"]


class Slow(AbstractFileSystem):  # type: ignore[misc]
    """A store that notes what it is asked, and in which thread."""

    protocol = "slow"
    cachable = False
    data = b""
    asked: list[tuple[int, str]] = []  # noqa: RUF012  # shared by all instances

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        return {"name": path, "size": len(self.data), "type": "file"}

    def _open(self, path: str, mode: str = "rb", **more: Any) -> AbstractBufferedFile:
        return SlowFile(self, path, mode, **{k: v for k, v in more.items() if k != "autocommit"})


class SlowFile(AbstractBufferedFile):  # type: ignore[misc]
    def _fetch_range(self, start: int, end: int) -> bytes:
        Slow.asked.append((start, threading.current_thread().name))
        return Slow.data[start:end]


def test_the_next_block_of_a_store_is_fetched_while_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK", 300_000)
    monkeypatch.setattr(streams, "BUFFER", 50_000)
    monkeypatch.setattr(Slow, "asked", [])
    monkeypatch.setattr(Slow, "data", bytes(range(250)) * 8_000)
    fsspec.register_implementation("slow", Slow, clobber=True)
    with streams.open_input("slow://a") as file:
        assert file.read(10) == bytes(range(10))
        ends = time.monotonic() + 10
        while len(Slow.asked) < 2 and time.monotonic() < ends:
            time.sleep(0.01)
        starts = [start for start, _ in Slow.asked]
        assert starts == [0, 300_000]  # the second block was not needed yet
        assert Slow.asked[1][1] != threading.current_thread().name
        assert file.read() == Slow.data[10:]
    with streams.open_input("slow://a", 1_000_003) as file:
        assert file.read(5) == Slow.data[1_000_003:1_000_008]


def said_by_readers() -> set[str]:
    """The third argument of each `Broken(…)` in the code."""
    names: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Broken":
                third = node.args[2] if len(node.args) > 2 else None
                if isinstance(third, ast.Constant):
                    names.add(str(third.value))
    return names


def test_every_error_of_an_archive_is_documented() -> None:
    import worker.archive.cleaning  # for the errors that it knows

    own = {kind("").name for kind in CleanError.__subclasses__() if kind.__module__.startswith(worker.archive.__name__)}
    names = said_by_readers() | own
    assert {"damaged_record", "truncated_record", "damaged_stream", "page_too_large"} <= names
    section = LIMITS[LIMITS.index("## Archives") :]
    missing = sorted(name for name in names if f"| `{name}` |" not in section)
    assert missing == []


def test_a_reader_says_what_is_documented(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"rubbish\r\n\r\n" + warc(2, compressed=False)[:-5_000])
    (tmp_path / "b.warc.zst").write_bytes(zstandard.compress(warc(3, compressed=False))[:-200])
    found = {name for path in tmp_path.iterdir() for name in broken(read(path))}
    assert {"damaged_record", "damaged_stream"} <= found <= said_by_readers()
