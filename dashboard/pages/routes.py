"""Which page is where, and who may see it."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from dashboard.api.documents import PageFilter, PageId
from dashboard.api.figures import hosts_of, overview_of
from dashboard.auth import Caller
from dashboard.clean.engine import Order as CleanOrder
from dashboard.errors import NotFound
from dashboard.figures import hosts as table
from dashboard.figures.alarms import alarms
from dashboard.figures.hosts import Order
from dashboard.figures.span import LABEL, SpanName
from dashboard.pages.alarms import SNOOZE
from dashboard.pages.render import page
from dashboard.pages.source import source_of
from dashboard.pages.viewer import viewer
from dashboard.service import Here
from worker.queue.engine import SAID

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(viewer("read"))]

# The page's own markup: nothing in it may run, load, submit or lead anywhere.
HARMLESS = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


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
    found = here.store.revisions(chosen.where(state=chosen.state, error=chosen.error), chosen.cursor, min(chosen.limit, 100))
    return page(request, "pages.html", found=found, chosen=chosen)


@router.get("/pages/{page_id}")
def page_page(
    request: Request,
    here: Here,
    caller: Viewer,
    page_id: PageId,
    revision: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    found = here.store.page(page_id)
    if found is None or not found.revisions:
        raise NotFound
    shown = next((one for one in found.revisions if one.id == revision), found.revisions[0])
    document = here.store.document(shown.document_id) if shown.document_id else None
    source = source_of(document.document) if document is not None else None
    return page(request, "page.html", found=found, shown=shown, document=document, source=source)


@router.get("/original/{revision_id}")
async def original_page(request: Request, here: Here, caller: Viewer, revision_id: PageId) -> Response:
    def order() -> CleanOrder:
        found = here.store.page(revision_id)
        revision = next((one for one in found.revisions if one.id == revision_id), None) if found is not None else None
        if found is None or revision is None or not revision.has_body:
            raise NotFound("The raw page is not here any more.")
        return CleanOrder(
            body=here.store.body(revision.id),
            url=found.url or None,
            content_type=SAID.get(revision.kind) or revision.content_type,
            encoding=None if revision.kind == "auto" else "utf-8",
            profile=here.profile.now(),
            as_written=True,
        )

    markup = await asyncio.wrap_future(here.desk.ask(await run_in_threadpool(order)))
    headers = {
        "Content-Security-Policy": HARMLESS,
        "X-DNS-Prefetch-Control": "off",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
    return Response(markup, headers=headers, media_type="text/html; charset=utf-8")
