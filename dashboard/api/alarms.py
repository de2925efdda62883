"""Alarms for programs: what is wrong, and that somebody has seen to it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from dashboard.api.documents import sane
from dashboard.auth import Reader, Reviewer
from dashboard.errors import ApiError, answers
from dashboard.figures.alarms import alarms
from dashboard.service import Here
from worker.quality.alarms import acknowledge, snooze

router = APIRouter(prefix="/v1/alarms", tags=["alarms"])

LONGEST_SNOOZE = 31 * 24  # hours
Earliest = Annotated[AwareDatetime | None, Query(description="opened then or later; what is open now comes in any case")]


class NothingOpen(ApiError):
    """There is no open alarm of this cause."""

    status = 404


class Seen(BaseModel):
    """A cause that somebody has seen to."""

    model_config = {"extra": "forbid"}

    cause: str = Field(min_length=1, max_length=500)


class Snoozed(Seen):
    """A cause of which nothing is to be told for a while."""

    hours: float = Field(ge=0, le=LONGEST_SNOOZE, description="0 ends it")


class Changed(BaseModel):
    """How many open alarms it concerned."""

    alarms: int


@router.get("", responses=answers(401, 403, 422, 503))
def alarms_(
    here: Here,
    caller: Reader,
    everything: Annotated[bool, Query(description="those that are over too")] = False,
    host: Annotated[str | None, Query(max_length=255)] = None,
    since: Earliest = None,
) -> dict[str, Any]:
    """Alarms by cause, the latest first: what fired them, whom they concern, what to do."""
    return alarms(here.store.database, open_only=not everything, host=host or None, since=sane(since))


@router.post("/acknowledge", response_model=Changed, responses=answers(401, 403, 404, 422, 503))
def acknowledged(here: Here, caller: Reviewer, said: Seen) -> Changed:
    """Somebody has seen to all that is open of a cause: nothing more is told of it."""
    return _changed(acknowledge(here.store.database, said.cause, by=caller.name, at=datetime.now(UTC)))


@router.post("/snooze", response_model=Changed, responses=answers(401, 403, 404, 422, 503))
def snoozed(here: Here, caller: Reviewer, said: Snoozed) -> Changed:
    """Nothing is told of a cause for some hours."""
    return _changed(snooze(here.store.database, said.cause, by=caller.name, until=after(said.hours)))


def after(hours: float) -> datetime | None:
    """The end of a snooze; None for none."""
    return datetime.now(UTC) + timedelta(hours=hours) if hours else None


def _changed(count: int) -> Changed:
    if not count:
        raise NothingOpen
    return Changed(alarms=count)
