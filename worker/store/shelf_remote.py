"""Packs in an object store, through fsspec: one object a batch, written once, never changed."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import fsspec

from worker.store.blobs import SUFFIX, Pack, pack_name
from worker.store.errors import BodyMissing
from worker.store.nouns import BlobRef


class RemoteShelf:
    """Any fsspec URL: s3://bucket/folder, gs://…, memory://… ."""

    def __init__(self, url: str) -> None:
        self.fs, self.root = fsspec.core.url_to_fs(url)

    def put(self, parts: Sequence[bytes], like: str = "") -> list[BlobRef]:
        name = pack_name(like)
        self.fs.pipe_file(f"{self.root}/{name}", b"".join(parts))
        refs, at = [], 0
        for part in parts:
            refs.append(BlobRef(name, at, len(part)))
            at += len(part)
        return refs

    def get(self, ref: BlobRef) -> bytes:
        try:
            found: bytes = self.fs.cat_file(f"{self.root}/{ref.url}", start=ref.offset, end=ref.offset + ref.length)
        except FileNotFoundError as error:
            raise BodyMissing(str(ref)) from error
        if len(found) != ref.length:
            raise BodyMissing(f"{ref} ends early")
        return found

    def erase(self, ref: BlobRef) -> bool:
        return False

    def packs(self) -> Iterator[Pack]:
        self.fs.invalidate_cache()
        found: dict[str, dict[str, Any]] = self.fs.find(self.root, detail=True)
        now = time.time()
        for path, info in sorted(found.items()):
            name = path.removeprefix(self.root).lstrip("/")
            if name.endswith(SUFFIX):
                yield Pack(name, int(info.get("size") or 0), now - _made(name))

    def every_pack(self) -> Iterator[str]:
        for pack in self.packs():
            yield pack.name

    def load(self, name: str, data: bytes) -> None:
        self.fs.pipe_file(f"{self.root}/{name}", data)

    def whole(self, name: str) -> bytes:
        try:
            found: bytes = self.fs.cat_file(f"{self.root}/{name}")
        except FileNotFoundError as error:
            raise BodyMissing(name) from error
        return found

    def remove(self, name: str) -> None:
        try:
            self.fs.rm_file(f"{self.root}/{name}")
        except FileNotFoundError:
            return

    def check(self) -> None:
        self.fs.ls(self.root, detail=False) if self.fs.exists(self.root) else self.fs.makedirs(self.root, exist_ok=True)

    def close(self) -> None:
        """There is nothing to give back."""


def _made(name: str) -> float:
    """When a pack was made, from its id: stores do not agree on how to tell."""
    stem = name.rsplit("/", 1)[-1]
    try:
        return int(stem[:12], 16) / 1000
    except ValueError:
        return time.time()  # not one of ours: never old enough to touch
