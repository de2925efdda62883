"""The figures behind every chart, for programs."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from dashboard.api.shapes import Host, Hosts, Overview
from dashboard.auth import Reader
from dashboard.errors import NotFound, answers
from dashboard.figures import hosts as table
from dashboard.figures.hosts import Order
from dashboard.figures.markers import markers
from dashboard.figures.overview import overview
from dashboard.figures.span import Span, SpanName
from dashboard.service import Here, Service

router = APIRouter(prefix="/v1/figures", tags=["figures"])

SHORT = 4.0  # seconds an answer may be old


def as_in(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Described by the model, written without it: figures are plain data, and there may be much of it."""
    return {200: {"model": model, "description": (model.__doc__ or "").strip()}}


def overview_of(here: Service, span: SpanName) -> dict[str, Any]:
    def look() -> dict[str, Any]:
        backlog = here.store.backlog()
        found = overview(here.store.database, Span.of(span))
        return {
            **found,
            "markers": markers(found, here.store.changes(undone=True)),
            "states": here.store.counts(),
            "backlog": {
                name: {"waiting": lane.waiting, "cleaning": lane.cleaning, "oldest_seconds": lane.oldest_seconds}
                for name, lane in backlog.lanes.items()
            },
        }

    return here.memory.get(("overview", span), SHORT, look)


def hosts_of(here: Service, search: str, order: Order, start: int) -> dict[str, Any]:
    now = round(time.time() * 1000)
    return here.memory.get(
        ("hosts", search, order, start),
        SHORT,
        lambda: table.hosts(here.store.database, search=search, order=order, start=start, now=now),
    )


@router.get("/overview", response_model=None, responses={**as_in(Overview), **answers(401, 403, 422, 503)})
def figures_overview(here: Here, caller: Reader, span: SpanName = SpanName.day) -> dict[str, Any]:
    """Pages, outcomes, removals, languages, versions and distributions over a span; the backlog now."""
    return overview_of(here, span)


@router.get("/hosts", response_model=None, responses={**as_in(Hosts), **answers(401, 403, 422, 503)})
def figures_hosts(
    here: Here,
    caller: Reader,
    search: Annotated[str, Query(max_length=255)] = "",
    order: Order = Order.pages,
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Hosts, fifty at a time."""
    return hosts_of(here, search, order, start)


@router.get("/hosts/{host}", response_model=None, responses={**as_in(Host), **answers(401, 403, 404, 422, 503)})
def figures_host(here: Here, caller: Reader, host: Annotated[str, Path(min_length=1, max_length=255)]) -> dict[str, Any]:
    """One host by the day, over ninety days."""
    found = table.host(here.store.database, host, round(time.time() * 1000))
    if found is None:
        raise NotFound("No page of this host was seen.")
    return found
