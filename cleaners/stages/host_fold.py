"""A block as the memory of a host knows it: without what changes from page to page."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_DIGITS: Final = re.compile(r"\d+")
LONGEST: Final = 2_000  # characters that count


def host_fold(text: str) -> str:
    """Case, white space and numbers folded.

    >>> host_fold("Comments  (12)"), host_fold("COMMENTS (3)")
    ('comments (#)', 'comments (#)')
    """
    return _DIGITS.sub("#", " ".join(text[:LONGEST].split()).casefold())


def host_key(text: str) -> int:
    """A block's number in the saved memory: 64 bits of a digest of its folded text."""
    return int.from_bytes(hashlib.blake2b(host_fold(text).encode("utf-8", "replace"), digest_size=8).digest(), "little")


def host_name(host: str) -> str:
    """Hosts that share their pages share their memory.

    >>> host_name("www2.news.example"), host_name("www.org")
    ('news.example', 'www.org')
    """
    first, dot, rest = host.partition(".")
    return rest if dot and "." in rest and first.startswith("www") and (first == "www" or first[3:].isdigit()) else host
