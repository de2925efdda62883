"""The views say what the roll-ups and the alarms say, on both databases."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from tests.service.store_helpers import cleaned, put, submission
from worker.quality.alarms import Finding, record
from worker.store import Store
from worker.store.ids import HOUR, now_ms
from worker.store.nouns import Outcome


def rows(store: Store, query: str) -> list[dict[str, Any]]:
    with store.database.read() as connection:
        return [dict(row) for row in connection.execute(sa.text(query)).mappings()]


def time_of(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


@pytest.fixture
def filled(store: Store) -> Store:
    """Six pages: three of them content, one a bot check, one rejected, one dead."""
    receipts = put(store, *map(submission, range(6)))
    store.limits = replace(store.limits, attempts=1)
    jobs = store.claim([receipt.revision_id for receipt in receipts], "w")
    good = [cleaned(job, verdict="content", confidence=0.9, kept_share=0.5) for job in jobs[:3]]
    bad = [
        cleaned(jobs[3], verdict="challenge", confidence=0.1, kept_share=0.02),
        Outcome(job_id=jobs[4].id, attempt=1, rejected=("empty_input", "")),
        Outcome(job_id=jobs[5].id, attempt=1, failed=("worker_died", "")),
    ]
    store.finish([*good, *bad])
    store.rollup()
    return store


def test_outcomes_are_verdicts_and_what_was_set_aside(filled: Store) -> None:
    found = {row["outcome"]: row for row in rows(filled, "SELECT * FROM dehusk_hours")}
    assert {name: row["pages"] for name, row in found.items()} == {"content": 3, "challenge": 1, "rejected": 1, "dead": 1}
    content, challenge, rejected = found["content"], found["challenge"], found["rejected"]
    assert (content["cleaned"], rejected["cleaned"]) == (3, 0)
    assert content["mean_confidence"] == pytest.approx(0.925)  # the middle of the bin that 0.9 lies in
    assert challenge["mean_kept_share"] == pytest.approx(0.025)
    assert rejected["mean_confidence"] is None and rejected["kept_share"] is None
    assert content["kept_share"] == pytest.approx(content["words_kept"] / content["words_in"])
    assert content["cpu_seconds"] == pytest.approx(0.0075)
    hour = now_ms() - now_ms() % HOUR
    assert time_of(content["hour"]).astimezone(UTC) == datetime.fromtimestamp(hour / 1000, UTC)


def test_hosts_and_reasons(filled: Store) -> None:
    days = rows(filled, "SELECT host, pages, cleaned, day FROM dehusk_host_days ORDER BY host")
    assert sum(row["pages"] for row in days) == 6 and sum(row["cleaned"] for row in days) == 4
    assert time_of(days[0]["day"]).hour == 0
    drops = rows(filled, "SELECT sum(drops) AS drops, sum(words) AS words FROM dehusk_reasons")
    assert drops == rows(filled, "SELECT sum(drops) AS drops, sum(words) AS words FROM dehusk_host_reasons")
    assert drops[0]["drops"]


def test_alarms(store: Store) -> None:
    found = [
        Finding(kind="yield", wrong=True, at=now_ms(), evidence={"now": 0.2}),
        Finding(kind="kept_share", subject="news.example", wrong=True, at=now_ms()),
    ]
    store.database.write(lambda connection: record(connection, found))
    gone = [Finding(kind="yield", wrong=False, at=now_ms())]
    store.database.write(lambda connection: record(connection, gone))
    shown = rows(store, "SELECT * FROM dehusk_alarms ORDER BY id")
    assert [(row["kind"], row["subject"], row["closed_at"] is None) for row in shown] == [
        ("yield", "", False),
        ("kept_share", "news.example", True),
    ]
    assert json.loads(shown[0]["evidence"])["now"] == 0.2
