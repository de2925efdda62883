"""The memory of hosts as a file: on how many pages of a host each block was seen. Mapped, not loaded: workers share it.

After a head of 64 bytes come five tables of little-endian numbers: hosts (64 bits of a digest of the name, sorted), where
each host's blocks begin, pages of each host, blocks (64 bits of a digest, sorted within a host), pages of each block.
Neither names nor texts stand in it.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from cleaners.page import Evidence
from cleaners.stages.host_fold import host_key, host_name
from worker.archive.errors import BadFile

MAGIC = b"DHSKHM01"
HEAD = struct.Struct("<8sQQ32s8x")
LEAST = 2  # pages of a block that is saved: fewer say nothing, and would be most of the file

Hosts = dict[int, tuple[int, dict[int, int]]]  # host -> its pages, and pages by block


def number_of(host: str) -> int:
    """A host's number in the file."""
    return int.from_bytes(hashlib.blake2b(host_name(host).encode("utf-8", "replace"), digest_size=8).digest(), "little")


class HostCounts(Mapping[str, int]):
    """Pages by block of one host, as the engine asks for them."""

    def __init__(self, keys: memoryview[int], counts: memoryview[int], low: int, high: int) -> None:
        self._keys = keys
        self._counts = counts
        self._low = low
        self._high = high

    def __getitem__(self, folded: str) -> int:
        key = host_key(folded)
        at = bisect_left(self._keys, key, self._low, self._high)
        if at == self._high or self._keys[at] != key:
            raise KeyError(folded)
        return int(self._counts[at])

    def __len__(self) -> int:
        return self._high - self._low

    def __iter__(self) -> Iterator[str]:
        raise TypeError("The memory of hosts holds no texts.")


class HostMemory:
    """An open file of this format."""

    def __init__(self, path: str) -> None:
        with Path(path).open("rb") as file:
            head = file.read(HEAD.size)
            magic, hosts, blocks, digest = HEAD.unpack(head) if len(head) == HEAD.size else (b"", 0, 0, b"")
            if magic != MAGIC:
                raise BadFile(f"{path} is no memory of hosts. `dehusk archive learn-hosts` makes one.")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.digest = digest.hex()[:12]
        sizes = (8 * hosts, 8 * (hosts + 1), 8 * hosts, 8 * blocks, 4 * blocks)
        if len(self._map) != HEAD.size + sum(sizes):
            raise BadFile(f"{path} is cut short or damaged.")
        whole = memoryview(self._map)
        tables: list[memoryview[int]] = []
        at = HEAD.size
        for size in sizes:
            table = whole[at : at + size]
            tables.append(table.cast("I") if len(tables) == 4 else table.cast("Q"))
            at += size
        self._hosts, self._starts, self._pages, self._keys, self._counts = tables

    def __len__(self) -> int:
        return len(self._hosts)

    def evidence(self, host: str) -> Evidence:
        """What the engine is told of a page of this host."""
        number = number_of(host)
        at = bisect_left(self._hosts, number)
        if not host or at == len(self._hosts) or self._hosts[at] != number:
            return Evidence(digest=self.digest)
        counts = HostCounts(self._keys, self._counts, self._starts[at], self._starts[at + 1])
        return Evidence(host_counts=counts, host_pages=self._pages[at], digest=self.digest)

    def to_hosts(self) -> Hosts:
        """All of it, to be added to another."""
        out: Hosts = {}
        for at, number in enumerate(self._hosts):
            low, high = self._starts[at], self._starts[at + 1]
            blocks = dict(zip(self._keys[low:high].tolist(), self._counts[low:high].tolist(), strict=True))
            out[number] = (self._pages[at], blocks)
        return out


@lru_cache(maxsize=2)
def opened(path: str) -> HostMemory:
    """The memory at `path`, opened once a process."""
    try:
        return HostMemory(path)
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: {error}") from error


def write(path: Path, hosts: Hosts) -> str:
    """Write a memory; the same counts give the same file. Returns its digest."""
    numbers, starts, pages = array("Q"), array("Q", [0]), array("Q")
    keys, counts = array("Q"), array("I")
    for number in sorted(hosts):
        seen, blocks = hosts[number]
        kept = sorted((key, count) for key, count in blocks.items() if count >= LEAST)
        if not kept:
            continue
        numbers.append(number)
        pages.append(seen)
        for key, count in kept:
            keys.append(key)
            counts.append(min(count, 2**32 - 1))
        starts.append(len(keys))
    body = [table.tobytes() for table in (numbers, starts, pages, keys, counts)]
    state = hashlib.sha256()
    for part in body:
        state.update(part)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(HEAD.pack(MAGIC, len(numbers), len(keys), state.digest()))
        for part in body:
            file.write(part)
    temporary.replace(path)
    return state.hexdigest()[:12]


def add(into: Hosts, other: Hosts) -> None:
    """Add the counts of another memory."""
    for number, (pages, blocks) in other.items():
        known, counts = into.get(number, (0, {}))
        for key, count in blocks.items():
            counts[key] = counts.get(key, 0) + count
        into[number] = (known + pages, counts)
