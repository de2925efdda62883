"""Reviews: drawn with a known chance, kept, weighed; the intervals hold what they promise."""

import json
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaners import clean
from drills.alarms_reviews import coverage
from tests.cases import PAGE_KEYS
from tests.quality.helpers import store_in
from tests.service.store_helpers import put, submission
from training.labels import UNKNOWN
from training.verdicts import judged_pages, tempered
from worker.quality import follow, golden, outgoing, reviews, second
from worker.quality import tasks as waiting_tasks
from worker.quality.draw import Facts, Span, draw, is_drawn, of_document
from worker.quality.estimate import Judged, estimate
from worker.quality.spans import source_of, spans
from worker.store import Store
from worker.store.form import document
from worker.store.nouns import Outcome

PAGE = """<html><body><nav><a href=/a>Home</a> <a href=/b>News</a></nav><main><h1>The ferry sails</h1>
<p>After two years in the yard the old ferry crosses the sound again, three times a day and twice on Sundays.</p>
<p>Tickets are sold on board, and bicycles travel free of charge until the end of September.</p></main>
<footer><p>All rights reserved. Privacy policy. Terms of use.</p></footer></body></html>"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from store_in(tmp_path)


def put_pages(store: Store, count: int) -> None:
    """Real pages, really cleaned."""
    receipts = put(store, *(submission(number, PAGE.replace("ferry", f"ferry {number}")) for number in range(count)))
    for job in store.claim([receipt.revision_id for receipt in receipts], "w"):
        found = document(clean(job.body, url=job.url), "default")
        store.finish([Outcome(job_id=job.id, attempt=job.attempt, document=found, cpu_ms=1)])


@pytest.mark.parametrize(("precision", "accuracy"), [(0.9, 1.0), (0.9, 0.95), (0.98, 1.0)])
def test_intervals_hold_the_truth(precision: float, accuracy: float) -> None:
    share, width = coverage(precision, accuracy, times=100)
    assert share >= 0.91 and width < 0.15


def test_weights_undo_the_way_of_drawing() -> None:
    judged = [Judged(f"a{n}", True, 0.1) for n in range(50)] + [Judged(f"b{n}", False, 0.9) for n in range(450)]
    found = estimate(judged)
    assert found.share == pytest.approx(0.5)
    assert found.low < 0.5 < found.high and found.needed > 0


def test_verdicts_on_one_page_are_worth_little_more_than_one() -> None:
    together = estimate([Judged(f"p{n % 10}", n % 10 < 8, 0.5) for n in range(400)])
    apart = estimate([Judged(f"p{n}", n % 10 < 8, 0.5) for n in range(400)])
    assert together.worth < 20 < 300 < apart.worth
    assert together.high - together.low > 2 * (apart.high - apart.low)
    assert estimate([]).share is None


def test_enough_is_enough() -> None:
    assert estimate([Judged(f"p{n}", n % 50 > 0, 0.5) for n in range(1000)]).needed == 0


def facts(number: int, confidence: float = 0.9) -> Facts:
    return Facts(document_id=f"d{number}", confidence=confidence, host_pages=1000, agreement=None)


def test_everything_has_a_chance_and_it_is_the_one_that_is_told() -> None:
    parts = [
        Span(0, 10, "", ""),
        Span(10, 20, "navigation", "navigation"),
        Span(20, 30, "paywall", "paywall"),
        Span(30, 40, "", ""),
    ]
    shares = {"navigation": 0.9, "paywall": 0.01}
    sure, doubtful = of_document(facts(0), 0.5)[0], of_document(facts(0, 0.2), 0.5)[0]
    assert sure == pytest.approx(0.1) and doubtful == pytest.approx(0.5)  # a fifth looks at nothing
    counts = dict.fromkeys(parts, 0)
    told: dict[Span, float] = {}
    rounds = 4000
    for number in range(rounds):
        if is_drawn(facts(number), 0.5):
            for drawn in draw(facts(number), parts[:2] * 1 + parts[2:], 0.5, shares):
                counts[drawn.span] += 1
                told[drawn.span] = drawn.probability
    for span, count in counts.items():
        assert count / rounds == pytest.approx(told[span], rel=0.2)
    assert 0 < told[parts[1]] <= told[parts[2]]


def test_spans_are_the_whole_page(store: Store) -> None:
    found = clean(PAGE)
    made = document(found, "default")
    source, _ = source_of(made.text, made.account)
    assert source == found.source_text
    assert {span.reason for span in spans(made.text, made.account)} >= {"", "navigation"}
    kept = "".join(source[one.start : one.end] for one in spans(made.text, made.account) if not one.reason)
    assert "bicycles travel free" in kept and "Privacy" not in kept


def test_from_pages_to_figures_fixtures_and_training_rows(store: Store, tmp_path: Path) -> None:
    for name in (reviews.NAME, second.NAME):
        follow.begin(store.database, name)
    put_pages(store, 12)
    assert reviews.draw_reviews(store.database, 5.0) == 12  # everything of interest
    assert reviews.draw_reviews(store.database, 5.0) == 0
    tasks = waiting_tasks.next_tasks(store.database, 500)
    assert {bool(task.reason) for task in tasks} == {True, False}
    assert all(0 < task.probability <= 1 and task.text.strip() for task in tasks)
    wrongly = tasks[0].id
    for task in tasks:
        reviews.answer(store.database, task.id, "drop" if task.reason else "keep", by="jane")
    assert waiting_tasks.waiting(store.database) == 0
    whole, *rules = reviews.rule_figures(store.database)
    assert whole.precision.share == 1.0 and whole.recall.share == 1.0 and whole.precision.low < 1.0
    assert "navigation" in {one.reason for one in rules}
    first = tasks[0]
    reviews.answer(store.database, wrongly, (1, "keep", "drop"), by="joe")  # it counts in place of jane's
    parts = [one for one in reviews.verdicts(store.database) if one.document_id == first.document_id and one.by == "joe"]
    assert [(one.start, one.end, one.answer) for one in parts] == [
        (first.start, first.start + 1, "keep"),
        (first.start + 1, first.end, "drop"),
    ]
    rows = list(outgoing.training_rows(store))
    said = [verdict for row in rows for verdict in row["verdicts"]]
    assert len(said) == len(tasks) + 1 and {one["keep"] for one in said} == {True, False}
    export = tmp_path / "rows.jsonl"
    export.write_text("".join(json.dumps(row) + "\n" for row in rows))
    learned = tempered(list(judged_pages(export)))
    assert len(learned) == len(rows)
    labelled = [
        (segment.text, label) for one in learned for segment, label in zip(one.page.segments, one.labels, strict=True)
    ]
    assert {label for text, label in labelled if "bicycles travel free" in text} <= {1.0, UNKNOWN}
    assert {label for text, label in labelled if "Privacy policy" in text} <= {0.0, UNKNOWN}
    assert {label for _, label in labelled} >= {0.0, 1.0}
    judged = tasks[-1]
    case = outgoing.write_fixture(store, judged.document_id, tmp_path / "cases")
    told = tomllib.loads((case / "case.toml").read_text())
    assert told["url"] == judged.url and (told["must_keep"] or told["must_drop"])
    assert b"ferry" in (case / "page.html").read_bytes()
    assert not set(told) - PAGE_KEYS and told["verdict"] == "content" and not (case / "expected.txt").exists()
    golden.approve(store, judged.document_id, "The ferry sails\n\nTickets are sold on board.", by="jane")
    case = outgoing.write_fixture(store, judged.document_id, tmp_path / "approved")
    assert (case / "expected.txt").read_text().startswith("The ferry sails\n\nTickets")
    with (tmp_path / "cases.zip").open("wb") as target:
        assert outgoing.write_fixtures(store, target) == len(rows)
    with zipfile.ZipFile(tmp_path / "cases.zip") as packed:
        assert packed.read(f"{case.name}/case.toml") == (case / "case.toml").read_bytes()
    with pytest.raises(KeyError):
        reviews.answer(store.database, "none", "keep", by="jane")


def test_a_takedown_takes_the_verdicts(store: Store) -> None:
    follow.begin(store.database, reviews.NAME)
    put_pages(store, 3)
    reviews.draw_reviews(store.database, 5.0)
    for task in waiting_tasks.next_tasks(store.database, 500):
        reviews.answer(store.database, task.id, "keep", by="jane")
    for number in range(3):
        store.delete(host=f"host{number}.example")
    assert reviews.verdicts(store.database) == [] and waiting_tasks.next_tasks(store.database) == []
