"""Addresses as pages give them: any text may stand where a URL should."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from cleaners.page import Page

LONGEST = 2000  # characters of an address that are looked at
_NONE = SplitResult("", "", "", "", "")


def address_of(page: Page) -> SplitResult:
    """The page's address: the caller's, else the one it declares; empty parts when it is none.

    >>> from cleaners.page import Head
    >>> address_of(Page("html", "", [], [], Head(canonical="https://[broken/a"))).path
    ''
    """
    try:
        return urlsplit((page.url or page.head.canonical)[:LONGEST])
    except ValueError:
        return _NONE


def host_of(url: str | None) -> str:
    """The host in an address, "" where there is none.

    >>> host_of("https://News.example/a"), host_of("http://[::1"), host_of(None)
    ('news.example', '', '')
    """
    try:
        return urlsplit(url[:LONGEST]).hostname or "" if url else ""
    except ValueError:
        return ""
