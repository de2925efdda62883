"""The pages in a real browser: they show what happened, by mouse and keyboard, in every light and width."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.cli_helpers import ROOT
from tests.service.browser import Trap, Watched, browser, needs_browser, trap
from tests.service.web_helpers import Site, serving

__all__ = ["browser", "trap"]  # fixtures
pytestmark = needs_browser

SAMPLE = (ROOT / "fixtures/pages/readme-lighthouse/page.html").read_text(encoding="utf-8")
ARABIC = (ROOT / "fixtures/pages/arabic-news-share-bar/page.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("web")) as site:
        site.put(url="https://post.example/lighthouse", html=SAMPLE, id="lighthouse", meta={"crawl": "may"})
        site.put(url="https://ar.example/page", html=ARABIC)
        for n in range(60):
            site.put(url=f"https://host-{n % 55}.example/{n}", html=SAMPLE.replace("harbour", f"harbour {n}"))
        site.put(url="https://broken.example/", html="  ")
        site.work()
        site.store.rollup()
        site.store.change_rule("navigation", enabled=False, host="post.example", by="ines", note="menus are content there")
        yield site


def page_of(site: Site, host: str) -> str:
    rows = site.http.get("/v1/pages", params={"host": host}).json()["rows"]
    return f"/pages/{rows[0]['page_id']}"


@pytest.fixture
def seen(site: Site, browser: Browser, trap: Trap) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="Asia/Tokyo", locale="en-GB")
    watched = Watched(context, site.url)
    yield watched
    context.close()
    assert watched.said == [] and trap.caught == 0


def test_the_overview_draws_its_charts_and_leads_down_to_pages(seen: Watched) -> None:
    page = seen.open("/")
    page.wait_for_selector("html[data-drawn]")
    assert page.locator("[data-chart] canvas").count() == 4
    expect(page.locator("[data-value=clean]")).to_have_text("62")
    page.click("a.tile:has-text('Rejected')")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("tbody a")
    expect(page.locator(".problem")).to_contain_text("empty_input")


def test_the_overview_renews_itself(seen: Watched, site: Site) -> None:
    page = seen.open("/")
    page.wait_for_selector("html[data-drawn]")
    before = int(page.locator("[data-value=clean]").inner_text())
    site.put(url="https://late.example/", html=SAMPLE.replace("harbour", "late harbour"))
    site.work()
    site.store.rollup()
    expect(page.locator("[data-value=clean]")).to_have_text(str(before + 1), timeout=20_000)


def test_hosts_are_searched_and_sorted(seen: Watched) -> None:
    page = seen.open("/hosts")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.click("text=Next 50")
    assert page.locator("tbody tr").count() >= 5
    page.fill("#search", "post.ex")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("tbody a")
    page.wait_for_selector("html[data-drawn]")
    expect(page.locator("h1")).to_have_text("post.example")
    assert page.locator("[data-chart] canvas").count() == 2


def test_a_page_shows_what_was_removed_and_why(seen: Watched, site: Site) -> None:
    page = seen.open(page_of(site, "post.example"))
    drop = page.locator("#source del[data-reason=spam_injection]")
    expect(drop).to_have_text("lucky88 best online casino")
    drop.focus()
    expect(page.locator("#note")).to_contain_text("rule spam_injection")
    drop.hover()
    expect(page.locator("#note")).to_contain_text("halves join")
    page.uncheck("[data-toggle=spam_injection]")
    expect(drop).to_be_hidden()
    page.check("[data-toggle=spam_injection]")
    expect(drop).to_be_visible()
    assert "Visitors climb" in page.locator("#clean").inner_text()
    kept = page.locator("#source").evaluate(
        "e => [...e.childNodes].filter(n => n.nodeName !== 'DEL').map(n => n.textContent).join('')"
    )
    assert kept == page.locator("#clean").evaluate("e => e.textContent")
    expect(page.locator("dl", has_text="crawl")).to_contain_text("may")


def test_the_original_is_shown_with_removed_blocks_marked(seen: Watched, site: Site) -> None:
    page = seen.open(page_of(site, "post.example"))
    page.click("#original summary")
    frame = page.frame_locator("#original iframe")
    expect(frame.locator("[data-dehusk=byline]")).to_have_text("By Ines Holm")
    expect(frame.locator("h1")).to_have_text("Lighthouse opens its doors again")
    assert frame.locator("h1[data-dehusk], main[data-dehusk], body[data-dehusk]").count() == 0


def test_times_are_in_the_readers_zone(seen: Watched, site: Site) -> None:
    page = seen.open(page_of(site, "post.example"))
    time = page.locator("ol time").first
    assert "UTC" in (time.get_attribute("title") or "") and "UTC" not in time.inner_text()


def test_the_theme_is_chosen_and_kept(seen: Watched) -> None:
    page = seen.open("/")
    page.click("#theme")
    page.click("#theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(seen.base + "/hosts")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_keyboard_is_enough(seen: Watched) -> None:
    page = seen.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("nav a", has_text="Hosts")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Hosts")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_everybody_can_use_it(site: Site, browser: Browser, scheme: Any, width: int) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    watched = Watched(context, site.url)
    paths = (
        "/",
        "/hosts?search=post",
        "/hosts/post.example",
        "/pages?host=post.example",
        page_of(site, "post.example"),
        "/signin",
        "/audit",
    )
    for path in paths:
        page = watched.open(path)
        if path in ("/", "/hosts/post.example"):
            page.wait_for_selector("html[data-drawn]")
        found = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert found.violations_count == 0, f"{path} {scheme} {width}\n{found.generate_report()}"
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is wider than {width}"
    context.close()


def test_arabic_runs_from_right_to_left(seen: Watched, site: Site) -> None:
    page = seen.open(page_of(site, "ar.example"))
    clean = page.locator("#clean[lang=ar]")
    assert clean.evaluate("e => getComputedStyle(e).direction") == "rtl"
