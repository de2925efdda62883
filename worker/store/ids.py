"""Ids that sort by time, times as whole milliseconds, digests: what rows are named and found by."""

import hashlib
import os
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

HOUR = 3_600_000
DAY = 24 * HOUR
RECLEAN = "r"  # the first letter of a re-cleaning job's id; a revision's has none

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A UUIDv7 as 32 hexadecimal digits. Those made by one process sort as they were made.

    >>> first, second = new_id(), new_id()
    >>> first < second, len(first), first[12]
    (True, 32, '7')
    """
    global _last
    with _lock:
        _last = max(time.time_ns() * 4096 // 1_000_000, _last + 1)  # 48 bits of milliseconds and 12 of their fractions
        moment = _last
    tail = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return f"{moment >> 12:012x}7{moment & 0xFFF:03x}{tail:016x}"


def now_ms() -> int:
    """The time as rows have it."""
    return time.time_ns() // 1_000_000


def to_ms(moment: datetime) -> int:
    """A time without a zone is taken for UTC."""
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def to_time(moment: int) -> datetime:
    """The time of a row as people have it."""
    return datetime.fromtimestamp(moment / 1000, UTC)


def digest(text: str) -> bytes:
    """Sixteen bytes that stand for a text of any length in an index."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def content_hash(kind: str, content_type: str | None, encoding: str | None, body: bytes) -> bytes:
    """What makes two contents of a page the same: bytes, and what was said about how to read them."""
    state = hashlib.sha256(f"{kind}\0{content_type}\0{encoding}\0".encode("utf-8", "surrogatepass"))
    state.update(body)
    return state.digest()[:20]


def host_of(url: str) -> str:
    """The host of an address in lower case, "" where there is none.

    >>> host_of("https://News.example:8080/a"), host_of("no address")
    ('news.example', '')
    """
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
