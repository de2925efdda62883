"""What a page was made into over time: its documents, what two of them differ in, one of them to take away."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel

from dashboard.api.documents import PageId
from dashboard.api.forms import document_form
from dashboard.api.reviews import attachment, plain
from dashboard.auth import Reader
from dashboard.errors import NotFound, answers
from dashboard.service import Here, Service
from dashboard.worddiff import counted, difference
from worker.store.nouns import RecleanReport, StoredDocument

router = APIRouter(prefix="/v1", tags=["results"])

DocumentId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
OtherId = Annotated[str, Query(pattern=r"^[0-9a-f]{32}$", description="the document that came later")]
RunId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class Change(BaseModel):
    """A stretch of both texts, or of one."""

    op: str  # same, gone, new
    text: str


class Difference(BaseModel):
    """What two texts differ in, in order: those not `new` are the first text, those not `gone` the second."""

    before: str
    after: str
    words_gone: int
    words_new: int
    pieces: list[Change]


def document_of(here: Service, document_id: str) -> StoredDocument:
    found = here.store.document(document_id)
    if found is None:
        raise NotFound("There is no such document.")
    return found


def run_of(here: Service, run: str) -> RecleanReport:
    try:
        return here.store.reclean_report(run)
    except KeyError:
        raise NotFound("There was no such run.") from None


@router.get("/pages/{page_id}/documents", responses=answers(401, 403, 404, 422, 503))
def page_documents(here: Here, caller: Reader, page_id: PageId) -> dict[str, Any]:
    """All documents of a page, of every revision and cleaner version, the latest first."""
    found = here.store.page(page_id)
    if found is None:
        raise NotFound
    return {"current": found.current_document, "rows": [plain(one) for one in here.store.versions(found.id)]}


@router.get("/documents/{document_id}", responses=answers(401, 403, 404, 422, 503))
def one_document(here: Here, caller: Reader, document_id: DocumentId) -> dict[str, Any]:
    """One document with its account."""
    return document_form(document_of(here, document_id))


@router.get(
    "/documents/{document_id}/text",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **answers(401, 403, 404, 422, 503)},
)
def document_text(here: Here, caller: Reader, document_id: DocumentId) -> Response:
    """The clean text alone, to download."""
    text = document_of(here, document_id).document.text
    headers = attachment(f"{document_id}.txt")
    return Response(text.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/documents/{document_id}/difference", responses=answers(401, 403, 404, 422, 503))
def document_difference(here: Here, caller: Reader, document_id: DocumentId, after: OtherId) -> Difference:
    """What another document has that this one has not, and the other way round."""
    pieces = difference(document_of(here, document_id).document.text, document_of(here, after).document.text)
    gone, new = counted(pieces)
    changes = [Change(op=one.op, text=one.text) for one in pieces]
    return Difference(before=document_id, after=after, words_gone=gone, words_new=new, pieces=changes)


@router.get("/runs/{run}", responses=answers(401, 403, 404, 422, 503))
def reclean_run(here: Here, caller: Reader, run: RunId) -> dict[str, Any]:
    """A run of cleaning again: how far it is, and what it changed."""
    found = run_of(here, run)
    return {**asdict(found), "started_at": found.started_at.isoformat()}
