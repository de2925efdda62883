"""Failures as pages, for people."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from dashboard.pages.render import page
from dashboard.pages.viewer import ToSignIn


def failure_page(request: Request, status: int, name: str, message: str) -> Response:
    return page(request, "failure.html", status, name=name, message=message, code=status)


async def to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, ToSignIn)  # it is installed for these
    return RedirectResponse(error.address, 303)
