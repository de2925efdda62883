"""The account adds up on anything that comes in: random markup, random text, and real pages where there are some."""

from __future__ import annotations

import gzip
import os
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import clean
from cleaners.errors import CleanError
from tests.cases import difference
from tests.properties import check_account, markdown_words

DATA = Path(os.environ.get("DEHUSK_DATA") or Path(__file__).parent.parent.parent / "shared" / "data")
PARTS = 8  # the pages are cleaned in, so that processes share them

_PROSE = (
    "The last ferry leaves the island at ten past six, or a little later if somebody is running. ",
    "Chuyến đò cuối cùng rời bến lúc sáu giờ mười, hoặc muộn hơn một chút nếu có người. ",
    "最後の渡し船は六時十分に岸を離れる。",
    "تغادر آخر عبّارة الجزيرة في السادسة وعشر دقائق. ",
)
_CLUTTER = (
    "Accept all cookies",
    "Skip to content",
    "Share on Facebook",
    "5 min read",
    "Read also: The baker",
    "By Orla Finch",
    "12 May 2024",
    "© 2024 The Gazette. All rights reserved.",
    "Home > News > Islands",
    "Subscribe to our newsletter",
    "Advertisement",
    "Tags: ferry, island",
    "slot gacor 88 bet",
    "Xem thêm: Bến đò",
    "Page 1 of 3",
    "Photo: Ida / AFP",
)
_TAG_NAMES = """
html head title body main article nav aside header footer section div p h1 h2 h3 ul ol li dl dt dd table tr td th
pre code blockquote figure figcaption a b i span time button form label select option noscript template script style br hr
"""
_CLASSES = ("comments", "share", "related", "cookie-banner", "post-body", "breadcrumb", "byline", "newsletter", "x7f3")
_ODD = st.text(alphabet=st.characters(exclude_categories=()), max_size=12)
_SPACES = st.sampled_from((" ", "\n", "\t", "&nbsp;", "&#0;"))
_WORDS = st.one_of(st.sampled_from(_PROSE), st.sampled_from(_CLUTTER), _ODD, _SPACES)


@st.composite
def _tag(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(_TAG_NAMES.split()))
    extra = draw(
        st.sampled_from(
            (
                "",
                f' class="{draw(st.sampled_from(_CLASSES))}"',
                ' style="display:none"',
                ' href="https://x.example/"',
                " hidden",
                ' role="navigation"',
                ' itemprop="author"',
            )
        )
    )
    return f"</{name}>" if draw(st.booleans()) else f"<{name}{extra}>"


_MARKUP = st.lists(st.one_of(_tag(), _WORDS), min_size=1, max_size=60).map("".join)
_TEXT = st.lists(st.one_of(_WORDS, st.just("\n\n")), min_size=1, max_size=40).map("".join)


def _check(page: bytes | str, content_type: str | None) -> None:
    try:
        cleaned = clean(page, content_type=content_type, url="https://gazette.example/a")
    except CleanError:
        return
    check_account(cleaned)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_MARKUP)
def test_random_markup(markup: str) -> None:
    _check("<!doctype html>" + markup, "text/html")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_TEXT)
def test_random_text(text: str) -> None:
    _check(text, "text/plain")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=300), _MARKUP.map(lambda s: s.encode("utf-8", "surrogatepass"))))
def test_random_bytes(page: bytes) -> None:
    _check(page, None)


@settings(deadline=None, max_examples=50)
@given(_MARKUP)
def test_the_same_page_gives_the_same_result(markup: str) -> None:
    def outcome() -> object:
        try:
            return clean(markup)
        except CleanError as error:
            return error.name

    assert outcome() == outcome()


def _sources() -> list[Path]:
    """All pages below the folder, without the gold texts beside them."""
    pages = sorted(path for path in DATA.glob("**/*") if path.name.endswith((".html", ".html.gz", ".txt")))
    return [path for path in pages if path.name.endswith((".html", ".html.gz")) or path.parent.name == "seeds"]


@pytest.mark.skipif(not DATA.is_dir(), reason="no folder of real pages; set DEHUSK_DATA")
@pytest.mark.parametrize("part", range(PARTS))
def test_real_pages(part: int) -> None:
    pages = _sources()[part::PARTS]
    assert pages, f"no pages in {DATA}"
    wrong: list[str] = []
    for number, path in enumerate(pages):
        raw = path.read_bytes()
        page = gzip.decompress(raw) if path.suffix == ".gz" else raw
        try:
            cleaned = clean(page)
        except CleanError as error:
            wrong.append(f"{path.name}: {error}")
            continue
        check_account(cleaned)
        if number % 3 == 0 and cleaned.input_kind == "html":
            differing = difference(markdown_words(cleaned.markdown), cleaned.text)
            wrong += [f"{path.name}: {line}" for line in islice(differing.splitlines(), 3)]
    assert not wrong, "\n" + "\n".join(wrong)
