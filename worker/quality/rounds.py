"""What the scheduler does for quality, a short round at a time: watch, check, tell, draw, ask, score."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import structlog

from cleaners.profile import Profile
from worker.quality.alarms import to_tell, untold
from worker.quality.golden import is_due, score_now
from worker.quality.overall import check
from worker.quality.reviews import draw_reviews
from worker.quality.second import Opinions
from worker.quality.watch import watch
from worker.quality.webhook import send
from worker.settings import Settings
from worker.store import Store
from worker.store.ids import now_ms

log = structlog.get_logger(__name__)

AT_ONCE = 500  # documents a round
PAUSE = 5.0  # seconds between two rounds that found less than that
CHECK_EVERY = 300.0
TELL_AGAIN = 300.0  # after a webhook that did not answer
AFTER_FAULT = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an operator sets."""

    webhook: str = ""  # address; "" tells nobody
    webhook_secret: str = ""
    review_rate: float = 0.01  # share of documents of the highest interest that are drawn for review
    golden_floor: float = 0.85
    second_opinions: bool = True  # needs trafilatura

    @classmethod
    def of(cls, settings: Settings) -> "Wishes":
        return cls(
            webhook=settings.webhook or "",
            webhook_secret=settings.webhook_secret or "",
            review_rate=settings.review_rate,
            golden_floor=settings.golden_floor,
            second_opinions=settings.second_opinions,
        )


class Rounds:
    """One a scheduler. Each call is short, but for a golden set that is scored and a webhook that does not answer."""

    def __init__(
        self,
        store: Store,
        profile: Callable[[], Profile],
        wishes: Wishes,
        *,
        stop: threading.Event | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._profile = profile
        self._wishes = wishes
        self._stop = stop or threading.Event()
        self._clock = clock
        here = find_spec("trafilatura") is not None
        self._second = Opinions(store) if wishes.second_opinions and here else None
        if wishes.second_opinions and not here:
            log.info("no_second_opinions", install="pip install 'dehusk[metadata]'")
        self._check_due = self._tell_due = clock()

    def round(self) -> bool:
        """Do what is due. True: there is more right now."""
        database = self._store.database
        looked = watch(database, AT_ONCE)
        self._tell()
        if self._second is not None:
            looked = max(looked, self._second.ask_next(AT_ONCE, self._stop.is_set))
        looked = max(looked, draw_reviews(database, self._wishes.review_rate, AT_ONCE))
        if self._clock() >= self._check_due:
            self._check_due = self._clock() + CHECK_EVERY
            check(self._store)
            if is_due(database):
                score_now(database, self._profile(), floor=self._wishes.golden_floor)
            self._tell()
        return looked >= AT_ONCE

    def run(self) -> None:
        """Round after round until told to stop. A fault is logged, and the next round tries again."""
        while not self._stop.is_set():
            try:
                pause = 0.0 if self.round() else PAUSE
            except Exception:  # whatever it is: it must end neither the watch for good nor the scheduler around it
                log.exception("quality_round_failed")
                pause = AFTER_FAULT
            self._stop.wait(pause)
        if self._second is not None:
            self._second.close()

    def _tell(self) -> None:
        """Tell of new causes. What the other side did not take is told later, as long as it is open."""
        if self._clock() < self._tell_due or self._stop.is_set():
            return
        now = now_ms()
        groups = self._store.database.write(lambda connection: to_tell(connection, now))
        for at, group in enumerate(groups):
            log.warning(
                "alarm", cause=group.cause, kinds=sorted({one.kind for one in group.alarms}), hosts=len(group.alarms)
            )
            if self._wishes.webhook and not send(
                self._wishes.webhook, group, secret=self._wishes.webhook_secret, wait=self._stop.wait
            ):
                left = [one.cause for one in groups[at:]]
                self._store.database.write(lambda connection: untold(connection, left, now))  # noqa: B023  # run here
                self._tell_due = self._clock() + TELL_AGAIN
                return


def start(settings: Settings, store: Store, profile: Callable[[], Profile], stop: threading.Event) -> threading.Thread:
    """Rounds in a thread of their own, until `stop`. It holds nothing that is lost when the program ends around it."""
    thread = threading.Thread(target=Rounds(store, profile, Wishes.of(settings), stop=stop).run, name="quality", daemon=True)
    thread.start()
    return thread
