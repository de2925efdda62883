"""Who may do what: tokens with scopes, people that a trusted proxy signed in; without any of these, this machine alone.

A token is sent as `Authorization: Bearer …`, or lies in the cookie of a session. The store keeps its hash. As long as
there is no token and no proxy, only requests from and to the loopback address are answered, and none that another site's
page makes in a browser. What a browser sends by itself (a session, a proxy's header) changes nothing without a code that
stands in our own pages.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dashboard.cookies import CODE_HEADER, check_code, same_site, session_of
from dashboard.errors import NotAllowedHere, NoToken, ScopeMissing
from dashboard.limits import WRONG, Allowance, Tries
from dashboard.proxies import Proxies, is_loopback, passed_on
from worker.settings import Settings
from worker.store.store import Store

Scope = Literal["submit", "read", "review", "admin"]
SCOPES: tuple[Scope, ...] = ("submit", "read", "review", "admin")

REMEMBER = 10.0  # seconds a token is believed without asking the store: so long a revoked one may go on
REMEMBERED = 1000  # tokens
SAFE = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking."""

    name: str  # for the records
    scopes: frozenset[str]
    key: str = ""  # by which requests are counted

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes or "admin" in self.scopes


LOCAL = Caller("loopback", frozenset(SCOPES))


class Gate:
    """Knows the tokens, for a few seconds at a time. Threads share it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self.proxies = Proxies.of(settings)
        self.allowance = Allowance(settings.rate_limit)
        self.tries = Tries(WRONG)
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, Caller]] = {}
        self._guarded: tuple[float, bool] = (float("-inf"), False)

    @property
    def guarded(self) -> bool:
        """Whether somebody has to say who it is. Once there was a token, loopback needs one until the last is revoked."""
        if self.proxies.any:
            return True
        until, found = self._guarded
        if time.monotonic() >= until:
            found = any(token.revoked_at is None for token in self._store.tokens())
            self._guarded = (time.monotonic() + REMEMBER, found)
        return found

    def remembered(self, secret: str) -> Caller | None:
        """The caller with this token, if it was looked up a moment ago."""
        with self._lock:
            until, caller = self._known.get(_digest(secret), (float("-inf"), None))
        return caller if time.monotonic() < until else None

    def caller(self, secret: str) -> Caller | None:
        if (known := self.remembered(secret)) is not None:
            return known
        digest, now = _digest(secret), time.monotonic()
        token = self._store.token(secret)
        with self._lock:
            if token is None:
                self._known.pop(digest, None)
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            caller = Caller(token.name, token.scopes, f"token {token.id}")
            self._known[digest] = (now + REMEMBER, caller)
        return caller


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


_bearer = HTTPBearer(auto_error=False, description="A token of `dehusk token create`.")


def require(scope: Scope) -> Callable[..., Caller]:
    """A dependency: the caller, who has this scope."""

    def caller(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None) -> Caller:
        found = identify(request, sent.credentials if sent is not None else None)
        if not found.may(scope):
            raise ScopeMissing(f"It is {scope!r}.")
        return found

    return caller


def identify(request: Request, secret: str | None) -> Caller:
    """Who asks. `secret` is the token that came with the request.

    Raises:
        ApiError: nobody that may.
    """
    gate: Gate = request.app.state.service.gate
    if not gate.guarded:
        if not from_here(request):
            raise NotAllowedHere
        return LOCAL
    if secret is None and request.method not in SAFE and not getattr(request.state, "form_is_ours", False):
        code = request.headers.get(CODE_HEADER)
        if code is None:
            raise NoToken(headers={"WWW-Authenticate": "Bearer"})
        check_code(request, gate.proxies, code)
    found = _caller(request, gate, secret)
    if found is None:
        raise NoToken(headers={"WWW-Authenticate": "Bearer"})
    gate.allowance.take(found.key)
    return found


def _caller(request: Request, gate: Gate, secret: str | None) -> Caller | None:
    secret = secret or session_of(request, gate.proxies)
    if not secret:
        person = gate.proxies.person(request)
        return Caller(person, gate.proxies.scopes_of(person), f"person {person}") if person is not None else None
    if (known := gate.remembered(secret)) is not None:
        return known
    address = gate.proxies.address(request)
    gate.tries.check(address)
    found = gate.caller(secret)
    if found is None:
        gate.tries.wrong(address)
    return found


def from_here(request: Request) -> bool:
    """Whether a program on this machine asks, and no page of another site through a browser on it."""
    peer = request.client.host if request.client is not None else ""
    asked = urlsplit(f"//{request.headers.get('host', '')}")
    if not (is_loopback(peer) and is_loopback(asked.hostname or "")):  # a foreign name may be made to point here
        return False
    if passed_on(request):
        return False
    origin = request.headers.get("origin")
    if request.method not in SAFE and not same_site(request, None):
        return False
    return origin is None or urlsplit(origin).netloc == asked.netloc


Submitter = Annotated[Caller, Depends(require("submit"))]
Reader = Annotated[Caller, Depends(require("read"))]
Reviewer = Annotated[Caller, Depends(require("review"))]
Admin = Annotated[Caller, Depends(require("admin"))]
