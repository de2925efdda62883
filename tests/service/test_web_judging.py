"""Reviewing by keyboard, the golden set, comparisons and cleaning again, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.service.browser import Trap, Watched, browser, needs_browser, trap
from tests.service.judging_helpers import clean_again, document_of, judging, page_ids
from tests.service.web_helpers import Site
from worker.quality import golden, outcomes, reviews, tasks

__all__ = ["browser", "trap"]  # fixtures
pytestmark = needs_browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with judging(tmp_path_factory.mktemp("judging")) as site:
        yield site


@pytest.fixture
def seen(site: Site, browser: Browser, trap: Trap) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    watched = Watched(context, site.url)
    yield watched
    context.close()
    assert watched.said == [] and trap.caught == 0


def press(page: Page, *keys: str) -> None:
    """Press keys; the last one leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page."""
    with page.expect_navigation():
        page.click(selector)


def open_task(seen: Watched, site: Site, *, removed: bool) -> tasks.Task:
    found = next(one for one in tasks.next_tasks(site.store.database, 200) if bool(one.reason) == removed)
    seen.open(f"/review?task={found.id}")
    return found


def latest(site: Site) -> tasks.Given:
    return tasks.given(site.store.database, 1)[0]


def test_spans_are_reviewed_by_keyboard_alone(seen: Watched, site: Site) -> None:
    waiting = tasks.waiting(site.store.database)
    task = open_task(seen, site, removed=True)
    page = seen.page
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator(".facts")).to_contain_text(f"rule {task.rule}, sure to")
    expect(page.locator(".facts")).to_contain_text(task.evidence)
    press(page, "d")
    given = latest(site)
    assert (given.task_id, given.answer, given.by) == (task.id, "drop", "loopback")
    assert given.probability == pytest.approx(task.probability)
    expect(page.locator(".saved")).to_contain_text("Your verdict is kept")
    press(page, "b")  # back: another verdict takes the place of the first
    expect(page.locator(".task .state").first).to_contain_text("judged before")
    press(page, "k")
    verdicts = reviews.verdicts(site.store.database)
    assert [one.answer for one in verdicts if (one.document_id, one.start) == (task.document_id, task.start)] == ["keep"]
    before = page.locator("input[name=task]").input_value()
    press(page, "n")
    assert page.locator("input[name=task]").input_value() != before
    press(page, "u")
    assert latest(site).answer == "unsure"
    assert tasks.waiting(site.store.database) == waiting - 2


def test_kept_text_goes_for_a_reason(seen: Watched, site: Site) -> None:
    task = open_task(seen, site, removed=False)
    page = seen.page
    page.keyboard.press("d")
    expect(page.locator("#reason")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Choose the reason")
    page.keyboard.type("nav")
    press(page, "Enter")
    given = latest(site)
    assert (given.task_id, given.answer, given.reason) == (task.id, "drop", "navigation")


def test_a_span_is_split_by_keyboard(seen: Watched, site: Site) -> None:
    task = open_task(seen, site, removed=False)
    page = seen.page
    page.keyboard.press("s")
    expect(page.locator("#cut")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    place = int(page.locator("#split_at").input_value())
    words = task.text[place:].split()
    assert page.locator("#cut").get_attribute("aria-valuetext") == f"before “{words[0]}”"
    expect(page.locator("#span .goes").first).to_have_text(words[0])
    page.keyboard.press("Enter")  # what goes needs a reason
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("cap")
    press(page, "Enter")
    parts = [one for one in reviews.verdicts(site.store.database) if one.start == task.start or one.end == task.end]
    mine = sorted((one.start, one.end, one.answer) for one in parts if one.document_id == task.document_id)
    assert mine == [(task.start, task.start + place, "keep"), (task.start + place, task.end, "drop")]
    assert latest(site).reason == "caption"


def test_single_keys_can_be_switched_off(seen: Watched, site: Site) -> None:
    open_task(seen, site, removed=True)
    page = seen.page
    page.uncheck("#keys")
    page.keyboard.press("k")
    page.reload()
    expect(page.locator("#keys")).not_to_be_checked()
    page.locator("#question").focus()
    page.keyboard.press("k")
    page.wait_for_timeout(200)
    expect(page.locator(".saved")).to_have_count(0)
    page.locator("#keep").focus()  # the buttons work all the same
    press(page, "Enter")
    expect(page.locator(".saved")).to_have_count(1)


def test_buttons_work_without_scripts(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    task = next(one for one in tasks.next_tasks(site.store.database, 200) if not one.reason)
    page.goto(f"{site.url}/review?task={task.id}")
    follow(page, "#drop")
    assert "wrong=reason" in page.url and page.locator(".problem").count() == 1
    page.select_option("#reason", "caption")
    follow(page, "#drop")
    context.close()
    assert (latest(site).task_id, latest(site).answer) == (task.id, "drop")


def test_right_to_left_text_is_judged_as_it_reads(seen: Watched, site: Site) -> None:
    found = next(one for one in tasks.next_tasks(site.store.database, 500) if one.language == "ar")
    page = seen.open(f"/review?task={found.id}")
    context = page.locator(".context[lang=ar]")
    assert context.evaluate("e => getComputedStyle(e).direction") == "rtl"
    shown = page.locator("#span [data-at]").evaluate_all("all => all.map(e => e.textContent).join('')")
    assert shown == found.text


def test_a_page_is_cleaned_again_at_once_and_shows_what_changed(seen: Watched, site: Site) -> None:
    name = page_ids(site)[5]
    page = seen.open(f"/pages/{name}")
    expect(page.locator("dl", has_text="Encoding")).to_contain_text("utf-8")
    follow(page, "text=Clean again now")
    expect(page.locator("#waits")).to_contain_text("waits for a worker")
    assert clean_again(site, bylines=True) == 1
    expect(page.locator(".saved")).to_contain_text("3 words more, 0 fewer", timeout=10_000)
    follow(page, "text=See what changed")
    expect(page.locator("ins")).to_have_text("new: By Ines Holm ")
    expect(page.locator("del")).to_have_count(0)
    page.go_back()
    old = page.locator(".versions a")
    expect(old).to_have_count(1)
    follow(page, ".versions a")
    assert "By Ines Holm" not in page.locator("#clean").inner_text()
    with page.expect_download() as download:
        page.click("text=Download text")
    assert "Visitors climb" in download.value.path().read_text(encoding="utf-8")


def emptied(site: Site) -> None:
    for one in golden.golden_pages(site.store.database):
        golden.remove(site.store.database, one.id)


def test_the_golden_set_is_filled_scored_and_emptied(seen: Watched, site: Site) -> None:
    emptied(site)
    page = seen.open("/golden")
    expect(page.locator("main")).to_contain_text("golden set")
    seen.open(f"/pages/{page_ids(site)[7]}")
    follow(page, "text=Approve for the golden set")
    text = page.locator("#text")
    assert text.input_value().startswith("Lighthouse opens its doors again\n\n")
    text.fill(text.input_value().replace("Visitors climb", "Guests climb"))
    follow(page, "main button.primary")
    follow(page, "text=Score it now")
    expect(page.locator("#waits")).to_have_count(0, timeout=30_000)
    page.wait_for_selector("#live canvas")
    score = golden.history(site.store.database)[0]
    assert score.pages == 1 and 0.9 < score.f1 < 1
    expect(page.locator(".tile", has_text="F1 of the words")).to_contain_text(f"{100 * score.f1:.1f} %")
    follow(page, "tbody >> text=Edit")
    assert "Guests climb" in page.locator("#text").input_value()
    page.fill("#text", "Another text.")
    follow(page, "main button.primary")
    assert golden.golden_pages(site.store.database)[0].text == "Another text."
    follow(page, "text=Remove")
    expect(page.locator("tbody >> text=Edit")).to_have_count(0)
    assert golden.golden_pages(site.store.database) == []


def test_two_ways_are_compared_and_one_is_put_in_force_and_taken_back(seen: Watched, site: Site) -> None:
    emptied(site)
    for at in (1, 2, 3):
        name = document_of(site, page_ids(site)[at])
        stored = site.store.document(name)
        assert stored is not None
        golden.approve(site.store, name, stored.document.text, by="test")
    page = seen.open("/compare?sample=golden")
    page.check("input[name=right][value=own]")
    page.fill("#right_toml", "bylines = true")
    follow(page, "#ways button.primary")
    expect(page.locator("#waits")).to_have_count(0, timeout=30_000)
    found = outcomes.comparisons(site.store.database)[0]
    assert (found.state, found.pages, found.same, found.gold_worse) == ("done", 3, 0, 3)
    assert found.left_gold == pytest.approx(1.0) and found.only_right == 9
    expect(page.locator("td .worse")).to_have_count(3)
    follow(page, "tbody a >> nth=0")
    expect(page.locator("ins")).to_have_text("new: By Ines Holm ")
    expect(page.locator("tbody tr")).to_contain_text("byline")
    page.go_back()
    page.fill("#note_right", "bylines are wanted")
    follow(page, "text=Make it current")
    (change,) = site.store.changes()
    assert (change.what, change.body, change.note, change.by) == (
        "profile",
        "bylines = true",
        "bylines are wanted",
        "loopback",
    )
    follow(page, "text=Take back")
    assert site.store.changes() == []
    expect(page.locator("#force")).to_contain_text("no changes over it")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_everybody_can_use_it(site: Site, browser: Browser, scheme: Any, width: int) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    watched = Watched(context, site.url)
    name = page_ids(site)[5]
    comparison = outcomes.comparisons(site.store.database)
    paths = [
        "/review",
        f"/review?task={next(one.id for one in tasks.next_tasks(site.store.database, 200) if not one.reason)}&wrong=reason",
        *("/review/rules", "/review/verdicts", "/review/opinions", "/golden", "/compare"),
        *(f"/pages/{name}", f"/pages/{name}/difference", f"/golden/approve?document={document_of(site, name)}"),
    ]
    if comparison:  # the test that makes one ran in this process
        paths += [f"/compare/{comparison[0].id}", f"/compare/{comparison[0].id}/0"]
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for path in paths:
        page = watched.open(path)
        if path == "/review":
            page.keyboard.press("s")  # the panel too
        found = Axe().run(page, options={"runOnly": rules})
        assert found.violations_count == 0, f"{path} {scheme} {width}\n{found.generate_report()}"
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is wider than {width}"
    context.close()
    assert watched.said == []
