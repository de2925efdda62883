"""Pages in: one by one, or thousands in a request. 202 means stored."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from dashboard.api.rows import Intake, form, store
from dashboard.auth import Submitter
from dashboard.errors import ApiError, Problem, answers, failure
from dashboard.reading.body import ContentEncoding, read
from dashboard.reading.decoder import Decoded
from dashboard.reading.lines import lines
from dashboard.service import Here
from worker.intake import PageRow, submission_of
from worker.store.nouns import Submission

NDJSON = "application/x-ndjson"
STORE_PAUSE = "5"

router = APIRouter(prefix="/v1", tags=["intake"])


class Taken(BaseModel):
    """The page is stored and will be cleaned."""

    page_id: str
    revision_id: str
    state: str = Field(description="received, cleaning, clean, rejected or dead")
    new: bool = Field(description="false: this very page had come before, and this is the first answer")


class TakenRow(BaseModel):
    """A line of the answer to a batch: what became of one row."""

    row: int = Field(description="the row's place in the batch, from 0, empty lines not counted")
    page_id: str | None = None
    revision_id: str | None = None
    state: str | None = None
    new: bool | None = None
    error: Problem | None = None


ONE = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PageRow"}}}}
MANY = {"required": True, "content": {NDJSON: {"schema": {"type": "string", "description": "a PageRow a line"}}}}


@router.post(
    "/pages",
    status_code=202,
    response_model=Taken,
    openapi_extra={"requestBody": ONE},
    responses=answers(400, 401, 403, 408, 413, 415, 422, 503),
)
async def submit(request: Request, here: Here, caller: Submitter, encoding: ContentEncoding = "") -> Response:
    """Store one page. Sending it again does no work twice and gives the first answer."""

    def work(body: Decoded) -> dict[str, Any]:
        here.pressure.check()
        submission: Submission = submission_of(PageRow.read(body.whole()), here.settings)
        return form(store(here, [submission])[0])

    answer = await read(request, here.settings, encoding, work)
    return JSONResponse(answer, 422 if "error" in answer else 202)


@router.post(
    "/pages:batch",
    status_code=202,
    response_class=Response,
    openapi_extra={"requestBody": MANY},
    responses={
        202: {
            "description": "A line for each row.",
            "content": {NDJSON: {"schema": {"$ref": "#/components/schemas/TakenRow"}}},
        },
        **answers(401, 403),
        **{
            status: {
                "description": f"{why} Rows that have a line are answered for; send the others again.",
                "content": {NDJSON: {"schema": {"$ref": "#/components/schemas/TakenRow"}}},
            }
            for status, why in (
                (400, "The body is damaged."),
                (408, "The body came too slowly."),
                (413, "The body is too large."),
                (415, "The compression is not known."),
                (503, "Too much is waiting."),
            )
        },
    },
)
async def submit_batch(request: Request, here: Here, caller: Submitter, encoding: ContentEncoding = "") -> Response:
    """Store pages, one row of JSON a line, and answer with a line for each.

    Rows are stored while the request comes in. Whatever the status, a row with a line in the answer is settled: stored,
    or refused with an error. What has no line was not taken, and the last line says why.
    """
    intake = Intake(here)
    longest = 2 * here.settings.max_page_bytes + 64 * 1024  # Base64 and escapes included

    def work(body: Decoded) -> None:
        here.pressure.check()
        intake.take(lines(body, longest))

    try:
        await read(request, here.settings, encoding, work)
    except ApiError as error:
        intake.stop = error
    if intake.stop is None:
        return Response(intake.written(), 202, media_type=NDJSON)
    if isinstance(intake.stop, ApiError):
        status, headers, permanent = intake.stop.status, intake.stop.headers, intake.stop.permanent
    else:
        status, headers, permanent = 503, {"Retry-After": STORE_PAUSE}, False
    last = json.dumps(failure(intake.stop.name, str(intake.stop), permanent)).encode() + b"\n"
    return Response(intake.written() + last, status, headers, media_type=NDJSON)
