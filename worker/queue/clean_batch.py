"""A message's pages, cleaned and stored: claim, clean under supervision, finish, in small groups. No Celery in here.

A page that hangs, eats memory or crashes takes its cleaning process with it, and nothing else. A page that takes this
very process with it is told apart from its neighbours by being tried alone the next time.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import chain

import structlog

from cleaners.errors import MemoryLimit, TimeLimit, WorkerDied
from cleaners.profile import Profile
from worker.pool import NOT_YET, Answer, EngineFault, Pool, PoolBroken
from worker.pool.flow import Pause
from worker.queue import engine
from worker.queue.changes import CurrentProfile
from worker.queue.engine import Found, Order, order, warm_up
from worker.queue.stopping import Stopping
from worker.settings import Settings
from worker.store import Store
from worker.store.errors import StoreUnavailable
from worker.store.nouns import Job, Outcome

log = structlog.get_logger(__name__)

GROUP = 16  # pages claimed together, and so many stored together at most
AHEAD = 2  # pages still to be answered when the next ones are claimed, so that the cleaning process need not wait
BATCH_SECONDS = 20.0  # a task takes on no more pages after this, and hands the rest back
FLUSH_SECONDS = 1.0  # a cleaned page is stored after this, though its group goes on
STORE_SECONDS = 60.0  # so long cleaned pages wait for a store that does not answer
RETRY_SECONDS = 0.5

# Their cause may be the machine's state and not the page, so these pages are tried again.
AGAIN = (TimeLimit, MemoryLimit, WorkerDied, EngineFault)


class Stopped(Exception):
    """The worker is going, and the page at hand has had its time."""


class BatchCleaner:
    """What one worker process cleans with. One thread at a time."""

    def __init__(self, store: Store, settings: Settings, worker: str, stopping: Stopping) -> None:
        self._store = store
        self._settings = settings
        self._worker = worker
        self._stopping = stopping
        self._profile = CurrentProfile(settings.profile, store.changes)
        self._pool: Pool[Order, Found] | None = None
        self._made_for = ""

    def batch(self, ids: Sequence[str]) -> list[list[str]]:
        """Clean these pages. Returns what is to be sent again, a message each: pages not come to, pages to try alone.

        Raises:
            StoreUnavailable: nothing more could be claimed; what was claimed is stored or handed back.
        """
        flow = _Flow(ids, time.monotonic() + BATCH_SECONDS)
        orders = self._orders(flow)
        first = next(orders, None)
        if first is not None:  # a message whose pages are all done needs no cleaning process
            self._clean(flow, chain((first,), orders))
        if flow.trouble is not None:
            raise flow.trouble
        left = [*flow.held, *ids[flow.at :]]
        return [*flow.again, left] if left else flow.again

    def close(self) -> None:
        """End the cleaning process."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _clean(self, flow: "_Flow", orders: Iterator[Order | Pause]) -> None:
        """Clean and store pages as they are claimed; what is held at the end was handed back."""
        try:
            with closing(self._current_pool().map(orders, ordered=False)) as answers:
                for answer in answers:
                    flow.answered(answer)
                    if len(flow.outcomes) >= GROUP or time.monotonic() - flow.flushed > FLUSH_SECONDS:
                        self._finish(flow)
                    if self._stopping.is_set() or time.monotonic() > flow.ends:
                        break
        except Stopped:
            log.info("page_interrupted", worker=self._worker)
        except PoolBroken as error:
            log.error("pool_broken", error=str(error), worker=self._worker)
            self.close()
            raise
        finally:
            self._finish(flow)
            if flow.held:
                self._hand_back(list(flow.held.values()))

    def _orders(self, flow: "_Flow") -> Iterator[Order | Pause]:
        """The pages, claimed as they are needed, and a look around every 20 ms until all are answered."""
        for start in range(0, len(flow.ids), GROUP):
            while flow.waiting > AHEAD:
                yield self._pause(flow)
            if self._stopping.is_set() or time.monotonic() > flow.ends:
                break
            try:
                jobs = self._claim(flow, flow.ids[start : start + GROUP])
            except StoreUnavailable as error:
                flow.trouble = error  # the message comes again as a whole
                break
            for job in jobs:
                yield order(job)
        while flow.waiting:
            yield self._pause(flow)

    def _claim(self, flow: "_Flow", ids: Sequence[str]) -> list[Job]:
        jobs = self._store.claim(ids, self._worker)
        if len(flow.ids) > 1:
            jobs, suspects = _parted(jobs)
            if suspects:
                self._store.release(suspects)
                flow.again += [[job.id] for job in suspects]
        flow.at += len(ids)
        flow.claimed(jobs)
        return jobs

    def _pause(self, flow: "_Flow") -> Pause:
        """What is to be looked after while pages are cleaned."""
        if self._stopping.urgent():
            raise Stopped
        if time.monotonic() - flow.renewed > self._settings.lease_seconds / 4:
            flow.renewed = time.monotonic()
            self._renew(list(flow.held.values()))
        return NOT_YET

    def _finish(self, flow: "_Flow") -> None:
        """Store what was found, waiting for a store that is away. What cannot be stored is found again later."""
        flow.flushed = time.monotonic()
        if not flow.outcomes:
            return
        ends = time.monotonic() + STORE_SECONDS
        while True:
            try:
                done = set(self._store.finish(flow.outcomes))
                break
            except StoreUnavailable as error:
                log.warning("finish_waits", count=len(flow.outcomes), error=str(error))
                if time.monotonic() > ends or self._stopping.urgent():
                    raise
                time.sleep(RETRY_SECONDS)
        for found in flow.outcomes:
            _tell(flow.held.pop(found.job_id), found, stored=found.job_id in done)
        flow.outcomes.clear()

    def _hand_back(self, jobs: list[Job]) -> None:
        try:
            self._store.release(jobs)
        except StoreUnavailable as error:  # their leases pass
            log.warning("not_handed_back", count=len(jobs), error=str(error))

    def _renew(self, jobs: list[Job]) -> None:
        try:
            self._store.renew(jobs)
        except StoreUnavailable as error:
            log.warning("not_renewed", count=len(jobs), error=str(error))

    def _current_pool(self) -> Pool[Order, Found]:
        """The cleaning process for the profile of now. Forked, unless a library has started threads meanwhile."""
        profile = self._profile.now()
        if self._pool is None or self._made_for != profile.digest:
            self.close()
            self._pool = make_pool(profile, self._settings)
            self._made_for = profile.digest
        return self._pool


def make_pool(profile: Profile, settings: Settings) -> Pool[Order, Found]:
    """One supervised process that cleans by this profile."""
    limits = profile.limits
    return Pool(
        partial(engine.clean_page, profile),
        jobs=1,
        deadline=settings.deadline_seconds or limits.deadline_seconds,
        memory_mb=settings.memory_mb or int(limits.max_memory_mb),
        prepare=partial(warm_up, profile),
        method="fork" if threading.active_count() == 1 else "forkserver",
        preload=("worker.queue.engine",),
        window_tasks=2 * GROUP,  # always room, so that `_orders` is asked again and again
        window_mb=1024,
    )


class _Flow:
    """The pages of one message on their way."""

    def __init__(self, ids: Sequence[str], ends: float) -> None:
        self.ids = ids
        self.ends = ends  # no page is taken on after it
        self.at = 0  # in `ids`: those before it were claimed, as far as they were there to be claimed
        self.jobs: list[Job] = []  # claimed, in the order in which the pool is given them
        self.held: dict[str, Job] = {}  # claimed and neither stored nor handed back
        self.outcomes: list[Outcome] = []  # found and not stored yet
        self.waiting = 0  # for an answer
        self.again: list[list[str]] = []
        self.trouble: StoreUnavailable | None = None  # why no more could be claimed
        self.began = datetime.now(UTC)
        self.flushed = self.renewed = time.monotonic()

    def claimed(self, jobs: list[Job]) -> None:
        self.jobs += jobs
        self.held.update((job.id, job) for job in jobs)
        self.waiting += len(jobs)

    def answered(self, answer: Answer[Order, Found]) -> None:
        self.waiting -= 1
        self.outcomes.append(outcome(self.jobs[answer.index], answer, self.began))


def outcome(job: Job, answer: Answer[Order, Found], began: datetime) -> Outcome:
    """What the pool said of a page, as the store takes it."""
    about = partial(Outcome, job_id=job.id, attempt=job.attempt, started_at=began)
    error = answer.error
    if error is None and answer.value is not None:
        return about(document=answer.value.document, cpu_ms=answer.value.cpu_ms)
    error = error or EngineFault()
    reason = (error.name, str(error))
    if isinstance(error, EngineFault) and error.trace:
        log.error("engine_fault", page=job.page_id, revision=job.revision_id, trace=error.trace)
    if isinstance(error, AGAIN) or not error.permanent:
        return about(failed=reason)
    return about(rejected=reason)


def _parted(jobs: list[Job]) -> tuple[list[Job], list[Job]]:
    """First tries, and pages whose earlier try ended badly, which are tried alone."""
    return [job for job in jobs if job.attempt == 1], [job for job in jobs if job.attempt > 1]


def _tell(job: Job, found: Outcome, *, stored: bool) -> None:
    fields = {"page": job.page_id, "revision": job.revision_id, "attempt": job.attempt, "lane": job.lane}
    if not stored:
        log.info("outcome_too_late", **fields)
    elif found.document is not None:
        log.debug("page_cleaned", **fields, verdict=found.document.verdict, cpu_ms=round(found.cpu_ms))
    elif found.rejected is not None:
        log.info("page_rejected", **fields, error=found.rejected[0], url=job.url)
    elif found.failed is not None:
        log.warning("page_failed", **fields, error=found.failed[0], url=job.url)
