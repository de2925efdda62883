"""Alarms as people and programs meet them: shown with what fired them, seen to, snoozed, on record."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.quality.helpers import page as seen_page
from tests.service.browser import Trap, Watched, browser, needs_browser, trap
from tests.service.web_helpers import Site, serving
from worker.quality.alarms import Finding, record
from worker.quality.watch import observe
from worker.store.ids import HOUR, now_ms
from worker.store.nouns import Where
from worker.store.tables_rollup import host_hour

__all__ = ["browser", "trap"]  # fixtures

HOSTILE = "<script>alert(1)</script>.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("alarms"), webhook="https://hooks.example/secret-path") as site:
        site.put(url="https://a.example/ferry?x=<b>")
        site.work()
        site.store.rollup()
        yield site


@pytest.fixture
def fresh(site: Site) -> Iterator[Site]:
    """With alarms as the watch makes them, and no others."""
    database = site.store.database
    (document,) = site.store.documents(Where(host="a.example")).documents
    old = [seen_page(n, kept=0.61, document=document.id) for n in range(300)]
    new = [seen_page(n, kept=0.09, document=document.id) for n in range(300, 350)]
    now = now_ms()

    def put(connection: Any) -> None:
        findings = observe(database, connection, [*old, *new])
        assert [one.kind for one in findings] == ["kept_share"]
        shifted = [
            Finding(kind=one.kind, subject=one.subject, wrong=True, at=now, evidence=one.evidence) for one in findings
        ]
        waves = [
            Finding(kind="verdicts", subject=f"wall-{n}.example", wrong=True, at=now - n, evidence=RATE) for n in range(7)
        ]
        backlog = {"oldest_seconds": {"interactive": 5, "crawl": 7300}, "may_be": {"interactive": 60.0, "crawl": 3600.0}}
        findings = [
            *shifted,
            *waves,
            Finding(kind="backlog_age", wrong=True, at=now, evidence=backlog),
            Finding(kind="spam_wave", subject=HOSTILE, wrong=True, at=now, evidence=RATE),
            Finding(kind="no_data", subject="b.example", wrong=True, at=now - 30 * HOUR, evidence=SILENT),
        ]
        record(connection, findings)
        record(connection, [Finding(kind="no_data", subject="b.example", wrong=False, at=now)])

    database.write(put)
    yield site
    for table in ("alarm", "host_watch", "audit"):
        database.write(lambda connection, name=table: connection.exec_driver_sql(f"DELETE FROM {name}"))  # type: ignore[misc]


def bins(pages: int, place: int) -> str:
    return json.dumps([pages if at == place else 0 for at in range(20)])


RATE = {"usual": 0.001, "now": 0.02, "score": 9.0, "pages_before": 900}
SILENT = {"last_hour": 1_741_010_400_000, "pages_before": 700}


def by_cause(site: Site, **asked: Any) -> dict[str, Any]:
    answer = site.http.get("/v1/alarms", params=asked)
    assert answer.status_code == 200, answer.text
    return {row["cause"]: row for row in answer.json()["rows"]}


def test_programs_read_what_is_wrong_and_say_that_it_was_seen(fresh: Site) -> None:
    found = by_cause(fresh)
    assert set(found) == {"host a.example", "verdicts on many hosts", "backlog_age", f"host {HOSTILE}"}
    (alarm,) = found["host a.example"]["alarms"]
    assert "is about 9 %; usually 61 %" in alarm["said"] and alarm["latest"][0]["url"].startswith("https://a.example/")
    assert found["verdicts on many hosts"]["hosts"] == 7
    assert "2.0 h" in found["backlog_age"]["alarms"][0]["said"]
    assert set(by_cause(fresh, host="a.example")) == {"host a.example"}
    assert by_cause(fresh, everything=True)["host b.example"]["open"] == 0
    said = {"cause": "host a.example"}
    assert fresh.http.post("/v1/alarms/acknowledge", json=said).json() == {"alarms": 1}
    assert fresh.http.post("/v1/alarms/snooze", json={"cause": "backlog_age", "hours": 8}).json() == {"alarms": 1}
    assert fresh.http.get("/v1/alarms").json()["waiting"] == 2
    later = datetime.fromisoformat(by_cause(fresh)["backlog_age"]["snoozed_until"]) - datetime.now(UTC)
    assert timedelta(hours=7.9) < later <= timedelta(hours=8)
    assert fresh.http.post("/v1/alarms/acknowledge", json={"cause": "nothing"}).status_code == 404
    assert fresh.http.post("/v1/alarms/snooze", json={"cause": "backlog_age", "hours": 1e9}).status_code == 422


def test_only_reviewers_say_that_it_was_seen(fresh: Site) -> None:
    form = {"cause": "backlog_age", "back": "/alarms"}
    strange = fresh.http.post("/alarms/acknowledge", data=form, headers={"origin": "https://evil.example"})
    assert strange.status_code == 403
    assert fresh.http.post("/alarms/acknowledge", data={**form, "csrf": "00"}).status_code == 403
    with httpx.Client(base_url=fresh.url) as other:
        assert other.post("/v1/alarms/acknowledge", json=form, headers={"origin": "https://evil.example"}).status_code == 403
    assert by_cause(fresh)["backlog_age"]["acknowledged_by"] is None


@needs_browser
class TestInTheBrowser:
    """The page."""

    @pytest.fixture
    def seen(self, fresh: Site, browser: Browser, trap: Trap) -> Iterator[Watched]:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="Asia/Tokyo", locale="en-GB")
        watched = Watched(context, fresh.url)
        yield watched
        context.close()
        assert watched.said == [] and trap.caught == 0

    def test_it_leads_from_the_badge_to_the_pages_that_fired_it(self, seen: Watched) -> None:
        page = seen.open("/hosts")
        badge = page.locator("nav .badge")
        expect(badge).to_have_text("4 open")
        badge.click()
        expect(page.locator("article")).to_have_count(4)
        mine = page.locator("article", has=page.get_by_role("heading", name="a.example", exact=True))
        expect(mine).to_contain_text("Kept share is about 9 %; usually 61 %, over 3")
        expect(mine).to_contain_text("new template")
        assert "UTC" not in mine.locator("time").first.inner_text()
        mine.get_by_text("https://a.example/ferry?x=<b>").first.click()
        expect(page.locator("#clean")).to_contain_text("The ferry stayed")

    def test_it_is_acknowledged_and_snoozed_by_keyboard(self, seen: Watched, fresh: Site) -> None:
        page = seen.open("/alarms")
        mine = page.get_by_role("article", name="a.example", exact=True)
        mine.get_by_role("button", name="Acknowledge").focus()
        page.keyboard.press("Enter")
        expect(mine).to_contain_text("seen to by loopback")
        expect(mine.get_by_role("button")).to_have_count(0)
        wave = page.get_by_role("article", name="Pages without content on many hosts")
        wave.get_by_role("combobox").select_option("8")
        wave.get_by_role("button", name="Snooze").focus()
        page.keyboard.press("Enter")
        expect(wave).to_contain_text("snoozed until")
        wave.get_by_role("button", name="End the snooze").click()
        expect(wave.locator(".state")).to_have_text("open")
        page.click("text=Who has seen to what")
        expect(page.locator("tbody tr")).to_have_count(3)
        expect(page.locator("tbody")).to_contain_text("alarm.acknowledged")

    def test_a_hosts_page_marks_where_it_changed(self, seen: Watched, fresh: Site) -> None:
        hour = now_ms() - now_ms() % HOUR
        rows = [
            {
                "hour": hour - back * HOUR,
                "host": "a.example",
                "lane": "crawl",
                "pages": 9,
                "words_in": 900,
                "words_kept": 90,
                "cpu_ms": 9.0,
                "confidence": bins(9, 16),
                "kept_share": bins(9, 12 if back > 5 else 1),
            }
            for back in range(1, 40)
        ]
        fresh.store.database.write(lambda connection: connection.execute(sa.insert(host_hour), rows))
        page = seen.open("/hosts/a.example")
        page.wait_for_selector("html[data-drawn]")
        expect(page.locator(".breaks")).to_contain_text("Kept share fell from 62 % to 9 % on")
        expect(page.locator("[data-chart=host_shares]")).to_have_attribute("data-marks", "1")
        moment = page.locator(".breaks time").first.get_attribute("datetime")
        assert moment is not None and datetime.fromisoformat(moment).timestamp() * 1000 == hour - 5 * HOUR
        page.get_by_role("button", name="Acknowledge").click()
        expect(page.locator("article")).to_contain_text("seen to by loopback")
        assert page.url.endswith("/hosts/a.example")
        page.click("text=Pages of that hour")
        expect(page.locator("h1")).to_have_text("Pages")

    def test_changes_of_the_cleaner_are_marked(self, seen: Watched, fresh: Site) -> None:
        made = fresh.store.change_rule("navigation", enabled=False, host="a.example", by="jane")
        page = seen.open("/?span=week")
        page.wait_for_selector("html[data-drawn]")
        expect(page.locator("[data-chart=outcomes]")).to_have_attribute("data-marks", "1")
        page.click("#markers summary")
        expect(page.locator("#markers")).to_contain_text("rule navigation disabled on a.example")
        fresh.store.undo_change(made.id, by="jane")

    def test_what_is_over_is_history(self, seen: Watched) -> None:
        page = seen.open("/alarms")
        page.click("text=last 30 days")
        mine = page.get_by_role("article", name="b.example", exact=True)
        expect(mine.locator(".state")).to_have_text("over")
        expect(mine).to_contain_text("700 pages")
        page.fill("#host", "nobody.example")
        page.keyboard.press("Enter")
        expect(page.locator(".empty")).to_contain_text("Nothing to tell of nobody.example")

    @pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
    def test_everybody_can_use_it(self, fresh: Site, browser: Browser, scheme: Any, width: int) -> None:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
        watched = Watched(context, fresh.url)
        for path in ("/alarms", "/alarms?show=month", "/alarms?host=nobody.example", "/hosts/a.example"):
            page = watched.open(path)
            found = Axe().run(
                page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
            )
            assert found.violations_count == 0, f"{path} {scheme} {width}\n{found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        context.close()
        assert watched.said == []
