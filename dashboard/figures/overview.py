"""The whole service over a span of time."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.figures.bins import median, summed
from dashboard.figures.outcomes import Fault, fault_of
from dashboard.figures.sources import sources
from dashboard.figures.span import Span
from worker.store.database import Database
from worker.store.ids import DAY
from worker.store.tables_rollup import hour_total

FRESH = ("interactive", "crawl")  # re-cleaning is told apart
TOP = 9  # series of a stacked chart; the rest are one

Cell = tuple[int, str]


def overview(database: Database, span: Span) -> dict[str, Any]:
    """Pages, outcomes, reasons, languages, versions and distributions."""
    with database.read() as connection:
        steps = sources(connection, span, span.step)
        outcomes = _by(connection, span, steps.totals.c.outcome, steps.totals.c.pages, (steps.totals.c.lane.in_(FRESH),))
        reasons = _by(connection, span, steps.reasons.c.reason, steps.reasons.c.words, (steps.reasons.c.lane.in_(FRESH),))
        totals, removed = sources(connection, span, DAY)  # what is of the whole span needs no steps
        where = (totals.c.lane.in_(FRESH),)
        languages = _sums(connection, totals.c.language, totals.c.pages, where)
        versions = _sums(connection, totals.c.cleaner_version, totals.c.pages, (*where, totals.c.cleaner_version != ""))
        began = _began(connection, totals, where)
        bins = connection.execute(sa.select(totals.c.confidence, totals.c.kept_share).where(*where)).all()
        words = connection.execute(
            sa.select(
                *(
                    sa.func.coalesce(sa.func.sum(column), 0)
                    for column in (totals.c.words_in, totals.c.words_kept, totals.c.cpu_ms)
                )
            ).where(*where)
        ).one()
        again = sa.select(sa.func.coalesce(sa.func.sum(totals.c.pages), 0)).where(totals.c.lane == "reclean")
        recleaned = connection.execute(again).scalar_one()
        mine = (removed.c.lane.in_(FRESH),)
        rules = connection.execute(
            sa.select(
                removed.c.reason,
                removed.c.rule,
                *(sa.func.sum(column) for column in (removed.c.drops, removed.c.words, removed.c.pages)),
            )
            .where(*mine)
            .group_by(removed.c.reason, removed.c.rule)
            .order_by(sa.func.sum(removed.c.words).desc())
        ).all()
    confidence = summed(row.confidence for row in bins)
    kept = summed(row.kept_share for row in bins)
    return {
        "span": span.name.value,
        "since": span.since,
        "until": span.until,
        "step": span.step,
        "pages": sum(outcomes.values()),
        "recleaned": int(recleaned),
        "words_in": int(words[0]),
        "words_kept": int(words[1]),
        "cpu_ms": float(words[2]),
        "outcomes": _series(span, outcomes),
        "faults": _faults(outcomes),
        "reasons": _series(span, reasons),
        "confidence": {"bins": confidence, "median": median(confidence)},
        "kept_share": {"bins": kept, "median": median(kept)},
        "languages": [{"language": name, "pages": pages} for name, pages in _ranked(languages)],
        "versions": [{"version": name, "pages": pages, "since": began[name]} for name, pages in _ranked(versions)],
        "rules": [
            {"reason": reason, "rule": rule, "drops": int(drops), "words": int(words), "pages": int(pages)}
            for reason, rule, drops, words, pages in rules
        ],
    }


def _by(connection: sa.Connection, span: Span, name: Any, value: Any, where: Any) -> dict[Cell, int]:
    """(step, name) -> sum."""
    hour = name.table.c.hour  # or the beginning of a day
    found: dict[Cell, int] = defaultdict(int)
    for at, label, total in connection.execute(sa.select(hour, name, sa.func.sum(value)).where(*where).group_by(hour, name)):
        found[at - at % span.step, label] += int(total)
    return found


def _began(connection: sa.Connection, totals: sa.Subquery, where: Any) -> dict[str, int]:
    """The hour each version was first seen in within the span, also where days were read."""
    first = sa.select(totals.c.cleaner_version, sa.func.min(totals.c.hour)).where(*where)
    days = {row[0]: row[1] for row in connection.execute(first.group_by(totals.c.cleaner_version))}
    found = {}
    for version, day in days.items():
        hours = (hour_total.c.hour >= day, hour_total.c.hour < day + DAY, hour_total.c.cleaner_version == version)
        found[version] = connection.execute(sa.select(sa.func.min(hour_total.c.hour)).where(*hours)).scalar() or day
    return found


def _sums(connection: sa.Connection, name: Any, value: Any, where: Any) -> dict[str, int]:
    rows = connection.execute(sa.select(name, sa.func.sum(value)).where(*where).group_by(name))
    return {label: int(total) for label, total in rows}


def _series(span: Span, cells: Mapping[Cell, int]) -> dict[str, Any]:
    """Times in seconds, and a row of values for each name, the largest first; small ones together as "other"."""
    totals: dict[str, int] = defaultdict(int)
    for (_, name), value in cells.items():
        totals[name] += value
    names = [name for name, _ in _ranked(totals)]
    times = list(span.steps())
    rows = [
        {"name": name, "total": totals[name], "values": [cells.get((at, name), 0) for at in times]} for name in names[:TOP]
    ]
    if rest := names[TOP:]:
        values = [sum(cells.get((at, name), 0) for name in rest) for at in times]
        rows.append({"name": "other", "total": sum(totals[name] for name in rest), "values": values})
    return {"times": [at // 1000 for at in times], "series": rows}


def _faults(cells: Mapping[Cell, int]) -> dict[Fault, int]:
    """Pages by whose fault it is that there is no text of them: nobody's, if there is."""
    found: dict[Fault, int] = {"none": 0, "crawler": 0, "cleaner": 0}
    for (_, outcome), pages in cells.items():
        found[fault_of(outcome)] += pages
    return found


def _ranked(sums: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))
