"""Series of the moment: what waits, what is wrong, how good the text is; from the store, cheaply."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from dashboard.exposed.text import Family
from dashboard.service import Service
from dashboard.traffic import BOUNDS
from worker.quality.advice import ADVICE
from worker.quality.alarms import count_open
from worker.quality.tables import golden_page, golden_score, second_opinion
from worker.quality.tasks import waiting
from worker.store.figures import Counters, by_state
from worker.store.ids import DAY, HOUR, now_ms
from worker.store.nouns import STATES
from worker.store.tables_rollup import delta, hour_total

QUALITY_SECONDS = 15.0  # what people look at for days need not be asked for at each scrape


def of_store(here: Service, counters: Counters) -> Iterator[Family]:
    """Pages by state and what waits."""
    states: Counter[str] = Counter()
    for (lane, state), number in by_state(counters).items():
        if lane != "reclean":
            states[state] += number
    revisions = Family("revisions", "gauge", "Revisions of pages by state, all there are.")
    for state in STATES:
        revisions.add(states[state], state=state)
    yield revisions
    pages = Family("backlog_pages", "gauge", "Pages that wait, or are being cleaned.")
    oldest = Family("backlog_oldest_seconds", "gauge", "How long the oldest page has waited.")
    for lane, found in here.store.backlog().lanes.items():
        pages.add(found.waiting, lane=lane, state="received").add(found.cleaning, lane=lane, state="cleaning")
        oldest.add(found.oldest_seconds, lane=lane)
    yield from (pages, oldest)
    yield Family("backlog_limit_pages", "gauge", "Pages waiting, past which none are taken in.").add(
        here.settings.backlog_limit
    )
    problem = here.pressure.problem()
    accepting = Family("intake_accepting", "gauge", "1 while pages are taken in, 0 while crawlers are sent away.")
    yield accepting.add(0 if problem else 1)
    yield Family("disk_free_bytes", "gauge", "Free space in the data folder.").add(here.pressure.disk_free())


def of_broker(here: Service) -> Iterator[Family]:
    """Whether the broker answers, how full it is, what is in it."""
    found = here.broker.state()
    yield Family("broker_up", "gauge", "1 when the broker answered of late.").add(0 if found is None else 1)
    if found is not None:
        yield Family("broker_memory_bytes", "gauge", "Memory of the broker.").add(found.used_mb * 2**20)
        limit = Family("broker_memory_limit_bytes", "gauge", "Memory that the broker may take; 0 is no limit.")
        yield limit.add(found.limit_mb * 2**20)
        messages = Family("broker_messages", "gauge", "Messages by queue. They may be duplicates; rows tell what waits.")
        for queue, number in found.lengths.items():
            messages.add(number, queue=queue)
        yield messages


def of_quality(here: Service) -> list[Family]:
    """Alarms, reviews, golden set, second opinions, versions."""
    return here.memory.get("quality for metrics", QUALITY_SECONDS, lambda: list(_quality(here)))


def _quality(here: Service) -> Iterator[Family]:
    database = here.store.database
    found = count_open(database)
    alarms = Family("alarms_open", "gauge", "Alarms that are open, by kind.")
    for kind in sorted(set(ADVICE) | set(found)):
        alarms.add(found.get(kind, 0), kind=kind)
    yield alarms
    yield Family("review_tasks_open", "gauge", "Spans that wait for a person's verdict.").add(waiting(database))
    changes = here.store.changes()
    yield Family("changes_in_force", "gauge", "Decisions about rules and profiles that are in force.").add(len(changes))
    now = now_ms()
    with database.read() as connection:
        golden = connection.execute(sa.select(sa.func.count()).select_from(golden_page)).scalar_one()
        score = connection.execute(sa.select(golden_score).order_by(golden_score.c.at.desc()).limit(1)).first()
        opinions = sa.select(sa.func.count(), sa.func.avg(second_opinion.c.agreement)).where(second_opinion.c.at > now - DAY)
        asked, agreement = connection.execute(opinions).one()
        recent = sa.select(hour_total.c.cleaner_version, sa.func.sum(hour_total.c.pages))
        recent = recent.where(hour_total.c.hour >= now - now % HOUR - HOUR, hour_total.c.cleaner_version != "")
        versions = connection.execute(recent.group_by(hour_total.c.cleaner_version)).all()
        deltas = connection.execute(sa.select(sa.func.count()).select_from(delta)).scalar_one()
    yield Family("golden_pages", "gauge", "Pages whose right text is known.").add(golden)
    if score is not None:
        for name, value in (("f1", score.f1), ("precision", score.precision), ("recall", score.recall)):
            yield Family(f"golden_{name}_ratio", "gauge", f"Mean {name} of the words over the golden set, last run.").add(
                value
            )
        run = Family("golden_run_timestamp_seconds", "gauge", "When the golden set was last scored.")
        yield run.add(score.at / 1000)
    yield Family("golden_floor_ratio", "gauge", "The setting golden_floor.").add(here.settings.golden_floor)
    yield Family("second_opinions_day", "gauge", "Documents of the last day that had a second opinion.").add(asked)
    if agreement is not None:
        agreed = Family("second_opinion_agreement_ratio", "gauge", "How far it agrees: mean F1 of the words, last day.")
        yield agreed.add(float(agreement))
    by_version = Family("version_pages", "gauge", "Pages of this hour and the last by cleaner version.")
    for version, pages in versions:
        by_version.add(int(pages), version=version)
    yield by_version
    yield Family("rollup_deltas", "gauge", "Transactions whose figures are not merged yet.").add(deltas)


def of_process(here: Service, version: str, started: float) -> Iterator[Family]:
    """This very process: these series differ from one web process to the next."""
    yield Family("build_info", "gauge", "1, with the version as label.").add(1, version=version)
    requests, durations = here.traffic.read()
    answered = Family("http_requests_total", "counter", "Requests that this process answered.")
    for (method, route, status), number in sorted(requests.items()):
        answered.add(number, method=method, route=route, status=status)
    yield answered
    took = Family("http_request_duration_seconds", "histogram", "From a request's first line to its answer's end.")
    for (method, route), (counts, seconds) in sorted(durations.items()):
        took.add_histogram(BOUNDS, counts, seconds, method=method, route=route)
    yield took
    cpu = Family("process_cpu_seconds_total", "counter", "CPU time of this process.", prefix="")
    yield cpu.add(time.process_time())
    if (resident := _resident()) is not None:
        yield Family("process_resident_memory_bytes", "gauge", "Memory of this process.", prefix="").add(resident)
    took_now = Family("scrape_duration_seconds", "gauge", "How long it took to work out this very answer.")
    yield took_now.add(time.perf_counter() - started)


def _resident() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:  # not Linux
        return None
    import resource

    return pages * resource.getpagesize()
