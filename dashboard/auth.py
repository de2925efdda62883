"""Who may do what: tokens with scopes; without any token, this machine alone.

A token is sent as `Authorization: Bearer …`. The store keeps its hash. As long as there is no token at all, only
requests from and to the loopback address are answered, and none that another site's page makes in a browser.
"""

import hashlib
import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dashboard.errors import NotAllowedHere, NoToken, ScopeMissing
from worker.store.store import Store

Scope = Literal["submit", "read", "review", "admin"]
SCOPES: tuple[Scope, ...] = ("submit", "read", "review", "admin")

REMEMBER = 10.0  # seconds a token is believed without asking the store: so long a revoked one may go on
REMEMBERED = 1000  # tokens
NAMES_OF_HERE = ("localhost",)
COOKIE = "dehusk_session"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking."""

    name: str  # for the records
    scopes: frozenset[str]

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes or "admin" in self.scopes


LOCAL = Caller("loopback", frozenset(SCOPES))


class Gate:
    """Knows the tokens, for a few seconds at a time. Threads share it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, Caller]] = {}
        self._guarded: tuple[float, bool] = (float("-inf"), False)

    @property
    def guarded(self) -> bool:
        """Whether there is any token. Once there was one, loopback is not let in without until the last is revoked."""
        until, found = self._guarded
        if time.monotonic() >= until:
            found = any(token.revoked_at is None for token in self._store.tokens())
            self._guarded = (time.monotonic() + REMEMBER, found)
        return found

    def caller(self, secret: str) -> Caller | None:
        digest = hashlib.sha256(secret.encode("utf-8", "replace")).digest()
        now = time.monotonic()
        with self._lock:
            until, caller = self._known.get(digest, (float("-inf"), None))
        if caller is not None and now < until:
            return caller
        token = self._store.token(secret)
        with self._lock:
            if token is None:
                self._known.pop(digest, None)
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            caller = Caller(token.name, token.scopes)
            self._known[digest] = (now + REMEMBER, caller)
        return caller


_bearer = HTTPBearer(auto_error=False, description="A token of `dehusk token create`.")


def require(scope: Scope) -> Callable[..., Caller]:
    """A dependency: the caller, who has this scope."""

    def caller(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None) -> Caller:
        gate: Gate = request.app.state.service.gate
        if not gate.guarded:
            if not from_here(request):
                raise NotAllowedHere
            return LOCAL
        secret = sent.credentials if sent is not None else session_of(request)
        found = gate.caller(secret) if secret else None
        if found is None:
            raise NoToken(headers={"WWW-Authenticate": "Bearer"})
        if not found.may(scope):
            raise ScopeMissing(f"It is {scope!r}.")
        return found

    return caller


def session_of(request: Request) -> str | None:
    """The token that a browser signed in with. It opens what can be read; to change anything takes more than a cookie."""
    return request.cookies.get(COOKIE) if request.method in ("GET", "HEAD") else None


def from_here(request: Request) -> bool:
    """Whether a program on this machine asks, and no page of another site through a browser on it."""
    peer = request.client.host if request.client is not None else ""
    asked = urlsplit(f"//{request.headers.get('host', '')}")
    if not (is_loopback(peer) and is_loopback(asked.hostname or "")):  # a foreign name may be made to point here
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == asked.netloc


def is_loopback(host: str) -> bool:
    if host in NAMES_OF_HERE:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Submitter = Annotated[Caller, Depends(require("submit"))]
Reader = Annotated[Caller, Depends(require("read"))]
Admin = Annotated[Caller, Depends(require("admin"))]
