"""For those who watch: alive, ready, and figures for Prometheus."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from dashboard.api.metrics import exposition
from dashboard.auth import Reader
from dashboard.errors import answers
from dashboard.service import Here

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Ready(BaseModel):
    """Whether requests can be served."""

    ready: bool
    problems: dict[str, str] = Field(description="what is wrong, by part; empty when all is well")


@router.get("/healthz")
async def healthz() -> Alive:
    """The process is alive. Asks nothing else, so that a slow database gets nobody killed."""
    return Alive()


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready, "description": "Not ready"}})
def readyz(here: Here) -> Response:
    """Database, schema and blob store answer. Details are for those with a token; this says which part alone."""
    problems = dict.fromkeys(here.store.check(), "not ready")
    return JSONResponse({"ready": not problems, "problems": problems}, 503 if problems else 200)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **answers(401, 403, 503)},
)
def metrics(here: Here, caller: Reader) -> Response:
    """Figures in Prometheus' text format, from counters and roll-ups."""
    return Response(exposition(here), media_type="text/plain; version=0.0.4")
