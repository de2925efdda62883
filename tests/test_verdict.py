"""Pages that are not the page; and pages that only talk about it."""

from __future__ import annotations

import pytest

from cleaners.stages.json_ld import LinkedData
from cleaners.stages.verdict import verdict
from tests.metadata_helpers import judged, ld_script, prose, read_text

LONG = "<p>The sign said: verify you are human. It hung over the door of the old customs house, and nobody had" \
    " ever asked why, until the new clerk, who read everything twice, took it down and wrote to the ministry" \
    " about captchas, paywalls and page not found errors.</p>"  # fmt: skip


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        (f"<title>Why 404 pages matter</title><h1>Page not found</h1>{prose(300)}", 300),
        (f"<title>How captchas work</title><h1>Verify you are human</h1>{prose(200)}", 200),
        (f"<h1>How captchas work</h1>{LONG}", 58),  # short, but prose
        ("<title>Rain at last</title><h1>Rain at last</h1><p>It rained.</p>", 5),
        ("<nav><a href=/login>Log in</a> <a href=/join>Sign up</a></nav><h1>Rain</h1><p>It rained in the valley.</p>", 5),
        (f"<noscript>Please enable JavaScript</noscript><h1>Rain</h1>{prose(60)}", 60),
        ("<div class=cookie-banner>We use cookies.</div><h1>Rain</h1><p>It rained all night, again.</p>", 6),
        ("<footer><p>Subscribe to continue reading</p></footer><h1>Rain</h1><p>It rained all night.</p>", 5),
        (ld_script('{"@type": "NewsArticle", "isAccessibleForFree": true}') + "<p>It rained all night.</p>", 4),
        (ld_script('{"@type": "NewsArticle", "isAccessibleForFree": false}') + prose(900), 900),
    ],
)  # fmt: skip
def test_content(html: str, kept: int) -> None:
    assert judged(html, kept) == "content"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", "empty"),
        ("<p> </p>", "empty"),
        ("<title>Just a moment...</title><script>x</script><p>Checking your browser before accessing it.</p>", "challenge"),
        ("<title>Attention Required! | Shield</title><h1>Sorry, you have been blocked</h1>", "challenge"),
        ("<title>Rain</title><h2>Please verify you are human</h2><p>Request id 123</p>", "challenge"),
        ("<title>Page not found | The Daily Rain</title><h1>Oops</h1><ul><li><a href=/>Home</a></ul>", "soft_404"),
        ("<title>404</title><p>Nothing here.</p>", "soft_404"),
        ("<title>Página no encontrada - Lluvia</title><h1>Vaya</h1>", "soft_404"),
        ("<title>Rain</title><h1>Diese Seite wurde nicht gefunden</h1>", "soft_404"),
        ("<title>Rain</title><h1>You must log in to continue.</h1><form><input type=password></form>", "login_wall"),
        ("<script></script><noscript>You need to enable JavaScript to run this app.</noscript>", "script_shell"),
        ("<title>App</title><script src=a.js></script><div id=root></div>", "script_shell"),
        ("<title>App</title><script src=a.js></script><div>Loading…</div>", "script_shell"),
    ],
)  # fmt: skip
def test_not_the_page(html: str, expected: str) -> None:
    assert judged(html, 0) == expected


def test_walls_in_front_of_content() -> None:
    wall = (
        "<div class='consent-wall'><p>"
        + "We and our partners store and read data on your device. " * 6
        + "</p><button>Accept all</button></div>"
    )
    assert judged(wall, 0) == "consent_wall"
    free = '{"@type": "NewsArticle", "headline": "Rain", "isAccessibleForFree": false}'
    assert judged(ld_script(free) + prose(100), 100) == "paywall_preview"
    assert judged(ld_script(free) + prose(250), 250) == "paywall_preview"
    offer = "<div class=paywall><p>Subscribe to continue reading</p></div>"
    assert judged(f"<h1>Rain</h1>{prose(80)}{offer}", 80) == "paywall_preview"


def test_plain_text() -> None:
    for text, kept, expected in (
        ("", 0, "empty"),
        ("Just a moment...\n\nVerify you are human by completing the action below.", 0, "challenge"),
        ("It rained all night.", 4, "content"),
    ):
        page = read_text(text)
        assert verdict(page, kept, sum(segment.words for segment in page.segments), LinkedData()) == expected
