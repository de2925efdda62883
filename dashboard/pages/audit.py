"""The page of changes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from dashboard.api.audit import AuditFilter, entries_of
from dashboard.auth import Caller
from dashboard.pages.render import page
from dashboard.pages.viewer import viewer
from dashboard.service import Here

router = APIRouter(include_in_schema=False)


@router.get("/audit")
def audit_page(
    request: Request, here: Here, caller: Annotated[Caller, Depends(viewer("read"))], chosen: Annotated[AuditFilter, Query()]
) -> Response:
    rows, before = entries_of(here, chosen)
    return page(request, "audit.html", rows=rows, before=before, chosen=chosen)
