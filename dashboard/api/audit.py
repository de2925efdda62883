"""Who changed what: reviews, rules, profiles, tokens, alarms, deletions."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from dashboard.api.documents import sane
from dashboard.auth import Reader
from dashboard.errors import answers
from dashboard.service import Here, Service
from worker.store.audit import Entry as Row

router = APIRouter(prefix="/v1", tags=["figures"])


class Entry(BaseModel):
    """One change."""

    id: int
    at: datetime
    by: str = Field(description="a token's name, a person that a proxy signed in, a user of the machine")
    action: str = Field(examples=["rule.disabled"])
    subject: str = Field(description="what was changed: an id or a name")
    detail: dict[str, JsonValue]


class Entries(BaseModel):
    """Changes, the latest first."""

    rows: list[Entry]
    before: int | None = Field(description="ask again with it for earlier ones; null: these were the first")


class AuditFilter(BaseModel):
    """Which changes."""

    model_config = ConfigDict(extra="forbid")

    action: str | None = Field(None, max_length=100, description="`rule.disabled`, or `rule` for all about rules")
    by: str | None = Field(None, max_length=200)
    since: AwareDatetime | None = None
    before: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(100, ge=1, le=1000)


def entries_of(here: Service, chosen: AuditFilter) -> tuple[list[Row], int | None]:
    """The chosen ones, and from where to go on."""
    found = here.store.audit(
        before=chosen.before,
        action=chosen.action or None,
        by=chosen.by or None,
        since=sane(chosen.since),
        limit=chosen.limit,
    )
    return found, found[-1].id if len(found) == chosen.limit else None


@router.get("/audit", responses=answers(401, 403, 422, 503))
def audit(here: Here, caller: Reader, chosen: Annotated[AuditFilter, Query()]) -> Entries:
    """What people changed, the latest first."""
    rows, before = entries_of(here, chosen)
    return Entries(rows=[Entry(**row._asdict()) for row in rows], before=before)
