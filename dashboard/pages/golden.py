"""The golden set: what is in it, how it scores, and the text a page should have."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from dashboard.api import golden as data
from dashboard.api.golden import GoldenId
from dashboard.api.versions import document_of
from dashboard.auth import Caller
from dashboard.errors import NotFound
from dashboard.pages.forms import Sent, sent
from dashboard.pages.render import page
from dashboard.pages.viewer import viewer
from dashboard.service import Here
from worker.quality import golden
from worker.store.errors import BodyMissing

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(viewer("read"))]
Judge = Annotated[Caller, Depends(viewer("review"))]
Form = Annotated[Sent, Depends(sent("review"))]

LONGEST_TEXT = 8 * 1024 * 1024  # bytes of a form with a text in it
LongForm = Annotated[Sent, Depends(sent("review", LONGEST_TEXT))]


@router.get("/golden")
def golden_page(request: Request, here: Here, caller: Viewer) -> Response:
    """The set and its scores."""
    found = golden.golden_pages(here.store.database)
    figures = data.history_of(here)
    latest = figures["scores"][-1] if figures["scores"] else None
    scored = dict(latest["worst"]) if latest else {}
    return page(request, "golden.html", found=found, figures=figures, latest=latest, scored=scored)


@router.post("/golden/score")
def golden_score(here: Here, form: Form) -> Response:
    """Score it now."""
    data.score(here)
    return RedirectResponse("/golden", 303)


@router.get("/golden/approve")
def approve_page(
    request: Request, here: Here, caller: Judge, document: Annotated[str, Query(pattern=r"^[0-9a-f]{32}$")]
) -> Response:
    """The text a page should have, to be set right and approved."""
    found = document_of(here, document)
    known = golden.of_page(here.store.database, found.page_id)
    text = known.text if known is not None else found.document.text
    title = found.document.title or found.url or found.key
    target = {"action": "/golden/approve", "document": document, "back": f"/pages/{found.page_id}?document={document}"}
    language = found.document.language
    return page(request, "golden_text.html", known=known, text=text, title=title, language=language, target=target)


@router.post("/golden/approve")
def approve(here: Here, form: LongForm) -> Response:
    """Put it into the set."""
    try:
        golden.approve(here.store, form.get("document"), _text(form), by=form.caller.name)
    except (KeyError, BodyMissing):
        raise NotFound("Its raw page is not here any more, and without it nothing can be scored.") from None
    return RedirectResponse("/golden", 303)


@router.get("/golden/{golden_id}")
def edit_page(request: Request, here: Here, caller: Judge, golden_id: GoldenId) -> Response:
    """The approved text, to be set right."""
    known = golden.one_page(here.store.database, golden_id)
    if known is None:
        raise NotFound("There is no such page in the golden set.")
    target = {"action": f"/golden/{golden_id}", "document": "", "back": f"/pages/{known.page_id}" if known.page_id else ""}
    title = known.url or "A page without an address"
    return page(request, "golden_text.html", known=known, text=known.text, title=title, language=None, target=target)


@router.post("/golden/{golden_id}")
def edit(here: Here, form: LongForm, golden_id: GoldenId) -> Response:
    """Replace the text, or take the page out."""
    database = here.store.database
    if form.get("what") == "remove":
        there = golden.remove(database, golden_id, by=form.caller.name)
    else:
        there = golden.edit(database, golden_id, _text(form), by=form.caller.name)
    if not there:
        raise NotFound("There is no such page in the golden set.")
    return RedirectResponse("/golden", 303)


def _text(form: Sent) -> str:
    """Browsers send lines as they did on teleprinters."""
    return form.get("text").replace("\r\n", "\n").replace("\0", "\ufffd")
