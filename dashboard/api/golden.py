"""The golden set for programs: its pages, its scores over time."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from dashboard.api.reviews import plain
from dashboard.auth import Reader, Reviewer
from dashboard.errors import NotFound, answers
from dashboard.service import Here, Service
from worker.quality import golden

router = APIRouter(prefix="/v1/golden", tags=["golden set"])

SCORING = "golden"  # its name on the bench
GoldenId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class Removed(BaseModel):
    """A page that was in the set."""

    removed: str


def history_of(here: Service, limit: int = 200) -> dict[str, Any]:
    """Scores, the oldest first, as the chart has them."""
    scores = golden.history(here.store.database, limit)[::-1]
    progress = here.bench.progress(SCORING)
    return {
        "floor": here.settings.golden_floor,
        "waiting": 0 if progress is None else 1,
        "done": progress[0] if progress else 0,
        "of": progress[1] if progress else 0,
        "times": [round(one.at.timestamp()) for one in scores],
        "scores": [plain(one) for one in scores],
    }


def score(here: Service) -> None:
    """Have the golden set scored when its turn comes."""
    profile = here.profile.now()
    floor = here.settings.golden_floor
    database = here.store.database
    here.bench.put(SCORING, lambda tell: golden.score_now(database, profile, floor=floor, progress=tell))


@router.get("", responses=answers(401, 403, 503))
def golden_pages(here: Here, caller: Reader) -> dict[str, Any]:
    """The pages with their approved texts, the latest first."""
    return {"rows": [plain(one) for one in golden.golden_pages(here.store.database)]}


@router.get("/scores", responses=answers(401, 403, 422, 503))
def golden_scores(here: Here, caller: Reader, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> dict[str, Any]:
    """The latest scores in the order of time, the floor, and how far a run is that somebody asked for."""
    return history_of(here, limit)


@router.delete("/{golden_id}", responses=answers(401, 403, 404, 422, 503))
def golden_remove(here: Here, caller: Reviewer, golden_id: GoldenId) -> Removed:
    """Take a page out of the set. The page itself stays."""
    if not golden.remove(here.store.database, golden_id, by=caller.name):
        raise NotFound("There is no such page in the golden set.")
    return Removed(removed=golden_id)
