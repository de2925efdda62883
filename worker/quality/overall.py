"""The service as a whole against its own last weeks: figures by the hour, and what waits.

What is usual is the median of the same hour of the day in the last weeks, and how far such hours lie from it; so one bad
day does not become usual, and nights and weekends are no alarm. An alarm ends at half the distance it began at.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa

from worker.quality.alarms import Finding, record
from worker.quality.changes import changes_since
from worker.quality.tables import alarm, second_opinion
from worker.store import Store
from worker.store.database import Database
from worker.store.ids import DAY, HOUR, now_ms
from worker.store.tables_rollup import delta, host_day, host_hour, host_state, hour_total
from worker.store.tally import BINS

FRESH = ("interactive", "crawl")
WEEKS = 28  # days looked back
FEWEST_DAYS = 5  # of history, before anything is unusual
FEWEST_PAGES = 50  # in an hour, before its shares say something
FAR = 6.0  # spreads from the usual: an alarm begins
NEAR = 3.0  # and ends
OLDEST = {"interactive": 60.0, "crawl": 3600.0}  # seconds a page may wait
STALE = 75 * 60_000  # ms; deltas carry the hour they are of
OPINIONS = 30  # on either side, before they are compared
SILENT = 36 * HOUR  # a host that had pages on each of the days before
FEWEST_OF_HOST = 70  # pages in the week before
HOSTS = 200  # silent hosts that are told of at once
CANDIDATES = 5000  # looked at in a round
AT_ONCE = 200  # hosts in one question


@dataclass(slots=True)
class _Hour:
    pages: int = 0
    cleaned: int = 0
    content: int = 0
    dead: int = 0
    kept: float = 0.0
    sure: float = 0.0


def far(value: float, usual: Sequence[float], floor: float) -> tuple[float, float]:
    """(spreads from the median, the median), the spread being that of the median distance, at least `floor`.

    >>> far(0.9, [0.5, 0.5, 0.6, 0.5, 0.4], 0.02)[1]
    0.5
    """
    middle = median(usual)
    spread = max(floor, 1.4826 * median(abs(one - middle) for one in usual))
    return (value - middle) / spread, middle


def check(store: Store, now: int | None = None) -> int:
    """Look at everything that is not a single host's pages; how many alarms opened. For the scheduler, every few minutes."""
    database = store.database
    moment = now_ms() if now is None else now
    with database.read() as connection:
        open_ = set(
            connection.execute(sa.select(alarm.c.kind).where(alarm.c.closed_at.is_(None), alarm.c.subject == "")).scalars()
        )
        silent_ = set(
            connection.execute(
                sa.select(alarm.c.subject).where(
                    alarm.c.closed_at.is_(None), alarm.c.kind == "no_data", alarm.c.subject != ""
                )
            ).scalars()
        )
        hours = _hours(connection, moment)
        findings = [
            *_shares(hours, open_, moment),
            _dead(hours, open_, moment),
            _no_data(hours, moment),
            _stale(connection, moment),
            *_opinions(connection, open_, moment),
            *_silent(database, connection, silent_, moment),
        ]
        changes = changes_since(connection, moment - 2 * HOUR)
    findings.append(_backlog(store, open_, moment))
    return len(database.write(lambda connection: record(connection, findings, changes)))


def _hours(connection: sa.Connection, now: int) -> dict[int, _Hour]:
    """All hours of the last weeks, from the roll-ups; shares only of those that are compared."""
    found: dict[int, _Hour] = defaultdict(_Hour)
    mine = (hour_total.c.hour >= now - WEEKS * DAY, hour_total.c.lane.in_(FRESH))
    sums = sa.select(hour_total.c.hour, hour_total.c.outcome, sa.func.sum(hour_total.c.pages).label("pages"))
    for row in connection.execute(sums.where(*mine).group_by(hour_total.c.hour, hour_total.c.outcome)):
        found[row.hour].pages += int(row.pages)
        found[row.hour].dead += int(row.pages) if row.outcome.startswith("dead") else 0
    last = now - now % HOUR - HOUR
    compared = [last - day * DAY for day in range(WEEKS + 1)]
    columns = (hour_total.c.hour, hour_total.c.outcome, hour_total.c.confidence, hour_total.c.kept_share)
    shares = sa.select(*columns).where(hour_total.c.hour.in_(compared), hour_total.c.lane.in_(FRESH))
    for at, outcome, confidence, kept_share in connection.execute(shares):
        hour = found[at]
        sure, kept = json.loads(confidence), json.loads(kept_share)
        cleaned = sum(sure)
        hour.cleaned += cleaned
        if outcome in ("content", "clean"):
            hour.content += cleaned
        hour.sure += sum(pages * (place + 0.5) / BINS for place, pages in enumerate(sure))
        hour.kept += sum(pages * (place + 0.5) / BINS for place, pages in enumerate(kept))
    return dict(found)


_SHARES: dict[str, tuple[Callable[[_Hour], float], float]] = {  # kind -> (figure of an hour, floor of its spread)
    "yield": (lambda hour: hour.cleaned / hour.pages, 0.02),
    "verdicts": (lambda hour: hour.content / max(1, hour.cleaned), 0.02),
    "kept_share": (lambda hour: hour.kept / max(1, hour.cleaned), 0.02),
    "confidence": (lambda hour: hour.sure / max(1, hour.cleaned), 0.015),
}


def _shares(hours: dict[int, _Hour], open_: set[str], now: int) -> list[Finding]:
    """The last full hour against the same hour of other days."""
    last = now - now % HOUR - HOUR
    here = hours.get(last)
    if here is None or here.pages < FEWEST_PAGES:
        return []
    before = [hours[last - day * DAY] for day in range(1, WEEKS + 1) if last - day * DAY in hours]
    before = [hour for hour in before if hour.pages >= FEWEST_PAGES]
    if len(before) < FEWEST_DAYS:
        return []
    findings = []
    for kind, (figure, floor) in _SHARES.items():
        value = figure(here)
        away, usual = far(value, [figure(hour) for hour in before], floor)
        one_sided = kind in ("yield", "verdicts", "confidence")
        size = -away if one_sided else abs(away)
        evidence = {"now": round(value, 4), "usual": round(usual, 4), "spreads": round(away, 1), "pages": here.pages}
        findings.append(_finding(kind, size, FAR, NEAR, open_, now, {**evidence, "hour": last}))
    return findings


def _finding(
    kind: str, size: float, begins: float, ends: float, open_: set[str], now: int, evidence: dict[str, Any]
) -> Finding:
    """Hysteresis: what is on stays on until it is well below where it began."""
    return Finding(kind=kind, wrong=size > (ends if kind in open_ else begins), at=now, evidence=evidence)


def _dead(hours: dict[int, _Hour], open_: set[str], now: int) -> Finding:
    last = now - now % HOUR
    dead = sum(hours[at].dead for at in (last, last - HOUR) if at in hours)
    usual = [float(hour.dead) for at, hour in hours.items() if at < last - HOUR]
    expected = 2 * (sum(sorted(usual)[: max(1, len(usual) * 9 // 10)]) / max(1, len(usual) * 9 // 10)) if usual else 0.0
    size = dead / (10 + 5 * expected)  # ten dead pages are an accident, five times the usual number is not
    return _finding("dead_pages", size, 1.0, 0.5, open_, now, {"now": dead, "usual": round(expected, 1), "hours": 2})


def _no_data(hours: dict[int, _Hour], now: int) -> Finding:
    """No page in the last full hour and this one, though these hours had pages on most days."""
    last = now - now % HOUR - HOUR
    days = [day for day in range(1, 15) if any(at < last - day * DAY + HOUR for at in hours)]
    had = sum(any((hour := hours.get(at - day * DAY)) and hour.pages for at in (last,)) for day in days)
    silent = not any(at in hours and hours[at].pages for at in (last, last + HOUR))
    wrong = silent and len(days) >= FEWEST_DAYS and had >= 0.8 * len(days)
    evidence = {"last_page_in_hour": max(hours, default=None), "days_with_pages_then": had, "days": len(days)}
    return Finding(kind="no_data", wrong=wrong, at=now, evidence=evidence)


def _stale(connection: sa.Connection, now: int) -> Finding:
    """The oldest delta that was not merged."""
    body = connection.execute(sa.select(delta.c.body).order_by(delta.c.id).limit(1)).scalar()
    hour = json.loads(body)["hour"] if body is not None else now
    return Finding(kind="stale_rollups", wrong=now - hour > STALE + HOUR, at=now, evidence={"oldest_hour": hour})


def _backlog(store: Store, open_: set[str], now: int) -> Finding:
    lanes = store.backlog().lanes
    ages = {lane: lanes[lane].oldest_seconds for lane in OLDEST if lane in lanes}
    size = max((age / OLDEST[lane] for lane, age in ages.items()), default=0.0)
    evidence = {"oldest_seconds": {lane: round(age) for lane, age in ages.items()}, "may_be": OLDEST}
    return _finding("backlog_age", size, 1.0, 0.5, open_, now, evidence)


def _opinions(connection: sa.Connection, open_: set[str], now: int) -> list[Finding]:
    """Second opinions of the last day against those of four weeks before."""
    mine = sa.select(second_opinion.c.agreement, second_opinion.c.at).where(second_opinion.c.at >= now - WEEKS * DAY)
    rows = connection.execute(mine).all()
    today = [row.agreement for row in rows if row.at >= now - DAY]
    before = [row.agreement for row in rows if row.at < now - DAY]
    if min(len(today), len(before)) < OPINIONS:
        return []
    mean, usual = sum(today) / len(today), sum(before) / len(before)
    spread = (sum((one - usual) ** 2 for one in before) / len(before)) ** 0.5
    size = (usual - mean) / max(0.005, spread / len(today) ** 0.5)
    evidence = {"now": round(mean, 4), "usual": round(usual, 4), "pages": len(today), "spreads": round(size, 1)}
    return [_finding("second_opinion", size, 5.0, 2.0, open_, now, evidence)]


def _silent(database: Database, connection: sa.Connection, silent: set[str], now: int) -> list[Finding]:
    """Hosts with pages on each of seven days, and none since; and those that speak again.

    Only hosts that fell silent within the last day are looked at: the others were, when they did.
    """
    since = now - now % HOUR - SILENT
    fell = (host_state.c.last_at < since, host_state.c.last_at >= since - DAY, host_state.c.pages >= FEWEST_OF_HOST)
    columns = sa.select(host_state.c.host, host_state.c.last_at)
    names: dict[str, int] = {row.host: row.last_at for row in connection.execute(columns.where(*fell).limit(CANDIDATES))}
    lately = [since + at * HOUR for at in range((now - since) // HOUR + 1)]
    speak = _with_pages(database, connection, host_hour, lately, sorted({*names, *silent}))
    days = [since - since % DAY - back * DAY for back in range(8)]  # the first and the last of them in part
    before = _with_pages(database, connection, host_day, days, [name for name in names if name not in speak])
    found = [
        Finding(
            kind="no_data",
            subject=name,
            wrong=True,
            at=now,
            evidence={"last_hour": names[name] // HOUR * HOUR, "pages_before": sum(parts.values())},
        )
        for name, parts in before.items()
        if len(parts) >= 7 and sum(parts.values()) >= FEWEST_OF_HOST
    ][:HOSTS]
    return [*found, *(Finding(kind="no_data", subject=name, wrong=False, at=now) for name in sorted(silent & set(speak)))]


def _with_pages(
    database: Database, connection: sa.Connection, table: sa.Table, times: Sequence[int], names: Sequence[str]
) -> dict[str, dict[int, int]]:
    """Host -> hour or day -> pages. Times are named one by one, so that each row is looked up."""
    time = table.c[table.primary_key.columns.keys()[0]]
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for at in range(0, len(names), AT_ONCE):
        mine = (time.in_(times), database.among(table.c.host, names[at : at + AT_ONCE]), table.c.lane.in_(FRESH))
        for host, moment, pages in connection.execute(sa.select(table.c.host, time, table.c.pages).where(*mine)):
            found[host][moment] = found[host].get(moment, 0) + int(pages)
    return found
