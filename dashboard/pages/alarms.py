"""The page of alarms, and what its buttons do."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.api.alarms import LONGEST_SNOOZE, NothingOpen, after
from dashboard.auth import Caller
from dashboard.errors import BadRequest
from dashboard.figures.alarms import alarms
from dashboard.pages.forms import Sent, sent
from dashboard.pages.render import page
from dashboard.pages.viewer import inward, viewer
from dashboard.service import Here
from worker.quality.alarms import acknowledge, snooze

router = APIRouter(include_in_schema=False)
Viewer = Annotated[Caller, Depends(viewer("read"))]
Form = Annotated[Sent, Depends(sent("review"))]


class Show(StrEnum):
    """Which alarms."""

    open = "open"
    week = "week"
    month = "month"
    quarter = "quarter"


LABEL = {Show.open: "open", Show.week: "last 7 days", Show.month: "last 30 days", Show.quarter: "last 90 days"}
DAYS = {Show.week: 7, Show.month: 30, Show.quarter: 90}
SNOOZE = {"1": "1 hour", "8": "8 hours", "24": "1 day", "168": "7 days"}


@router.get("/alarms")
def alarms_page(
    request: Request,
    here: Here,
    caller: Viewer,
    show: Show = Show.open,
    host: Annotated[str, Query(max_length=255)] = "",
) -> Response:
    since = None if show is Show.open else datetime.now(UTC) - timedelta(days=DAYS[show])
    found = alarms(here.store.database, open_only=show is Show.open, host=host.strip().lower() or None, since=since)
    told = bool(here.settings.webhook)
    return page(
        request,
        "alarms.html",
        found=found,
        show=show.value,
        shows=LABEL,
        host=host,
        snoozes=SNOOZE,
        told=told,
    )


@router.post("/alarms/acknowledge")
async def acknowledge_page(here: Here, form: Form) -> Response:
    def act() -> int:
        return acknowledge(here.store.database, form.get("cause"), by=form.caller.name, at=datetime.now(UTC))

    return _back(form, await run_in_threadpool(act))


@router.post("/alarms/snooze")
async def snooze_page(here: Here, form: Form) -> Response:
    try:
        hours = float(form.get("hours"))
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= LONGEST_SNOOZE:
        raise BadRequest(f"Hours are a number from 0 to {LONGEST_SNOOZE}.")

    def act() -> int:
        return snooze(here.store.database, form.get("cause"), by=form.caller.name, until=after(hours))

    return _back(form, await run_in_threadpool(act))


def _back(form: Sent, changed: int) -> Response:
    if not changed:
        raise NothingOpen("It may have ended meanwhile.")
    return RedirectResponse(inward(form.get("back", "/alarms")), 303)
