"""Inputs and outputs in an object store, through a real S3 server on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.helpers import archive, clean, digests
from tests.archive.material import jsonl, parquet, warc, wet
from worker.archive.place import Bucket

ARGUMENTS = ("--range-mb", "0.02", "--drop-duplicates")


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    """A server, and what a command needs to know of it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    server.stop()


def test_from_a_store_to_a_store(s3: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    import s3fs

    here = tmp_path / "crawl"
    here.mkdir()
    (here / "a.warc.gz").write_bytes(warc(15))
    (here / "b.warc.wet.gz").write_bytes(wet(10))
    (here / "c.jsonl").write_bytes(jsonl(20))
    parquet(here / "d.parquet", 10)
    store = s3fs.S3FileSystem(endpoint_url=s3["AWS_ENDPOINT_URL"], skip_instance_cache=True)
    store.mkdir("crawls")
    for path in here.iterdir():
        store.put_file(str(path), f"crawls/may/{path.name}")
    clean(here, "--out", tmp_path / "local", *ARGUMENTS)

    ran = clean("s3://crawls/may/*.*", "--out", "s3://crawls/out", *ARGUMENTS, **s3)
    assert "nothing to do" not in ran.errors
    store.get("crawls/out/", str(tmp_path / "remote"), recursive=True)
    local, remote = digests(tmp_path / "local"), digests(tmp_path / "remote")
    del local["manifest.jsonl"], remote["manifest.jsonl"]  # they name addresses and ETags
    assert remote == local
    assert (tmp_path / "remote" / "report.html").stat().st_size > 5_000

    again = clean("s3://crawls/may/*.*", "--out", "s3://crawls/out", *ARGUMENTS, **s3)
    assert "nothing to do" in again.errors
    store.put_file(str(here / "b.warc.wet.gz"), "crawls/may/a.warc.gz")
    changed = archive("clean", "s3://crawls/may/*.*", "--out", "s3://crawls/out", *ARGUMENTS, **s3)
    assert changed.status == 1 and "input changed: a.warc.gz" in changed.errors
    assert os.environ["AWS_ACCESS_KEY_ID"] == "tests"


def test_a_part_appears_whole_and_once(s3: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two machines do the same range: one writes the part, whole, and the other finds it there."""
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    import s3fs

    store = s3fs.S3FileSystem(endpoint_url=s3["AWS_ENDPOINT_URL"], skip_instance_cache=True)
    store.mkdir("parts")
    asked: list[tuple[str, str]] = []
    really = s3fs.S3FileSystem._call_s3

    async def call(self: s3fs.S3FileSystem, method: str, *rest: object, **more: object) -> object:
        if "Key" in more and method in ("put_object", "complete_multipart_upload"):
            asked.append((method, str(more.get("IfNoneMatch", ""))))
        return await really(self, method, *rest, **more)

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", call)
    first, second = Bucket("s3://parts/run"), Bucket("s3://parts/run")

    def part(content: bytes) -> Path:
        path = tmp_path / "part"
        path.write_bytes(content)
        return path

    first.publish("data/a", part(b"the part"))
    made = store.info("parts/run/data/a")["LastModified"]
    second.publish("data/a", part(b"the part"))
    assert asked == [("put_object", "*"), ("put_object", "*")] and not (tmp_path / "part").exists()
    store.invalidate_cache()
    assert store.info("parts/run/data/a")["LastModified"] == made
    second.publish("data/a", part(b"by another version"))  # what a run with other settings had left is replaced
    assert first.read("data/a") == b"by another version" and asked[-1] == ("put_object", "")

    asked.clear()
    large = os.urandom(1 << 20) * 12
    monkeypatch.setattr("s3fs.core.calculate_chunksize", lambda *_, **__: 5 << 20)
    first.publish("data/large", part(large))
    assert asked == [("complete_multipart_upload", "*")] and first.read("data/large") == large
