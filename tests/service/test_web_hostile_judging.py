"""What strangers wrote does not run on the pages where people judge it: the same payloads, in a real browser."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from tests.quality.test_compare import here
from tests.service.browser import Trap, Watched, browser, needs_browser, trap
from tests.service.judging_helpers import clean_again, page_ids
from tests.service.test_web_hostile import PAYLOADS, body, harmless
from tests.service.web_helpers import Site, serving
from worker.quality import compare, follow, golden, outcomes, reviews, second, tasks
from worker.quality.sample import Sample
from worker.quality.ways import Way
from worker.store.nouns import Where

__all__ = ["browser", "trap"]  # fixtures
pytestmark = needs_browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Every payload as a page's text, title, address and meta; as a reviewer's name; as an approved text; as a profile."""
    with serving(tmp_path_factory.mktemp("hostile")) as site:
        for name in (reviews.NAME, second.NAME):
            follow.begin(site.store.database, name)
        for n, payload in enumerate(PAYLOADS):
            site.put(id="".join(c for c in payload if c.isprintable()) + str(n), html=body(payload), meta={payload: payload})
        site.work()
        while reviews.draw_reviews(site.store.database, 5.0):
            pass
        for found, payload in zip(site.store.documents(Where(), limit=100).documents, PAYLOADS, strict=True):
            golden.approve(site.store, found.id, f"</textarea>{payload}\n{found.document.text}", by=payload)
        site.store.reclean(Where())
        clean_again(site, title=False)
        site.store.change_profile(PAYLOADS[0], "title = true", by=PAYLOADS[3], note=PAYLOADS[2])
        name = compare.begin(
            site.store, Way("now"), Way("own", PAYLOADS[0], "captions = true"), Sample("golden"), by=PAYLOADS[1]
        )
        compare.run(site.store, name, cleaner=here)
        yield site


@pytest.fixture
def seen(site: Site, browser: Browser, trap: Trap) -> Iterator[Watched]:
    context = browser.new_context()
    watched = Watched(context, site.url)
    yield watched
    watched.page.wait_for_timeout(200)
    context.close()
    assert watched.said == []
    assert trap.caught == 0, "something was sent to another host"


def test_no_span_under_review_runs(site: Site, seen: Watched) -> None:
    waiting = tasks.next_tasks(site.store.database, 500)
    chosen = [task for task in waiting if any(sign in task.text for sign in "<\"'{")]
    assert len({task.page_id for task in chosen}) >= len(PAYLOADS) // 2
    for task in chosen[::5]:
        page = seen.open(f"/review?task={task.id}")
        shown = page.locator("#span [data-at]").evaluate_all("all => all.map(e => e.textContent).join('')")
        assert shown.split() == task.text.split()
        page.keyboard.press("s")
        page.keyboard.press("ArrowRight")
        harmless(seen)
        reviews.answer(site.store.database, task.id, "keep", by=PAYLOADS[0])


def test_no_listing_of_judgements_runs(site: Site, seen: Watched) -> None:
    reviews.answer(site.store.database, tasks.next_tasks(site.store.database, 1)[0].id, "keep", by=PAYLOADS[0])
    comparison = outcomes.comparisons(site.store.database)[0].id
    for path in ("/review", "/review/rules", "/review/verdicts", "/golden", "/compare", f"/compare/{comparison}", "/audit"):
        seen.open(path)
        harmless(seen)
    for payload in PAYLOADS[::4]:
        given = httpx.QueryParams(left=payload[:100], rule=payload[:100], profile=payload[:100], host=payload)
        seen.open(f"/compare?{given}")
        harmless(seen)


def test_no_version_difference_or_approved_text_runs(site: Site, seen: Watched) -> None:
    comparison = outcomes.comparisons(site.store.database)[0].id
    for n, page_id in list(enumerate(page_ids(site)))[::4]:
        for path in (
            f"/pages/{page_id}",
            f"/pages/{page_id}/difference?whole=true",
            f"/compare/{comparison}/{n}?whole=true",
        ):
            seen.open(path)
            harmless(seen)
        known = golden.of_page(site.store.database, page_id)
        assert known is not None
        page = seen.open(f"/golden/{known.id}")
        assert page.locator("#text").input_value().split() == known.text.split()
        harmless(seen)


def test_downloads_are_no_pages(site: Site) -> None:
    for found in site.store.documents(Where(), limit=10).documents:
        for path in (f"/v1/documents/{found.id}/text", "/v1/reviews/rows", "/v1/reviews/fixtures"):
            answer = site.http.get(path, headers={"Accept": "text/html"})
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "text/html" not in answer.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/review", "/review/rules", "/review/verdicts", "/golden", "/compare"])
def test_the_policy_allows_no_script_but_ours(site: Site, path: str) -> None:
    policy = site.http.get(path, headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert "form-action 'self'" in policy and "frame-ancestors 'none'" in policy
