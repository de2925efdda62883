"""The scheduler's round does all of it, and tells of what it found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaners.profile import Profile
from tests.quality.helpers import store_in
from tests.quality.test_reviews import put_pages
from worker.quality import alarms, follow, golden, reviews, rounds, second, watch
from worker.quality.alarms import Group
from worker.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from store_in(tmp_path)


def test_a_round_watches_draws_scores_and_tells(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def send(url: str, group: Group, *, secret: str) -> bool:
        told.append(f"{url} {group.cause} {secret}")
        return True

    monkeypatch.setattr(rounds, "send", send)
    for name in (watch.NAME, second.NAME, reviews.NAME):
        follow.begin(store.database, name)
    put_pages(store, 6)
    golden.add(store.database, b"<p>The ferry sails again today.</p>", "another text", by="jane")
    now = 0.0
    wishes = rounds.Wishes(webhook="https://hooks.example/x", webhook_secret="k", review_rate=5.0)
    chores = rounds.Rounds(store, Profile.load(), wishes, clock=lambda: now)
    assert chores.round() is False
    assert reviews.waiting(store.database) > 0 and told == []
    now = rounds.GOLDEN_EVERY + 1
    chores.round()
    assert told == ["https://hooks.example/x golden_score k"]
    assert alarms.count_open(store.database) == {"golden_score": 1}
    chores.round()
    assert len(told) == 1
