"""Results out, and pages away: a page with its history, the feed of documents, listings, takedowns."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from dashboard.api.forms import document_form, page_form, revision_form
from dashboard.api.intake import NDJSON
from dashboard.auth import Admin, Reader
from dashboard.errors import ApiError, NotFound, answers
from dashboard.service import Here
from worker.store.nouns import Where

router = APIRouter(prefix="/v1", tags=["results"])

State = Literal["received", "cleaning", "clean", "rejected", "dead"]
PageId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$", description="of a page or of a revision")]


class PickOne(ApiError):
    """Name exactly one: `url` or `host`."""

    status = 422


class Deleted(BaseModel):
    """What a deletion took away."""

    deleted: int = Field(description="pages, with their texts, bodies and history")


class Filter(BaseModel):
    """Which documents or pages; what is left out does not matter."""

    model_config = {"extra": "forbid"}

    url: str | None = Field(None, max_length=4096)
    host: str | None = Field(None, max_length=255, description="that host, not those below it")
    source: str | None = Field(None, max_length=100)
    since: AwareDatetime | None = Field(None, description="at this time or later")
    until: AwareDatetime | None = Field(None, description="before this time")
    cursor: str | None = Field(None, max_length=500, description="from an earlier answer: go on from there")
    limit: int = Field(100, ge=1, le=1000)

    @model_validator(mode="before")
    @classmethod
    def _left_out(cls, given: Any) -> Any:
        """A field that a form leaves empty is not asked for."""
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, dict) else given

    def where(self, **more: Any) -> Where:
        return Where(
            url=self.url, host=self.host, source=self.source, since=sane(self.since), until=sane(self.until), **more
        )


class DocumentFilter(Filter):
    """Which documents."""

    state: State | None = Field(None, description="of the revision that the document belongs to")
    language: str | None = Field(None, max_length=10)
    verdict: str | None = Field(None, max_length=40)
    cleaner_version: str | None = Field(None, max_length=100)
    current: bool = Field(False, description="only what is a page's present text")


class PageFilter(Filter):
    """Which pages."""

    state: State | None = None
    error: str | None = Field(None, max_length=100, description="name of what was wrong with the page")
    verdict: str | None = Field(None, max_length=40, description="of its document")
    language: str | None = Field(None, max_length=10, description="of its document")
    cleaner_version: str | None = Field(None, max_length=100, description="that made a document of it")

    def wanted(self) -> Where:
        made = {"verdict": self.verdict, "language": self.language, "cleaner_version": self.cleaner_version}
        return self.where(state=self.state, error=self.error, **made)


@router.get("/pages/{page_id}", responses=answers(401, 403, 404, 422, 503))
def page(here: Here, caller: Reader, page_id: PageId) -> dict[str, Any]:
    """A page: its state, what happened to it, and its present document."""
    found = here.store.page(page_id)
    if found is None:
        raise NotFound
    current = here.store.document(found.current_document) if found.current_document else None
    return page_form(found, current)


@router.get("/pages", responses=answers(401, 403, 422, 503))
def pages(here: Here, caller: Reader, chosen: Annotated[PageFilter, Query()]) -> dict[str, Any]:
    """Pages in any state, newest first. `cursor` is null at the end."""
    found = here.store.revisions(chosen.wanted(), chosen.cursor, chosen.limit)
    return {"rows": [revision_form(row) for row in found.rows], "cursor": found.cursor}


@router.get(
    "/documents",
    response_class=Response,
    responses={
        200: {
            "description": "A document a line; the last line has `cursor`, to go on from, and `more`.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        **answers(401, 403, 422, 503),
    },
)
def documents(here: Here, caller: Reader, chosen: Annotated[DocumentFilter, Query()]) -> Response:
    """Documents in the order in which they were stored: whoever keeps the cursor and asks again misses none."""
    where = chosen.where(
        state=chosen.state,
        language=chosen.language,
        verdict=chosen.verdict,
        cleaner_version=chosen.cleaner_version,
        current=chosen.current,
    )
    feed = here.store.documents(where, chosen.cursor, chosen.limit)
    rows = [*map(document_form, feed.documents), {"cursor": feed.cursor, "more": feed.more}]
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return Response(body.encode("utf-8", "replace"), media_type=NDJSON)


@router.get("/deleted", responses=answers(401, 403, 422, 503))
def deleted(
    here: Here,
    caller: Reader,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> dict[str, Any]:
    """Pages that were taken down, in order: whoever copies documents follows this too."""
    found = here.store.deleted(cursor or None, limit)
    rows = [{"page_id": row.page_id, "at": row.at.isoformat()} for row in found.rows]
    return {"rows": rows, "cursor": found.cursor, "more": found.more}


@router.delete("/pages/{page_id}", response_model=Deleted, responses=answers(401, 403, 404, 422, 503))
def delete_page(here: Here, caller: Admin, page_id: PageId) -> Response:
    """Take one page down: text, body, account, revisions and metadata are gone."""
    count = here.store.delete(page_id=page_id, by=caller.name)
    if not count:
        raise NotFound
    return JSONResponse({"deleted": count})


@router.delete("/pages", response_model=Deleted, responses=answers(401, 403, 422, 503))
def delete_pages(
    here: Here,
    caller: Admin,
    url: Annotated[str | None, Query(min_length=1, max_length=4096)] = None,
    host: Annotated[str | None, Query(min_length=1, max_length=255)] = None,
) -> Response:
    """Take down all pages of a URL or of a host."""
    if (url is None) == (host is None):
        raise PickOne
    return JSONResponse({"deleted": here.store.delete(url=url, host=host, by=caller.name)})


def sane(time: datetime | None) -> datetime | None:
    """Times at the ends of the calendar have no place in every zone; nothing was stored then."""
    if time is None or 1900 <= time.year <= 2200:
        return time
    return time.replace(year=1900 if time.year < 1900 else 2200, month=1, day=1)
