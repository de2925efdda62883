"""Which page is where, and who may see it."""

import time
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from dashboard.api.documents import PageFilter
from dashboard.api.figures import hosts_of, overview_of
from dashboard.auth import Caller
from dashboard.errors import NotFound
from dashboard.figures import hosts as table
from dashboard.figures.alarms import alarms
from dashboard.figures.hosts import Order
from dashboard.figures.outcomes import VERDICTS
from dashboard.figures.span import LABEL, SpanName
from dashboard.pages.alarms import SNOOZE
from dashboard.pages.render import page
from dashboard.pages.viewer import viewer
from dashboard.service import Here

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(viewer("read"))]


@router.get("/")
def overview_page(request: Request, here: Here, caller: Viewer, span: SpanName = SpanName.day) -> Response:
    return page(
        request, "overview.html", figures=overview_of(here, span), span=span.value, spans=LABEL, changes=here.store.changes()
    )


@router.get("/hosts")
def hosts_page(
    request: Request,
    here: Here,
    caller: Viewer,
    search: Annotated[str, Query(max_length=255)] = "",
    order: Order = Order.pages,
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    found = hosts_of(here, search, order, start)
    return page(request, "hosts.html", found=found, search=search, order=order.value, orders=Order)


@router.get("/hosts/{host}")
def host_page(request: Request, here: Here, caller: Viewer, host: str) -> Response:
    found = table.host(here.store.database, host, round(time.time() * 1000))
    if found is None:
        raise NotFound("No page of this host was seen.")
    waiting = alarms(here.store.database, host=host)["rows"]
    return page(request, "host.html", found=found, alarms=waiting, snoozes=SNOOZE)


@router.get("/pages")
def pages_page(request: Request, here: Here, caller: Viewer, chosen: Annotated[PageFilter, Query()]) -> Response:
    found = here.store.revisions(chosen.wanted(), chosen.cursor, min(chosen.limit, 100))
    asked = chosen.model_dump(mode="json", exclude={"cursor"}, exclude_defaults=True)
    older = urlencode({**asked, "cursor": found.cursor}) if found.cursor else None
    return page(request, "pages.html", found=found, chosen=chosen, verdicts=VERDICTS, older=older)
