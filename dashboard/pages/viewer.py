"""Who looks at pages: a session, or this machine while there is no token."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import Request

from dashboard.auth import Caller, Scope, require
from dashboard.errors import NoToken


class ToSignIn(Exception):
    """Nobody is signed in."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.address = f"/signin?next={quote(back, safe='')}"


def viewer(scope: Scope) -> Callable[[Request], Caller]:
    """A dependency of pages: who looks."""
    check = require(scope)

    def look(request: Request) -> Caller:
        try:
            caller = check(request, None)
        except NoToken:
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            raise ToSignIn(asked if request.method == "GET" else "/") from None
        request.state.caller = caller
        return caller

    return look


def inward(address: str) -> str:
    """Where to go after signing in: a place here, whatever was asked for.

    >>> inward("/hosts?order=name"), inward("//evil.example"), inward("https://evil.example"), inward("/\\\\evil.example")
    ('/hosts?order=name', '/', '/', '/')
    """
    plain = address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable() and "\\" not in address
    return address if plain else "/"
