"""Templates into answers a browser may trust: everything is escaped, and no script or style stands in a page.

What pages show was written by strangers. Jinja escapes every value; the content security policy allows scripts and
styles from our own files alone, so that even a slip in a template runs nothing; links lead out only to http and https.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dashboard.auth import Gate
from dashboard.cookies import code_of, session_of, set_letters
from worker.quality.causes import count_waiting
from worker.store.errors import StoreUnavailable

STATIC = Path(str(files("dashboard") / "static"))
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
BADGE = 3.0  # seconds that the number of open alarms is remembered
_CLASS = re.compile(r"[^a-z0-9_]")


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page with the frame around it."""
    gate: Gate = request.app.state.service.gate
    code, letters = code_of(request, gate.proxies)
    known: Mapping[str, Any] = {
        "path": request.url.path,
        "csrf": code,
        "signed_in": session_of(request, gate.proxies) is not None,
        "here": getattr(request.state, "caller", None),
        "alarms_waiting": _alarms_waiting(request),
    }
    body = environment().get_template(template).render({**known, **values})
    # with "no-referrer" browsers would not say where a form comes from, and it could not be told to be ours
    told = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
    response = HTMLResponse(body, status, told)
    if letters is not None:
        set_letters(request, response, gate.proxies, letters)
    return response


def _alarms_waiting(request: Request) -> int:
    """For the badge: causes that nobody has seen to. Told to those who may look, and no reason for a page to fail."""
    if getattr(request.state, "caller", None) is None:
        return 0
    here = request.app.state.service
    try:
        return int(here.memory.get("alarms_waiting", BADGE, lambda: count_waiting(here.store.database)))
    except StoreUnavailable:
        return 0


@cache
def environment() -> Environment:
    found = Environment(
        loader=PackageLoader("dashboard"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters.update(
        number=number,
        percent=percent,
        ms=moment,
        iso=iso,
        when=when,
        utc=utc,
        coded=coded,
        reason_class=reason_class,
        words=plain_words,
        duration=duration,
    )
    found.globals.update(asset=asset, outward=outward, segment=lambda text: quote(text, safe=""))
    return found


@cache
def asset(name: str) -> str:
    """A file of ours, under a name that changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def outward(url: str | None) -> str | None:
    """A URL that may be a link: http or https, nothing else."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def number(value: float | None) -> str:
    """
    >>> number(1234567), number(None)
    ('1,234,567', '–')
    """
    return "–" if value is None else f"{value:,.0f}"


def percent(value: float | None) -> str:
    """
    >>> percent(0.0721), percent(0.61), percent(None)
    ('7 %', '61 %', '–')
    """
    return "–" if value is None else f"{100 * value:.0f}\u202f%".replace("\u202f", " ")


def duration(seconds: float) -> str:
    """
    >>> duration(3), duration(200), duration(9000)
    ('3 s', '3 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def moment(value: int | None) -> Markup:
    """A time in milliseconds; a script writes it in the reader's zone."""
    return Markup("–") if value is None else iso(datetime.fromtimestamp(value / 1000, UTC))


def iso(value: datetime | None) -> Markup:
    if value is None:
        return Markup("–")
    said = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), said)


def coded(text: str) -> Markup:
    """What stands between backticks, as code.

    >>> coded("Ask `dehusk status` <now>.")
    Markup('Ask <code>dehusk status</code> &lt;now&gt;.')
    """
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def utc(ms: int) -> str:
    """A time for an address.

    >>> utc(1_741_010_400_000)
    '2025-03-03T14:00:00Z'
    """
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def when(value: str | None) -> Markup:
    """A time as the JSON of figures has it."""
    return Markup("–") if value is None else iso(datetime.fromisoformat(value))


def reason_class(reason: str) -> str:
    return "reason-" + _CLASS.sub("_", reason.lower())


def plain_words(name: str) -> str:
    return name.replace("_", " ")
