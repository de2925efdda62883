"""A run of minutes should show that it is alive, on a terminal only."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def progress(label: str, items: Iterable[T], total: int) -> Iterator[T]:
    """The same items, with a counter on standard error while they pass."""
    if not sys.stderr.isatty():
        yield from items
        return
    for done, item in enumerate(items, start=1):
        print(f"\r{label} {done}/{total}", end="", file=sys.stderr, flush=True)
        yield item
    print("\r\033[K", end="", file=sys.stderr, flush=True)
