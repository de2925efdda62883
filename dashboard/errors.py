"""What the service answers when it does not do what it was asked: one form, few names, always what to do next."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from cleaners.errors import CleanError
from cleaners.form import error_form
from worker.store.errors import BadCursor, SchemaMismatch, StoreUnavailable

log = structlog.get_logger(__name__)

STORE_PAUSE = 5  # seconds to stay away when the database does not answer


class Problem(BaseModel):
    """Why."""

    name: str = Field(description="stable, for programs", examples=["bad_row"])
    message: str = Field(description="for people")
    permanent: bool = Field(description="the same request would get the same answer again")


class Failure(BaseModel):
    """Every answer that is not a success."""

    error: Problem


class ApiError(Exception):
    """An answer other than the one asked for."""

    status = 400
    permanent = True

    def __init__(self, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        message = (type(self).__doc__ or "").strip()
        super().__init__(f"{message} {detail}".strip())
        self.headers = dict(headers or {})

    @property
    def name(self) -> str:
        out = "".join("_" + c.lower() if c.isupper() else c for c in type(self).__name__)
        return out.lstrip("_")


class BadRequest(ApiError):
    """The request cannot be read."""


class NoToken(ApiError):
    """Send a token: `Authorization: Bearer …`."""

    status = 401


class NotAllowedHere(ApiError):
    """Without any token set up, the service answers this machine only. Make one with `dehusk token create`."""

    status = 403


class ScopeMissing(ApiError):
    """The token does not have the scope for this."""

    status = 403


class NotFound(ApiError):
    """There is no such page."""

    status = 404


class TooSlow(ApiError):
    """The request came too slowly."""

    status = 408
    permanent = False


class TooLarge(ApiError):
    """The request is larger than the limit. Send smaller batches."""

    status = 413


class UnknownCompression(ApiError):
    """Bodies are read plain, or compressed with gzip or zstd."""

    status = 415


class TooManyRequests(ApiError):
    """More requests came with this token than one may send. Come back after the time in `Retry-After`."""

    status = 429
    permanent = False


class TooManyTries(ApiError):
    """Too many wrong tokens came from there. Wait a minute."""

    status = 429
    permanent = False


class NotOurForm(ApiError):
    """This was not sent from one of our pages, or the page is too old. Go back, reload and send it again."""

    status = 403


class Busy(ApiError):
    """Too much is waiting. Come back after the time in `Retry-After`."""

    status = 503
    permanent = False


class DiskFull(ApiError):
    """There is no room for more pages. Come back after the time in `Retry-After`."""

    status = 503
    permanent = False


def failure(name: str, message: str, permanent: bool = True) -> dict[str, Any]:
    return {"error": {"name": name, "message": message, "permanent": permanent}}


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The failures of an operation, for the API's description."""
    return {status: {"model": Failure, "description": HTTPStatus(status).phrase} for status in statuses}


FOR_PROGRAMS = ("/v1/", "/static/", "/original/", "/healthz", "/readyz", "/metrics", "/openapi.json")


def for_people(request: Request) -> bool:
    """Whether a person asked, with a browser."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(FOR_PROGRAMS)


Shown = Callable[[Request, int, str, str], Response]  # a failure as a page: status, name, message


def install(app: FastAPI, shown: Shown) -> None:
    """Have every failure answered in the one form, or as a page where a person asked for one."""

    def answer(request: Request, status: int, form: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
        if for_people(request):
            response = shown(request, status, form["error"]["name"], form["error"]["message"])
            response.headers.update(headers or {})
            return response
        return JSONResponse(form, status, headers=headers)

    @app.exception_handler(ApiError)
    async def _(request: Request, error: ApiError) -> Response:
        return answer(request, error.status, failure(error.name, str(error), error.permanent), error.headers)

    @app.exception_handler(CleanError)
    async def _(request: Request, error: CleanError) -> Response:
        return answer(request, 422, {"error": error_form(error)})

    @app.exception_handler(BadCursor)
    async def _(request: Request, error: BadCursor) -> Response:
        return answer(request, 422, failure(error.name, str(error)))

    @app.exception_handler(StoreUnavailable)
    @app.exception_handler(SchemaMismatch)
    async def _(request: Request, error: StoreUnavailable | SchemaMismatch) -> Response:
        log.warning("store_unavailable", path=request.url.path, error=str(error))
        return answer(request, 503, failure(error.name, str(error), False), {"Retry-After": str(STORE_PAUSE)})

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        said = " ".join(f"{'.'.join(map(str, problem['loc'][1:]))}: {problem['msg']}." for problem in error.errors()[:5])
        return answer(request, 422, failure("bad_request", said))

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        name = HTTPStatus(error.status_code).name.lower()
        return answer(request, error.status_code, failure(name, str(error.detail)), error.headers)

    @app.exception_handler(ClientDisconnect)
    async def _(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # nobody reads it
