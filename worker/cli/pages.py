"""One page of the command line, inside a worker process: read, clean, written out in the form asked for."""

import json
from pathlib import Path
from typing import NamedTuple

from cleaners import Cleaned, clean
from cleaners.errors import PageTooLarge
from cleaners.form import to_json
from cleaners.profile import Profile
from worker.cli.errors import Unreadable
from worker.cli.explain import explain
from worker.cli.request import Format, Request
from worker.cli.sources import Source

WHY_EMPTY = {
    "challenge": "a check for robots stands in its place",
    "consent_wall": "a consent dialogue stands in its place",
    "login_wall": "a login form stands in its place",
    "paywall_preview": "a paywall stands in its place",
    "soft_404": "the page says that it was not found",
    "script_shell": "the page needs JavaScript to show any",
}


class Written(NamedTuple):
    """A page as it will stand in the output."""

    body: bytes
    remark: str  # for standard error: why the text is empty


def clean_page(request: Request, source: Source) -> Written:
    """Clean one page.

    Raises:
        CleanError: the page cannot be read or cleaned.
    """
    page = read(source, request.limits.max_bytes)
    cleaned = clean(
        page,
        url=request.url,
        content_type=request.content_type,
        encoding=request.encoding,
        profile=request.profile,
    )
    body = render(cleaned, request).encode("utf-8", "replace")
    return Written(body, remark(cleaned))


def read(source: Source, limit: int) -> bytes:
    """The page's bytes. Of a page that is too large no more is read than shows it."""
    if source.problem:
        raise Unreadable(source.problem)
    data = source.data
    if source.path is not None:
        try:
            with Path(source.path).open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
    if len(data) > limit:
        raise PageTooLarge(f"Limit: {limit:,} bytes.")
    return data


def render(cleaned: Cleaned, request: Request) -> str:
    """The page as text that ends with a line feed, unless it is empty."""
    if request.explain:
        out = explain(cleaned, request.colour)
    elif request.format is Format.json:
        out = json.dumps(to_json(cleaned), ensure_ascii=False, indent=2 if request.indent else None)
    elif request.format is Format.markdown:
        out = cleaned.markdown
    else:
        out = cleaned.text
    return out if not out or out.endswith("\n") else out + "\n"


def remark(cleaned: Cleaned) -> str:
    if cleaned.text.strip():
        return ""
    why = WHY_EMPTY.get(cleaned.verdict, "nothing in the page is content")
    return f"No text: {why} ({cleaned.verdict})."


def warm_up(request: Request) -> None:
    """Load what the first page would load, so that forked workers share it.

    Raises:
        BadProfile: the profile asked for cannot be used.
    """
    Profile.load(request.profile)
    page = "<!doctype html><title>A day</title><main><h1>A day</h1><p>The river rose by a foot overnight, and the"
    clean(page + " ferry stayed at its pier until the afternoon.</p></main>", profile=request.profile)
