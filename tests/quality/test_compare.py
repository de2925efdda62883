"""Comparisons: what differs is counted, what people said is heeded, and what is gone is told."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import clean
from cleaners.errors import BadProfile, CleanError
from dashboard.worddiff import MOST, counted, difference, shortened
from tests.quality.helpers import store_in
from tests.quality.test_reviews import put_pages
from tests.service.store_helpers import put, submission
from worker.quality import compare, follow, golden, outcomes, reviews, sample
from worker.quality import tasks as waiting_tasks
from worker.quality.sample import Sample
from worker.quality.trial import Made, Trial, one, supervised
from worker.quality.ways import Way
from worker.store import Store
from worker.store.form import document
from worker.store.nouns import Outcome, Where
from worker.store.tables import revision


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from store_in(tmp_path)


def here(trials: Iterable[Trial]) -> Iterator[Made]:
    """Cleans in this process, for speed."""
    for trial in trials:
        try:
            yield one(trial)
        except CleanError as error:
            yield Made("", (), "", error.name)


def compared(store: Store, left: Way, right: Way, pages: Sample) -> outcomes.Comparison:
    name = compare.begin(store, left, right, pages, by="ines")
    told: list[tuple[int, int]] = []
    compare.run(store, name, cleaner=here, progress=lambda done, of: told.append((done, of)))
    found = outcomes.one_comparison(store.database, name)
    assert found is not None and found.state == "done"
    assert told == [(n + 1, found.total) for n in range(found.total)]
    return found


NAVIGATION = Way("without", "navigation")


def test_gold_and_verdicts_tell_which_way_is_better(store: Store) -> None:
    follow.begin(store.database, reviews.NAME)
    put_pages(store, 12)
    reviews.draw_reviews(store.database, 5.0)
    for task in waiting_tasks.next_tasks(store.database, 500):
        reviews.answer(store.database, task.id, "drop" if task.reason else "keep", by="jane")
    first = store.documents(Where(), limit=1).documents[0]
    golden.approve(store, first.id, first.document.text, by="ines")
    found = compared(store, Way("now"), NAVIGATION, Sample("pages", 50))
    assert found.pages == 12 and found.same == 0 and found.only_left == 0
    assert found.only_right == 2 * 12  # Home, News
    assert (found.golden, found.gold_better, found.gold_worse, found.left_gold) == (1, 0, 1, pytest.approx(1.0))
    assert found.verdicts == found.left_heeds > found.right_heeds > 0
    pages = outcomes.pages_of(store.database, found.id)
    worse = [page for page in pages if page.better < 0]
    assert worse and all(page.left_gold is not None or page.left_heeds > page.right_heeds for page in worse)
    reviewed = compared(store, NAVIGATION, Way("stored"), Sample("reviewed", 50))
    judged = {verdict.page_id for verdict in reviews.verdicts(store.database)}
    assert reviewed.pages == len(judged) and reviewed.right_heeds > reviewed.left_heeds
    assert len(sample.chosen(store.database, Sample("reviewed", 2))) == 2
    gold = compared(store, Way("packaged", "everything"), Way("own", "own", "bylines = true"), Sample("golden"))
    assert gold.pages == gold.golden == 1 and gold.left_version != gold.right_version


def test_before_and_after_a_run_are_compared_without_cleaning(store: Store) -> None:
    put_pages(store, 3)
    run = store.reclean(Where())
    jobs = store.claim([job for job, _ in store.stale()], "w")
    for job in jobs:
        loose = NAVIGATION.profile("default", [])
        made = document(clean(job.body, url=job.url, profile=loose), "loose")
        store.finish([Outcome(job_id=job.id, attempt=job.attempt, document=made, cpu_ms=1)])

    def never(trials: Iterable[Trial]) -> Iterator[Made]:
        raise AssertionError("both are stored")

    name = compare.begin(store, Way("before"), Way("after"), Sample("run", 10, run=run), by="ines")
    compare.run(store, name, cleaner=never)
    found = outcomes.one_comparison(store.database, name)
    assert found is not None and (found.pages, found.only_right) == (3, 6)
    assert found.left_version != found.right_version


def test_what_cannot_be_cleaned_is_told_and_the_others_are_in_their_place(store: Store) -> None:
    put_pages(store, 4)
    with store.database.read() as connection:
        gone = sorted(connection.execute(revision.select()).all(), key=lambda row: row.id)[1]
    pages = sample.chosen(store.database, Sample("pages", 10))
    store.database.write(lambda c: c.execute(revision.update().where(revision.c.id == gone.id).values(blob_ref=None)))
    ways = (Way("now"), NAVIGATION)
    found = {one.revision_id: (left, right) for one, left, right in compare.both(store, pages, ways, here)}
    left, right = found.pop(gone.id)
    assert left.error == right.error == "body_missing"
    assert len(found) == 3
    for name, (left, right) in found.items():
        stored = next(one for one in pages if one.revision_id == name)
        assert compare.stored(store, stored, None).text == left.text != right.text


def test_a_takedown_leaves_nothing_of_a_page(store: Store) -> None:
    put_pages(store, 6)
    found = compared(store, Way("now"), NAVIGATION, Sample("pages", 10))
    store.delete(host="host1.example")
    left = outcomes.pages_of(store.database, found.id)
    assert len(left) == 4 and not [page for page in left if "host1.example" in page.url]


def test_a_comparison_that_fails_says_so(store: Store) -> None:
    put_pages(store, 1)
    name = compare.begin(store, Way("now"), NAVIGATION, Sample("pages"), by="ines")

    def broken(trials: Iterable[Trial]) -> Iterator[Made]:
        raise RuntimeError("no processes")

    with pytest.raises(RuntimeError):
        compare.run(store, name, cleaner=broken)
    found = outcomes.one_comparison(store.database, name)
    assert found is not None and found.state == "failed"


def test_a_sample_by_chance_is_spread_over_all_pages(store: Store) -> None:
    put(store, *(submission(n) for n in range(3)))  # not cleaned: not chosen
    put_pages(store, 40)
    every = sample.chosen(store.database, Sample("pages", 1000))
    assert len({one.page_id for one in every}) == len(every) <= 40
    some = [sample.chosen(store.database, Sample("pages", 5), seed) for seed in range(30)]
    assert all(len(one) == 5 for one in some)
    assert len({one.page_id for chosen in some for one in chosen}) > 20
    of_host = sample.chosen(store.database, Sample("pages", 50, "host1.example"))
    assert len(of_host) == 13
    assert sample.chosen(store.database, Sample("golden")) == []


def test_a_way_put_in_force_is_what_was_compared(store: Store) -> None:
    put_pages(store, 1)
    store.change_rule("caption", enabled=False, by="ines")
    for way in (Way("packaged", "everything"), Way("own", "own", "bylines = true"), NAVIGATION):
        wanted = way.profile(store.settings.profile, store.changes())
        change = way.make_current(store, by="ines", note="why")
        assert Way("now").profile(store.settings.profile, store.changes()).digest == wanted.digest
        store.undo_change(change.id, by="ines")
    with pytest.raises(ValueError, match="stored"):
        Way("stored").make_current(store, by="ines", note="")


@pytest.mark.parametrize("toml", ["inherits = '/etc/passwd'", "inherits = ['a']", "x = ", "nonsense = 1", "a" * 200_000])
def test_a_profile_from_a_browser_reads_no_files(toml: str) -> None:
    with pytest.raises(BadProfile):
        Way("own", "own", toml).check("default")


def test_pages_that_hang_or_crash_harm_nobody(store: Store) -> None:
    profile = Way("now").profile("default", [])
    page = Trial(b"<p>The ferry stayed at its pier until the afternoon.</p>", "", "text/html", None, profile)
    made = list(supervised([page, page._replace(body=b"   "), page]))
    assert [one.error for one in made] == ["", "empty_input", ""]
    assert made[0].text == made[2].text and made[0].source == made[0].text


WORDS = st.lists(st.sampled_from(["ferry ", "pier", ". ", "\n", "\n\n", "雪", "が", "غسل ", " "]), max_size=40).map("".join)


@given(WORDS, WORDS)
def test_a_difference_is_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "new") == before
    assert "".join(piece.text for piece in pieces if piece.op != "gone") == after
    assert not [1 for one, other in zip(pieces, pieces[1:], strict=False) if one.op == other.op]
    gone, new = counted(pieces)
    assert gone == new == 0 or before != after
    whole = sum(len(piece.text) + piece.left_out for piece in shortened(pieces))
    assert whole == sum(len(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\n", "b\na\n"), ("x y z ", "x z y "), ("ab ", "ba "), ("雪", "が")],
)
def test_a_difference_is_bounded(before: str, after: str) -> None:
    assert len(difference(before * MOST, after * MOST)) <= 3
