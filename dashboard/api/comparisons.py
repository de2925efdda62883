"""Comparisons for programs: what was compared, what differs, on which pages."""

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from dashboard.auth import Reader
from dashboard.errors import NotFound, answers
from dashboard.service import Here, Service
from worker.quality import outcomes
from worker.quality.outcomes import Comparison

router = APIRouter(prefix="/v1/comparisons", tags=["comparisons"])

ComparisonId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Limit = Annotated[int, Query(ge=1, le=200)]


def form(found: Comparison) -> dict[str, Any]:
    return {**asdict(found), "at": found.at.isoformat()}


def comparison_of(here: Service, name: str) -> Comparison:
    """One of them; one that waits for its turn is not given up.

    Raises:
        NotFound: there is none.
    """
    found = outcomes.one_comparison(here.store.database, name)
    if found is None:
        raise NotFound("There is no such comparison.")
    return found if here.bench.progress(name) is None else replace(found, state="running")


@router.get("", responses=answers(401, 403, 422, 503))
def comparisons(here: Here, caller: Reader, limit: Limit = 50) -> dict[str, Any]:
    """The latest comparisons."""
    return {"rows": [form(one) for one in outcomes.comparisons(here.store.database, limit)]}


@router.get("/{comparison_id}", responses=answers(401, 403, 404, 422, 503))
def one_comparison(here: Here, caller: Reader, comparison_id: ComparisonId, limit: Limit = 200) -> dict[str, Any]:
    """One of them, with its pages: those that differ most first. `waiting` is 0 when it is done."""
    found = comparison_of(here, comparison_id)
    pages = outcomes.pages_of(here.store.database, comparison_id, limit)
    rows = [{**asdict(one), "better": one.better} for one in pages]
    waiting = int(found.state == "running")
    return {**form(found), "waiting": waiting, "done": found.pages, "of": found.total, "rows": rows}
