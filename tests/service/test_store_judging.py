"""What people judge with works on either database."""

from cleaners.profile import Profile
from tests.quality.test_compare import here
from tests.quality.test_reviews import put_pages
from worker.quality import compare, follow, golden, outcomes, outgoing, reviews, sample, tasks
from worker.quality.sample import Sample
from worker.quality.ways import Way
from worker.store import Store
from worker.store.nouns import Where


def test_reviews_golden_set_and_comparisons(store: Store) -> None:
    follow.begin(store.database, reviews.NAME)
    put_pages(store, 8)
    assert reviews.draw_reviews(store.database, 5.0) == 8
    first, *others = tasks.next_tasks(store.database, 500)
    assert [one.id for one in tasks.next_tasks(store.database, 500, first.id)] == [one.id for one in others]
    for task in others:
        reviews.answer(store.database, task.id, "drop" if task.reason else "keep", by="jane")
    assert tasks.waiting(store.database) == 1 and len(tasks.given(store.database, 500)) == len(others)
    known = store.documents(Where(), limit=1).documents[0]
    name = golden.approve(store, known.id, known.document.text, by="jane")
    assert golden.edit(store.database, name, known.document.text + " More.", by="joe")
    found = golden.of_page(store.database, known.page_id)
    assert found is not None and (found.id, found.approved_by) == (name, "joe")
    score = golden.score_now(store.database, Profile.load("default"), cleaner=here)
    assert score is not None and 0.9 < score.f1 < 1
    assert len(sample.chosen(store.database, Sample("pages", 3), seed=1)) == 3
    judged = len({task.page_id for task in others})
    for kind, pages in (("pages", 8), ("reviewed", judged), ("golden", 1)):
        begun = compare.begin(store, Way("now"), Way("without", "navigation"), Sample(kind, 50), by="jane")  # type: ignore[arg-type]
        compare.run(store, begun, cleaner=here)
        whole = outcomes.one_comparison(store.database, begun)
        assert whole is not None and (whole.state, whole.pages, whole.same) == ("done", pages, 0)
        assert len(outcomes.pages_of(store.database, begun)) == pages
    assert len(outcomes.comparisons(store.database)) == 3
    assert len(store.versions(known.page_id)) == 1
    planned = store.reclean_one(known.revision_id, "jane")
    assert planned is not None and store.reclean_one(known.revision_id, "jane") is None
    assert [job for job, _ in store.stale()] == [planned[1]]
    assert sum(len(row["verdicts"]) for row in outgoing.training_rows(store)) == len(others)
