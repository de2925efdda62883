"""Packs in an object store, through fsspec: one object a batch, written once, never changed."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import fsspec

from worker.store.blobs import SUFFIX, Pack, pack_name
from worker.store.errors import BodyMissing
from worker.store.nouns import BlobRef


class RemoteShelf:
    """Any fsspec URL: s3://bucket/folder, gs://…, memory://… ."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._fs: Any = None
        self._root = ""
        self._owner = 0

    def put(self, parts: Sequence[bytes], like: str = "") -> list[BlobRef]:
        name = pack_name(like)
        self.load(name, b"".join(parts))
        refs, at = [], 0
        for part in parts:
            refs.append(BlobRef(name, at, len(part)))
            at += len(part)
        return refs

    def get(self, ref: BlobRef) -> bytes:
        with self._open() as (fs, root):
            found: bytes = fs.cat_file(f"{root}/{ref.url}", start=ref.offset, end=ref.offset + ref.length)
        if len(found) != ref.length:
            raise BodyMissing(f"{ref} ends early")
        return found

    def erase(self, ref: BlobRef) -> bool:
        return False

    def packs(self) -> Iterator[Pack]:
        with self._open() as (fs, root):
            fs.invalidate_cache()
            found: dict[str, dict[str, Any]] = fs.find(root, detail=True)
        now = time.time()
        for path, info in sorted(found.items()):
            name = path.removeprefix(root).lstrip("/")
            if name.endswith(SUFFIX):
                yield Pack(name, int(info.get("size") or 0), now - _made(name))

    def every_pack(self) -> Iterator[str]:
        for pack in self.packs():
            yield pack.name

    def load(self, name: str, data: bytes) -> None:
        with self._open() as (fs, root):
            fs.pipe_file(f"{root}/{name}", data)

    def whole(self, name: str) -> bytes:
        with self._open() as (fs, root):
            found: bytes = fs.cat_file(f"{root}/{name}")
        return found

    def remove(self, name: str) -> None:
        try:
            with self._open() as (fs, root):
                fs.rm_file(f"{root}/{name}")
        except BodyMissing:
            return

    def check(self) -> None:
        with self._open() as (fs, root):
            fs.invalidate_cache()
            if not fs.exists(root):
                fs.makedirs(root, exist_ok=True)  # of an object store: the bucket

    def close(self) -> None:
        self._fs = None

    @contextmanager
    def _open(self) -> Iterator[tuple[Any, str]]:
        """The file system, with its errors made ours. A forked child needs one of its own."""
        try:
            if self._fs is None or self._owner != os.getpid():
                self._fs, self._root = fsspec.core.url_to_fs(self._url)
                self._owner = os.getpid()
            yield self._fs, self._root
        except FileNotFoundError as error:
            raise BodyMissing(str(error)) from error
        except (OSError, BodyMissing):
            raise
        except Exception as error:  # each store's client has errors of its own, without a common base
            raise OSError(f"{type(error).__name__}: {error}") from error


def _made(name: str) -> float:
    """When a pack was made, from its id: stores do not agree on how to tell."""
    stem = name.rsplit("/", 1)[-1]
    try:
        return int(stem[:12], 16) / 1000
    except ValueError:
        return time.time()  # not one of ours: never old enough to touch
