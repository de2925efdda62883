"""Signing in with a token, and proof that a form is ours.

The session cookie holds the token: whatever revokes the token ends the session, on every machine, and nothing has to be
kept. No script can read it, and no other site can send it. Forms carry a code made from it, which no other site knows.
"""

import hashlib
import hmac
import secrets
import time
from collections import deque
from threading import Lock
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from dashboard.auth import COOKIE
from dashboard.errors import ApiError

HOURS = 12
_OURS = secrets.token_bytes(32)  # for forms where nobody signs in: they are sent by this machine to this process

TRIES, WINDOW = 10, 60.0  # wrong tokens of one address, in so many seconds
ADDRESSES = 10_000


class NotOurForm(ApiError):
    """This form was not sent from one of our pages, or is too old. Go back, reload and send it again."""

    status = 403


class TooManyTries(ApiError):
    """Too many wrong tokens. Wait a minute."""

    status = 429
    permanent = False


def csrf_of(request: Request) -> str:
    secret = request.cookies.get(COOKIE)
    key = secret.encode("utf-8", "replace") if secret else _OURS
    return hmac.new(key, b"dehusk form", hashlib.sha256).hexdigest()


def check_form(request: Request, code: str) -> None:
    """
    Raises:
        NotOurForm: another site, or nobody, sent it.
    """
    if not same_site(request) or not hmac.compare_digest(code.encode(), csrf_of(request).encode()):
        raise NotOurForm


def same_site(request: Request) -> bool:
    """Browsers say where a form was sent from; what does not say it is no browser."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(origin).netloc == request.headers.get("host")


def sign_in(request: Request, response: Response, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=HOURS * 3600,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )


def sign_out(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


class Tries:
    """Wrong tokens by address, for a minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._wrong: dict[str, deque[float]] = {}

    def check(self, address: str) -> None:
        """
        Raises:
            TooManyTries: there were too many from there.
        """
        with self._lock:
            wrong = self._recent(address)
            if len(wrong) >= TRIES:
                raise TooManyTries(headers={"Retry-After": str(int(WINDOW))})

    def wrong(self, address: str) -> None:
        with self._lock:
            if len(self._wrong) >= ADDRESSES:
                self._wrong.clear()
            self._wrong.setdefault(address, deque()).append(time.monotonic())

    def _recent(self, address: str) -> deque[float]:
        wrong = self._wrong.get(address, deque())
        while wrong and time.monotonic() - wrong[0] > WINDOW:
            wrong.popleft()
        return wrong
