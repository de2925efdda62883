"""Reviews for programs: what waits, what was said, how good each rule is, and all of it to take away."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field, model_validator
from starlette.background import BackgroundTask

from cleaners.profile import REASONS
from dashboard.api.intake import NDJSON
from dashboard.auth import Reader, Reviewer
from dashboard.errors import ApiError, NotFound, answers
from dashboard.service import Here, Service
from worker.quality import outgoing, reviews, second, tasks
from worker.quality.reviews import Answer, RuleFigures

router = APIRouter(prefix="/v1/reviews", tags=["reviews"])

FRESH = 2.0  # seconds that figures may be old
TaskId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Limit = Annotated[int, Query(ge=1, le=500)]


class BadVerdict(ApiError):
    """This verdict does not fit the span."""

    status = 422


class VerdictRow(BaseModel):
    """What should become of a span; of the parts before and after `split_at`, if there is one."""

    model_config = {"extra": "forbid"}

    answer: Literal["keep", "drop", "unsure"] = Field(description="of the whole, or of the part after `split_at`")
    split_at: int | None = Field(None, ge=1, le=2**31 - 1, description="characters of the first part")
    answer_before: Literal["keep", "drop"] | None = Field(None, description="of the part before `split_at`")
    reason: str = Field("", max_length=60, description="kept text that should have gone: the reason it should have gone for")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.split_at is None) != (self.answer_before is None):
            raise ValueError("split_at and answer_before go together")
        if self.reason and self.reason not in REASONS:
            raise ValueError("there is no such reason")
        return self


class Given(BaseModel):
    """The verdict is kept."""

    id: str


def give(here: Service, task_id: str, verdict: VerdictRow, by: str) -> str:
    """Keep a verdict; its id.

    Raises:
        NotFound: there is no such task any more.
        BadVerdict: kept text is to go and nobody says why, or the split lies outside.
    """
    task = tasks.one_task(here.store.database, task_id)
    if task is None:
        raise NotFound("There is no such span to review; its page may have been deleted.")
    goes = "drop" in (verdict.answer, verdict.answer_before)
    if not task.reason and goes and not verdict.reason:
        raise BadVerdict("Say the reason for which this text should have gone.")
    said: Answer | tuple[int, Answer, Answer] = verdict.answer
    if verdict.split_at is not None and verdict.answer_before is not None:
        said = (verdict.split_at, verdict.answer_before, verdict.answer)
    reason = verdict.reason if goes and not task.reason else ""
    try:
        return reviews.answer(here.store.database, task_id, said, by=by, reason=reason)
    except ValueError as error:
        raise BadVerdict(str(error)) from error
    except KeyError as error:
        raise NotFound("There is no such span to review; its page may have been deleted.") from error


def rules_of(here: Service) -> list[RuleFigures]:
    return here.memory.get(("rules",), FRESH, lambda: reviews.rule_figures(here.store.database))


def plain(found: Any) -> dict[str, Any]:
    """A record as JSON has it."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(found).items()}


@router.get("/tasks", responses=answers(401, 403, 422, 503))
def review_tasks(
    here: Here, caller: Reader, limit: Limit = 20, after: Annotated[str, Query(max_length=64)] = ""
) -> dict[str, Any]:
    """Spans that wait for a verdict, the oldest first. Offsets are characters of the source text."""
    found = tasks.next_tasks(here.store.database, limit, after)
    return {"waiting": tasks.waiting(here.store.database), "rows": [plain(one) for one in found]}


@router.post("/tasks/{task_id}", responses=answers(400, 401, 403, 404, 422, 503))
def review_answer(here: Here, caller: Reviewer, task_id: TaskId, verdict: VerdictRow) -> Given:
    """Say what should become of a span. A later verdict takes the place of an earlier one; both are kept."""
    return Given(id=give(here, task_id, verdict, caller.name))


@router.get("/rules", responses=answers(401, 403, 503))
def review_rules(here: Here, caller: Reader) -> dict[str, Any]:
    """Precision and recall, with 95 % intervals: of the whole (no rule), then of each rule."""
    return {"rows": [plain(one) for one in rules_of(here)]}


@router.get("/verdicts", responses=answers(401, 403, 422, 503))
def review_verdicts(here: Here, caller: Reader, limit: Limit = 100) -> dict[str, Any]:
    """The latest verdicts."""
    return {"rows": [plain(one) for one in tasks.given(here.store.database, limit)]}


@router.get("/opinions", responses=answers(401, 403, 422, 503))
def review_opinions(here: Here, caller: Reader, limit: Limit = 50) -> dict[str, Any]:
    """Of the latest thousand pages that another extractor read too, those with the least agreement."""
    return {"rows": [plain(one) for one in second.disagreements(here.store.database, limit)]}


@router.get(
    "/rows",
    response_class=Response,
    responses={
        200: {"description": "A judged page a line.", "content": {NDJSON: {"schema": {"type": "string"}}}},
        **answers(401, 403, 503),
    },
)
def review_rows(here: Here, caller: Reviewer) -> Response:
    """All verdicts with their raw pages, as `python -m training --verdicts` reads them."""

    def lines() -> Iterator[bytes]:
        for row in outgoing.training_rows(here.store):
            yield json.dumps(row).encode() + b"\n"

    return StreamingResponse(lines(), media_type=NDJSON, headers=attachment("verdicts.jsonl"))


@router.get(
    "/fixtures",
    response_class=Response,
    responses={
        200: {"description": "A zip file.", "content": {"application/zip": {"schema": {"type": "string"}}}},
        **answers(401, 403, 503),
    },
)
def review_fixtures(here: Here, caller: Reviewer) -> Response:
    """All judged pages as cases in the form of `fixtures/pages`, in a zip file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it is sent
    outgoing.write_fixtures(here.store, file)
    size = file.tell()
    file.seek(0)
    headers = {**attachment("fixtures.zip"), "Content-Length": str(size)}
    parts = iter(lambda: file.read(256 * 1024), b"")
    return StreamingResponse(parts, media_type="application/zip", headers=headers, background=BackgroundTask(file.close))


def attachment(name: str) -> dict[str, str]:
    """A download under that name, which is ours."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
