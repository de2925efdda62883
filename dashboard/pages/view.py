"""One page: what was removed from it and why, all it was ever made into, and the page as its site wrote it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.api.documents import PageId
from dashboard.api.versions import DocumentId, document_of, run_of
from dashboard.auth import Caller
from dashboard.clean.engine import Order
from dashboard.errors import ApiError, NotFound
from dashboard.pages.forms import Sent, sent
from dashboard.pages.render import page
from dashboard.pages.source import source_of
from dashboard.pages.viewer import viewer
from dashboard.service import Here
from dashboard.worddiff import told
from worker.quality.golden import of_page
from worker.queue.engine import SAID
from worker.store.nouns import Receipt, RevisionView

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(viewer("read"))]
Form = Annotated[Sent, Depends(sent("review"))]
Id = Annotated[str, Query(pattern=r"^([0-9a-f]{32})?$")]

# The page's own markup: nothing in it may run, load, submit or lead anywhere.
HARMLESS = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
WAITING = ("received", "cleaning")


class NotAgain(ApiError):
    """This page cannot be cleaned again now: its raw page is gone, or it waits for a worker already."""

    status = 409


@router.get("/pages/{page_id}")
def page_page(
    request: Request,
    here: Here,
    caller: Viewer,
    page_id: PageId,
    revision: Annotated[str, Query(max_length=64)] = "",
    document: Id = "",
    run: Id = "",
) -> Response:
    """A page, with the document that was asked for, or that of a revision, or the latest."""
    found = here.store.page(page_id)
    if found is None or not found.revisions:
        raise NotFound
    versions = here.store.versions(found.id)
    wanted = next((one for one in versions if one.id == document), None)
    revision_id = wanted.revision_id if wanted is not None else revision
    shown = next((one for one in found.revisions if one.id == revision_id), found.revisions[0])
    name = wanted.id if wanted is not None else shown.document_id
    stored = here.store.document(name) if name else None
    return page(
        request,
        "page.html",
        found=found,
        shown=shown,
        document=stored,
        source=source_of(stored.document) if stored is not None else None,
        versions=versions,
        report=run_of(here, run) if run else None,
        waits=shown.state in WAITING,
        golden=of_page(here.store.database, found.id),
    )


@router.post("/pages/{page_id}/again")
def clean_again(here: Here, form: Form, page_id: PageId) -> Response:
    """Have a worker clean it now, before all that nobody waits for."""
    found = here.store.page(page_id)
    revision = next((one for one in found.revisions if one.id == form.get("revision")), None) if found is not None else None
    if found is None or revision is None:
        raise NotFound
    address = f"/pages/{found.id}?revision={revision.id}"
    if revision.state in ("dead", "rejected"):
        if not here.store.retry([revision.id], "interactive", by=form.caller.name):
            raise NotAgain
        here.crier.tell([_receipt(found.id, revision.id)])
        return RedirectResponse(address, 303)
    planned = here.store.reclean_one(revision.id, form.caller.name)
    if planned is None:
        raise NotAgain
    run, job = planned
    here.crier.tell([_receipt(found.id, job)])
    return RedirectResponse(f"{address}&run={run}", 303)


def _receipt(page_id: str, job: str) -> Receipt:
    return Receipt(page_id=page_id, revision_id=job, state="received", lane="interactive", new=True)


@router.get("/pages/{page_id}/difference")
def difference_page(
    request: Request, here: Here, caller: Viewer, page_id: PageId, before: Id = "", after: Id = "", whole: bool = False
) -> Response:
    """Two documents of a page, word by word."""
    found = here.store.page(page_id)
    if found is None:
        raise NotFound
    versions = here.store.versions(found.id)
    ids = [one.id for one in versions]
    if not ids or (before and before not in ids) or (after and after not in ids):
        raise NotFound("The page has no such document.")
    after = after or ids[0]
    before = before or ids[min(ids.index(after) + 1, len(ids) - 1)]
    left, right = document_of(here, before), document_of(here, after)
    return page(
        request,
        "difference.html",
        found=found,
        versions=versions,
        left=left,
        right=right,
        **told(left.document.text, right.document.text, whole),
    )


@router.get("/documents/{document_id}")
def document_page(here: Here, caller: Viewer, document_id: DocumentId) -> Response:
    """Where a document is shown."""
    found = document_of(here, document_id)
    return RedirectResponse(f"/pages/{found.page_id}?document={document_id}", 303)


@router.get("/original/{revision_id}")
async def original_page(request: Request, here: Here, caller: Viewer, revision_id: PageId) -> Response:
    def order() -> Order:
        found = here.store.page(revision_id)
        revision = next((one for one in found.revisions if one.id == revision_id), None) if found is not None else None
        if found is None or revision is None or not revision.has_body:
            raise NotFound("The raw page is not here any more.")
        return order_of(here, revision, found.url)

    markup = await asyncio.wrap_future(here.desk.ask(await run_in_threadpool(order)))
    headers = {
        "Content-Security-Policy": HARMLESS,
        "X-DNS-Prefetch-Control": "off",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
    return Response(markup, headers=headers, media_type="text/html; charset=utf-8")


def order_of(here: Here, revision: RevisionView, url: str) -> Order:
    """The markup of a revision as a worker would read it."""
    return Order(
        body=here.store.body(revision.id),
        url=url or None,
        content_type=SAID[revision.kind] or revision.content_type,
        encoding=revision.encoding,
        profile=here.profile.now(),
        as_written=True,
    )
