"""Judging spans: one at a time, by keyboard; and what the verdicts say of the rules."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from cleaners.profile import REASONS
from dashboard.api.reviews import BadVerdict, VerdictRow, give, rules_of
from dashboard.auth import Caller
from dashboard.errors import NotFound, ScopeMissing
from dashboard.pages.cuts import cuts
from dashboard.pages.forms import Sent, sent
from dashboard.pages.held import Held
from dashboard.pages.render import page
from dashboard.pages.viewer import viewer
from dashboard.service import Here
from worker.quality import second, tasks

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(viewer("read"))]
_judge, _reader = viewer("review"), viewer("read")


def _anybody(request: Request) -> Caller:
    """Who may judge, or at least look."""
    try:
        return _judge(request)
    except ScopeMissing:
        return _reader(request)


Anybody = Annotated[Caller, Depends(_anybody)]
Form = Annotated[Sent, Depends(sent("review"))]
Id = Annotated[str, Query(pattern=r"^([0-9a-f]{32})?$")]

AT_ONCE = 20  # spans looked through for one that nobody else has before them
held = Held()
ORDERS = {"keep_drop": ("keep", "drop"), "drop_keep": ("drop", "keep")}


@router.get("/review")
def review_page(
    request: Request,
    here: Here,
    caller: Anybody,
    task: Id = "",
    after: Id = "",
    last: Id = "",
    wrong: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The next span, or the one that was asked for; for those who may only look, what was found."""
    if not caller.may("review"):
        return RedirectResponse("/review/rules", 303)
    database = here.store.database
    waiting = () if task else tasks.next_tasks(database, AT_ONCE, after)
    found = tasks.one_task(database, task) if task else held.first(waiting, caller.key)
    if task and found is None:
        raise NotFound("There is no such span to review; its page may have been deleted.")
    return page(
        request,
        "review.html",
        task=found,
        cuts=cuts(found.text) if found is not None else (),
        waiting=tasks.waiting(database),
        after=after,
        last=last,
        wrong=wrong,
        reasons=sorted(REASONS),
        rate=here.settings.review_rate,
    )


@router.post("/review")
def review_sent(request: Request, here: Here, form: Form) -> Response:
    """Keep a verdict and go on."""
    task, said = form.get("task"), form.get("answer")
    fields: dict[str, object] = {"answer": said, "reason": form.get("reason")}
    if said == "split":
        before, after = ORDERS.get(form.get("order"), ("", ""))
        fields |= {"answer": after, "answer_before": before, "split_at": form.get("split_at")}
    try:
        give(here, task, VerdictRow.model_validate(fields), form.caller.name)
    except (ValidationError, BadVerdict):
        wrong = "reason" if not form.get("reason") and said != "split" else "split"
        return RedirectResponse(f"/review?task={_id(task)}&wrong={wrong}", 303)
    return RedirectResponse(f"/review?last={_id(task)}", 303)


@router.get("/review/rules")
def rules_page(request: Request, here: Here, caller: Viewer) -> Response:
    """Precision and recall of each rule."""
    whole, *rules = rules_of(here)
    return page(request, "review_rules.html", whole=whole, rules=rules, waiting=tasks.waiting(here.store.database))


@router.get("/review/verdicts")
def verdicts_page(request: Request, here: Here, caller: Viewer) -> Response:
    """Who said what; and all of it to take away."""
    found = tasks.given(here.store.database, 100)
    return page(request, "review_verdicts.html", found=found, waiting=tasks.waiting(here.store.database))


@router.get("/review/opinions")
def opinions_page(request: Request, here: Here, caller: Viewer) -> Response:
    """Where another extractor sees it otherwise."""
    found = second.disagreements(here.store.database)
    return page(request, "review_opinions.html", found=found, waiting=tasks.waiting(here.store.database))


def _id(task: str) -> str:
    """An id that may stand in an address."""
    if not (len(task) == 32 and task.isalnum() and task.isascii()):
        raise NotFound("There is no such span to review.")
    return task
