"""What must hold for every page there can be."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final, NamedTuple

from cleaners import Cleaned, CleanError, Profile, clean
from cleaners.form import from_json, to_json
from cleaners.replay import apply, rebuild

HEADER: Final = 3  # bytes in front of the page that choose the options
SLOW: Final = 5.0  # seconds of processor time; instrumented code is ten times slower than itself
LARGEST: Final = 65_536

_CONTENT_TYPES: Final = (
    None, "text/html", "text/plain", "text/html; charset=utf-8", "text/html; charset=windows-1251",
    "text/html; charset=gbk", "application/xhtml+xml", "text/html; charset=none-such",
)  # fmt: skip
_ENCODINGS: Final = (None, None, None, "utf-8", "shift_jis", "windows-1252", "utf-16", "none-such")
_PROFILES: Final = ("default", "default", "default", "everything", "strict", "flag_only")
_URLS: Final = (None, "https://news.example/2024/05/01/river", "https://forum.example/t/12", "http://[::1", "not a url")


class Page(NamedTuple):
    """One input of the fuzzer, read."""

    page: bytes | str
    url: str | None
    content_type: str | None
    encoding: str | None
    profile: Profile
    twice: bool  # clean it again and compare
    markdown: bool


def read(data: bytes) -> Page:
    """Options from the first bytes, the page from the rest."""
    first, second, third = data[:HEADER].ljust(HEADER, b"\0")
    page: bytes | str = data[HEADER:][:LARGEST]
    if first & 1:
        page = page.decode("utf-8", "surrogatepass" if first & 2 and _is_surrogate_utf8(page) else "replace")
    profile = Profile.load(_PROFILES[(first >> 2) % len(_PROFILES)])
    if first & 0x80:
        # small limits bring the fallbacks within reach of small pages
        profile = replace(profile, limits=replace(profile.limits, max_depth=30, max_tags=100))
    return Page(
        page,
        _URLS[second % len(_URLS)],
        _CONTENT_TYPES[(second >> 4) % len(_CONTENT_TYPES)],
        _ENCODINGS[third % len(_ENCODINGS)],
        profile,
        twice=bool(third & 0x10),
        markdown=bool(third & 0x20),
    )


def _is_surrogate_utf8(page: bytes | str) -> bool:
    try:
        assert isinstance(page, bytes)
        page.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def check(data: bytes) -> None:
    """Clean the page in `data` and make sure of everything the library promises.

    Raises:
        AssertionError: a promise was broken.
        Exception: whatever escaped, other than a CleanError.
    """
    given = read(data)
    started = time.process_time()
    try:
        cleaned = _clean(given)
    except CleanError:
        return
    finally:
        took = time.process_time() - started
        assert took < SLOW, f"took {took:.1f} s"
    _holds(cleaned)
    if given.markdown:
        assert isinstance(cleaned.markdown, str)
    if given.twice:
        again = _clean(given)
        assert again == cleaned, "the same page gave another result"


def _clean(given: Page) -> Cleaned:
    return clean(
        given.page,
        url=given.url,
        content_type=given.content_type,
        encoding=given.encoding,
        profile=given.profile,
    )


def _holds(cleaned: Cleaned) -> None:
    source = cleaned.source_text
    assert apply(source, cleaned.drops) == cleaned.text, "property 1: source less drops is text"
    assert rebuild(cleaned.text, cleaned.drops) == source, "property 2: text and drops rebuild the source"
    source.encode()  # no lone surrogate gets this far
    assert "\0" not in source
    at = 0
    before = None
    for drop in cleaned.drops:
        assert drop.reason and drop.rule and 0.0 <= drop.confidence <= 1.0, drop
        if drop.field == "text":
            assert at <= drop.start < drop.end <= len(source), drop
            assert source[drop.start : drop.end] == drop.text, drop
            same = before and before.end == drop.start and (before.reason, before.rule) == (drop.reason, drop.rule)
            assert not same, "neighbours of one reason and rule are one drop"
            at, before = drop.end, drop
    at = 0
    for index, block in enumerate(cleaned.blocks):
        assert block.index == index and block.start == at and block.end >= at, block
        assert 0.0 <= block.link_share <= 1.0 and 0.0 <= block.score <= 1.0, block
        at = block.end
    assert at == len(source) or not cleaned.blocks, "blocks concatenate to the source"
    for flag in cleaned.flags:
        assert flag.action == "flag" and 0 <= flag.start <= flag.end, flag
    assert 0.0 <= cleaned.confidence <= 1.0
    assert from_json(to_json(cleaned)) == cleaned, "the JSON form reads back"
