"""Proof that a form is ours, and the cookies that browsers bring by themselves.

The session cookie holds the token: whatever revokes the token ends the session, on every machine, and nothing has to be
kept. No script can read it, and no other site can send it. Who has no session (this machine, or people that a proxy signed
in) gets a cookie of random letters instead. Each form, and each request of a script of ours, carries a code made from that
cookie, which no other site knows, and which every web process can check.
"""

import hashlib
import hmac
import re
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from dashboard.errors import NotOurForm
from dashboard.proxies import Proxies

HOURS = 12
SESSION, FORM = "dehusk_session", "dehusk_form"
FIRM = "__Host-"  # with TLS: no other name under the same domain can set such a cookie
CODE_HEADER = "X-CSRF-Token"
_LETTERS = re.compile(r"[\w-]{20,100}")


def _name(kind: str, request: Request, proxies: Proxies | None) -> str:
    return FIRM + kind if _secure(request, proxies) else kind


def _secure(request: Request, proxies: Proxies | None) -> bool:
    return proxies.secure(request) if proxies is not None else request.url.scheme == "https"


def session_of(request: Request, proxies: Proxies) -> str | None:
    """The token that a browser signed in with."""
    return request.cookies.get(_name(SESSION, request, proxies))


def code_of(request: Request, proxies: Proxies) -> tuple[str, str | None]:
    """The code for forms, and letters to be set as a cookie if the browser has none yet."""
    key = session_of(request, proxies) or _letters(request, proxies)
    fresh = None
    if key is None:
        key = fresh = secrets.token_urlsafe(32)
    return _code(key), fresh


def check_code(request: Request, proxies: Proxies, code: str) -> None:
    """
    Raises:
        NotOurForm: another site, or nobody, sent it.
    """
    key = session_of(request, proxies) or _letters(request, proxies)
    if key is None or not same_site(request, proxies):
        raise NotOurForm
    if not hmac.compare_digest(code.encode("utf-8", "replace"), _code(key).encode()):
        raise NotOurForm


def same_site(request: Request, proxies: Proxies | None) -> bool:
    """Browsers say where a form was sent from; what does not say it is no browser."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    here = proxies.host(request) if proxies is not None else request.headers.get("host", "")
    return origin is None or urlsplit(origin).netloc == here


def set_session(request: Request, response: Response, proxies: Proxies, secret: str) -> None:
    _set(request, response, proxies, SESSION, secret, HOURS * 3600)


def set_letters(request: Request, response: Response, proxies: Proxies, letters: str) -> None:
    _set(request, response, proxies, FORM, letters, None)


def end_session(request: Request, response: Response, proxies: Proxies) -> None:
    secure = _secure(request, proxies)
    response.delete_cookie(_name(SESSION, request, proxies), path="/", secure=secure, httponly=True, samesite="strict")


def _set(request: Request, response: Response, proxies: Proxies, kind: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        _name(kind, request, proxies),
        value,
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=_secure(request, proxies),
        path="/",
    )


def _letters(request: Request, proxies: Proxies) -> str | None:
    found = request.cookies.get(_name(FORM, request, proxies), "")
    return found if _LETTERS.fullmatch(found) else None


def _code(key: str) -> str:
    return hmac.new(key.encode("utf-8", "replace"), b"dehusk form", hashlib.sha256).hexdigest()
