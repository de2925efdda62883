"""What the scheduler does for quality, a short round at a time: watch, check, tell, draw, ask, score."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import structlog

from cleaners.profile import Profile
from worker.quality.alarms import to_tell
from worker.quality.golden import score_now
from worker.quality.overall import check
from worker.quality.reviews import draw_reviews
from worker.quality.second import second_opinions
from worker.quality.watch import watch
from worker.quality.webhook import send
from worker.store import Store
from worker.store.ids import now_ms

log = structlog.get_logger(__name__)

AT_ONCE = 500  # documents a round
CHECK_EVERY = 300.0  # seconds
GOLDEN_EVERY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an operator sets."""

    webhook: str = ""  # address; "" tells nobody
    webhook_secret: str = ""
    review_rate: float = 0.01  # share of documents of the highest interest that are drawn for review
    golden_floor: float = 0.85
    second_opinions: bool = True  # needs trafilatura


class Rounds:
    """One a scheduler. Each call is short; several schedulers do no harm but may tell twice."""

    def __init__(self, store: Store, profile: Profile, wishes: Wishes, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._profile = profile
        self._wishes = wishes
        self._clock = clock
        self._second = wishes.second_opinions and find_spec("trafilatura") is not None
        if wishes.second_opinions and not self._second:
            log.warning("no_second_opinions", install="pip install 'dehusk[metadata]'")
        self._check_due = clock()
        self._golden_due = clock() + GOLDEN_EVERY

    def round(self) -> bool:
        """Do what is due. True: there is more right now."""
        database = self._store.database
        looked = watch(database, AT_ONCE)
        looked = max(looked, second_opinions(self._store, AT_ONCE)) if self._second else looked
        looked = max(looked, draw_reviews(database, self._wishes.review_rate, AT_ONCE))
        if self._clock() >= self._check_due:
            self._check_due = self._clock() + CHECK_EVERY
            check(self._store)
        if self._clock() >= self._golden_due:
            self._golden_due = self._clock() + GOLDEN_EVERY
            score_now(database, self._profile, floor=self._wishes.golden_floor)
        self._tell()
        return looked >= AT_ONCE

    def _tell(self) -> None:
        for group in self._store.database.write(lambda connection: to_tell(connection, now_ms())):
            log.warning(
                "alarm", cause=group.cause, kinds=sorted({one.kind for one in group.alarms}), hosts=len(group.alarms)
            )
            if self._wishes.webhook:
                send(self._wishes.webhook, group, secret=self._wishes.webhook_secret)
