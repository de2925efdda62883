"""Two ways to clean side by side; one of them put in force, or taken back."""

import asyncio
import json
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from cleaners.errors import BadProfile, CleanError
from cleaners.page import WHITE_SPACE, Drop
from cleaners.profile import REASONS, names
from dashboard.api.comparisons import ComparisonId, comparison_of
from dashboard.auth import Caller
from dashboard.clean.engine import Order
from dashboard.errors import BadRequest, NotFound
from dashboard.pages.forms import Sent, sent
from dashboard.pages.render import page
from dashboard.pages.viewer import viewer
from dashboard.service import Here, Service
from dashboard.worddiff import told
from worker.quality import compare, outcomes, ways
from worker.quality.outcomes import Compared, Comparison
from worker.quality.sample import KINDS as SAMPLES
from worker.quality.sample import MOST, Chosen, Sample
from worker.quality.trial import Made
from worker.quality.ways import Way
from worker.store.errors import NoSuchChange

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(viewer("read"))]
LONGEST = 1024 * 1024  # bytes of a form with two profiles in it
Form = Annotated[Sent, Depends(sent("review", LONGEST))]
AdminForm = Annotated[Sent, Depends(sent("admin"))]
Short = Annotated[str, Query(max_length=100)]

Number = Annotated[int, Path(ge=0, le=1_000_000)]

COUNTS = (20, 50, 100, 200, 500)


@router.get("/compare")
def compare_page(
    request: Request,
    here: Here,
    caller: Viewer,
    left: Short = "now",
    right: Short = "packaged",
    rule: Short = "",
    profile: Short = "",
    sample: Short = "",
    host: Annotated[str, Query(max_length=255)] = "",
) -> Response:
    """What is in force, what was compared, and a form for the next comparison."""
    given = {"left": left, "right": right, "rule": rule, "profile": profile, "sample": sample, "host": host}
    return _begin_page(request, here, given)


def _begin_page(request: Request, here: Service, given: dict[str, str], problem: str = "") -> Response:
    return page(
        request,
        "compare.html",
        422 if problem else 200,
        given=given,
        problem=problem,
        found=outcomes.comparisons(here.store.database, 30),
        changes=here.store.changes(),
        runs=[run for run in here.store.reclean_runs(10) if run.done],
        profiles=names(),
        reasons=sorted(REASONS),
        counts=COUNTS,
        base=here.settings.profile,
    )


@router.post("/compare")
def begin(request: Request, here: Here, form: Form) -> Response:
    """Compare."""
    try:
        left, right, sample = _way(form, "left"), _way(form, "right"), _sample(form)
        if sample.kind == "run":
            left, right = Way("before"), Way("after")
        if left == right:
            raise BadProfile("Both sides are the same: choose two ways to clean.")
        for way in (left, right):
            way.check(here.settings.profile)
    except BadProfile as error:
        given = {"left": "now", "right": "packaged", "rule": "", "profile": "", "sample": "", "host": ""}
        return _begin_page(request, here, {**given, **form.fields}, problem=error.detail)
    name = compare.begin(here.store, left, right, sample, by=form.caller.name)
    here.bench.put(name, lambda tell: compare.run(here.store, name, progress=tell))
    return RedirectResponse(f"/compare/{name}", 303)


def _way(form: Sent, side: str) -> Way:
    kind = form.get(side, "now")
    if kind not in ways.KINDS:
        raise BadRequest("There is no such way to clean.")
    if kind == "packaged":
        return Way("packaged", form.get(f"{side}_profile"))
    if kind == "without":
        return Way("without", form.get(f"{side}_rule"))
    if kind == "own":
        return Way("own", "own", form.get(f"{side}_toml").replace("\r\n", "\n"))
    return Way(kind)


def _sample(form: Sent) -> Sample:
    kind, count = form.get("sample", "pages"), form.get("count", "100")
    if kind not in SAMPLES or not (count.isdecimal() and 1 <= int(count[:9]) <= MOST):
        raise BadRequest("There is no such sample.")
    run = form.get("run") if kind == "run" else ""
    if kind == "run" and not run:
        raise BadProfile("Choose a run of cleaning again; there was none yet if the list is empty.")
    return Sample(cast(Any, kind), int(count), form.get("host").strip()[:255] if kind == "pages" else "", run)


@router.get("/compare/{comparison_id}")
def comparison_page(request: Request, here: Here, caller: Viewer, comparison_id: ComparisonId) -> Response:
    """What a comparison found."""
    found = comparison_of(here, comparison_id)
    pages = outcomes.pages_of(here.store.database, comparison_id)
    return page(request, "comparison.html", found=found, pages=pages, changes=here.store.changes())


@router.post("/compare/{comparison_id}/use")
def use(here: Here, form: AdminForm, comparison_id: ComparisonId) -> Response:
    """Put one side in force."""
    found = comparison_of(here, comparison_id)
    way = found.left if form.get("side") == "left" else found.right
    if not way.can_be_made_current:
        raise BadRequest("This cannot be put in force.")
    note = form.get("note").strip()[:500] or f"after comparison {comparison_id}"
    way.make_current(here.store, by=form.caller.name, note=note)
    return RedirectResponse("/compare#force", 303)


@router.post("/compare/undo")
def undo(here: Here, form: AdminForm) -> Response:
    """Take a change back."""
    try:
        here.store.undo_change(int(form.get("change")), by=form.caller.name)
    except (NoSuchChange, ValueError, OverflowError):
        raise NotFound("There is no such change in force.") from None
    return RedirectResponse("/compare#force", 303)


@router.get("/compare/{comparison_id}/{number}")
async def compared_page(
    request: Request, here: Here, caller: Viewer, comparison_id: ComparisonId, number: Number, whole: bool = False
) -> Response:
    """One page, cleaned both ways again, word by word."""
    found = await run_in_threadpool(comparison_of, here, comparison_id)
    one = await run_in_threadpool(outcomes.one_page, here.store.database, comparison_id, number)
    if one is None:
        raise NotFound("There is no such page in this comparison; it may have been deleted.")
    left, right = await _made(here, found, one)

    def answer() -> Response:
        return page(
            request,
            "compared.html",
            found=found,
            one=one,
            left=left,
            right=right,
            removed=_removed(left, right),
            **told(left.text, right.text, whole),
        )

    return await run_in_threadpool(answer)


async def _made(here: Service, found: Comparison, one: Compared) -> list[Made]:
    """Both texts, stored or cleaned anew."""
    chosen = Chosen(one.page_id, one.revision_id, one.golden_id, one.left_document, one.right_document)
    changes = await run_in_threadpool(here.store.changes)
    made: list[Made] = []
    for way, stored in ((found.left, one.left_document), (found.right, one.right_document)):
        if not way.cleans:
            made.append(await run_in_threadpool(compare.stored, here.store, chosen, stored))
            continue
        trial = await run_in_threadpool(compare.trial, here.store, chosen)
        if trial is None:
            made.append(Made("", (), "", "body_missing"))
            continue
        order = Order(
            body=trial.body,
            url=trial.url or None,
            content_type=trial.content_type,
            encoding=trial.encoding,
            profile=way.profile(here.settings.profile, changes),
        )
        try:
            answer: bytes = await asyncio.wrap_future(here.desk.ask(order))
        except CleanError as error:
            made.append(Made("", (), "", error.name))
        else:
            form = json.loads(answer)
            drops = tuple(Drop(**drop) for drop in form["drops"] if drop["field"] == "text")
            made.append(Made(form["text"], drops, form["cleaner_version"]))
    return made


def _removed(left: Made, right: Made) -> list[tuple[str, Drop]]:
    """What one side removed and the other did not: (side, drop), in the order of the text."""
    if left.error or right.error or left.source != right.source:
        return []
    mine = {(drop.start, drop.end): drop for drop in left.drops if drop.reason != WHITE_SPACE}
    theirs = {(drop.start, drop.end): drop for drop in right.drops if drop.reason != WHITE_SPACE}
    found = [("left", drop) for place, drop in mine.items() if place not in theirs]
    found += [("right", drop) for place, drop in theirs.items() if place not in mine]
    return sorted(found, key=lambda one: one[1].start)[:200]
