"""Pages are listed by what came of them, newest first, in parts that miss none; on both databases."""

from typing import Any

import pytest

from tests.service.store_helpers import LATER, VERSION, cleaned, put, put_clean, submission
from worker.store import Store
from worker.store.nouns import Outcome, Where


def urls(store: Store, limit: int = 100, **chosen: Any) -> list[str]:
    """The last parts of the URLs of all that is found, a part of `limit` rows after the other."""
    found: list[str] = []
    cursor = None
    while True:
        part = store.revisions(Where(**chosen), cursor, limit)
        found += [row.url.rpartition("/")[2] for row in part.rows]
        cursor = part.cursor
        if cursor is None:
            return found


@pytest.fixture
def filled(store: Store) -> Store:
    """Nine pages by turns content, a bot check and a soft 404, the last in German; one more is rejected."""
    for number, verdict in enumerate(("content", "challenge", "soft_404") * 3):
        put_clean(store, submission(number), verdict=verdict, language="de" if number == 8 else "en")
    (receipt,) = put(store, submission(9))
    (job,) = store.claim([receipt.revision_id], "w")
    store.finish([Outcome(job_id=job.id, attempt=1, rejected=("empty_input", ""))])
    return store


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_by_verdict_language_and_version(filled: Store, limit: int) -> None:
    assert urls(filled, limit, verdict="challenge") == ["7", "4", "1"]
    assert urls(filled, limit, verdict="content") == ["6", "3", "0"]
    assert urls(filled, limit, language="en") == list("76543210")
    assert urls(filled, limit, cleaner_version=VERSION) == list("876543210")
    assert urls(filled, limit) == list("9876543210")


def test_choices_go_together(filled: Store) -> None:
    assert urls(filled, verdict="soft_404", language="de") == ["8"]
    assert urls(filled, verdict="soft_404", host="host2.example", cleaner_version=VERSION) == ["8", "5", "2"]
    assert urls(filled, verdict="soft_404", state="clean", source="tests") == ["8", "5", "2"]
    assert urls(filled, verdict="soft_404", state="rejected") == []
    assert urls(filled, verdict="nonsense") == urls(filled, cleaner_version=LATER) == urls(filled, language="fr") == []


def test_the_present_document_counts_or_that_of_the_version(filled: Store) -> None:
    """Cleaned again, a bot check turns out to be content."""
    url = submission(4).url
    filled.reclean(Where(url=url))
    jobs = filled.claim([name for name, _ in filled.stale()], "w")
    assert len(filled.finish([cleaned(job, verdict="content", cleaner_version=LATER) for job in jobs])) == 1
    assert urls(filled, verdict="challenge") == ["7", "1"]
    assert urls(filled, verdict="content") == ["6", "4", "3", "0"]
    assert urls(filled, cleaner_version=LATER) == urls(filled, cleaner_version=LATER, verdict="content") == ["4"]
    assert urls(filled, cleaner_version=VERSION, verdict="challenge") == ["7", "4", "1"]


def test_a_page_with_the_same_text_in_new_bytes_is_listed_once(store: Store) -> None:
    for body in ("<p>blocked", "<p class=x>blocked"):
        put_clean(store, submission(1, body), text="blocked", verdict="challenge")
    assert urls(store, verdict="challenge") == ["1"]
