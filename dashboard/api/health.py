"""For those who watch: alive, ready, and figures for Prometheus."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from dashboard.auth import Reader
from dashboard.errors import answers
from dashboard.exposed import exposition
from dashboard.exposed.text import TYPE
from dashboard.service import Here

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Ready(BaseModel):
    """Whether requests can be served."""

    ready: bool
    problems: dict[str, str] = Field(description="what keeps it from that, by part; empty when all is well")
    warnings: dict[str, str] = Field(description="what is wrong and keeps nobody from sending pages or reading them")


@router.get("/healthz")
async def healthz() -> Alive:
    """The process is alive. Asks nothing else, so that a slow database gets nobody killed."""
    return Alive()


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready, "description": "Not ready"}})
def readyz(here: Here) -> Response:
    """Database, schema and blob store answer. Details are for those with a token; this says which part alone.

    A broker that does not answer is a warning: pages are taken in and read without it, and cleaned when it is back. Were
    it a problem, a balancer would take every web process away from crawlers at once.
    """
    problems = dict.fromkeys(here.store.check(), "not ready")
    warnings = {} if here.broker.state() is not None else {"broker": "does not answer"}
    return JSONResponse({"ready": not problems, "problems": problems, "warnings": warnings}, 503 if problems else 200)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **answers(401, 403, 503)},
)
def metrics(request: Request, here: Here, caller: Reader) -> Response:
    """Figures in Prometheus' text format, from counters and roll-ups."""
    return Response(exposition(here, request.app.version), media_type=TYPE)
