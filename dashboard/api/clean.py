"""Cleaning while you wait. Nothing is stored."""

import asyncio
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from cleaners.profile import Profile, names
from dashboard.api.intake import ONE
from dashboard.auth import Submitter
from dashboard.clean.engine import Order
from dashboard.errors import answers
from dashboard.reading.body import ContentEncoding, read
from dashboard.reading.decoder import Decoded
from dashboard.service import Here
from worker.intake import BadRow, PageRow
from worker.intake.row import body_of

router = APIRouter(prefix="/v1", tags=["clean"])

ProfileName = StrEnum("ProfileName", {name: name for name in names()})  # type: ignore[misc]

RESULT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The page's JSON form.",
        "content": {"application/json": {"schema": {"type": "object", "required": ["schema", "text", "drops"]}}},
    }
}


@router.post(
    "/clean",
    openapi_extra={"requestBody": ONE},
    response_class=Response,
    responses={**RESULT, **answers(400, 401, 403, 408, 413, 415, 422, 503)},
)
async def clean(
    request: Request,
    here: Here,
    caller: Submitter,
    encoding: ContentEncoding = "",
    profile: Annotated[ProfileName | None, Query(description="if left out, the one in force")] = None,
    markdown: Annotated[bool, Query(description="with the same words as Markdown")] = False,
    source_text: Annotated[bool, Query(description="with the text before cleaning")] = False,
) -> Response:
    """Clean one page in a supervised process and answer with its JSON form, or with the name of what is wrong with it."""

    def work(body: Decoded) -> Order:
        row = PageRow.read(body.whole())
        content, blob, _, content_type, coding = body_of(row, here.settings)
        if blob is not None or content is None:
            raise BadRow("By reference, pages are taken by /v1/pages only.")
        return Order(
            body=content,
            url=row.url,
            content_type=content_type,
            encoding=coding,
            profile=here.profile.now() if profile is None else Profile.load(str(profile)),
            markdown=markdown,
            source_text=source_text,
        )

    order = await read(request, here.settings, encoding, work)
    form = await asyncio.wrap_future(here.desk.ask(order))
    return Response(form, media_type="application/json")
