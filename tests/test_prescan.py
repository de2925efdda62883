"""Hostile markup parses in about a second with its text; ordinary markup passes untouched."""

import random
import re
import time
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners.profile import Limits
from cleaners.stages.flatten import Flattener
from cleaners.stages.prescan import safe_markup

FIXTURES = Path(__file__).parent.parent / "fixtures" / "pages"


LIMITS = Limits()
N = 60_000

HOSTILE = {
    "nested divs": "<div>x" * N + "</div>" * N,
    "unclosed divs": "<div>x" * N,
    "deep inside noise": "<x>" * (N // 10) + "</y>" * (N * 9 // 10) + "x",
    "unclosed fonts": "".join(f"<p><font size={i}>x" for i in range(N // 2)),
    "few fonts, many paragraphs": "".join(f"<font size={i}>x" for i in range(N // 10)) + "<p>x" * N,
    "fonts with attributes": "".join(f"<b {' '.join(f'a{j}' for j in range(200))} i={i}>x" for i in range(N // 200))
    + "<p>x" * N,
    "attributes": "<div " + " ".join(f"a{i}=1" for i in range(N)) + ">x</div>",
    "attributes without values": "<div " + "/".join(f"a{i}" for i in range(N)) + ">x</div>",
    "attributes in what looks like a value": '<div x=y="' + " ".join(f"a{i}" for i in range(N)) + '">x</div>',
    "attributes in a value without a name": '<div ="' + " ".join(f"a{i}" for i in range(N)) + '">x</div>',
    "attributes behind quoted ones": "<div " + " ".join(f'a{i}="b c"' for i in range(N)) + ">x</div>",
    "attributes of many roots": "<html "
    + "><html ".join(" ".join(f"a{i}b{j}=1" for j in range(99)) for i in range(N // 99))
    + ">x",
    "attributes of many tags": ("<p " + " ".join(f"a{i}" for i in range(700)) + ">x") * (N // 100),
    "options": "<select>" + "<option>x</option>" * N + "</select>",
    "nested links": "<a href=x><div>x" * (N // 2),
    "nested lists": "<ul><li>x" * (N // 2),
    "nested tables": "<table><tr><td>x" * (N // 3),
    "tables around fonts": "<table>" + "".join(f"<b i={i}>x" for i in range(N)),
    "svg": "<svg>" + "<g>" * N + "x",
    "out of svg": "<svg><p>" + "<path/>" * N + "x",
    "cdata that hides end tags": "<div>x<svg><![CDATA[></svg></div>]]></svg>" * (N // 3),
    "script that hides end tags": "<div>x<script><!--<script></script></div></script>" * (N // 3),
    "end tags that close nothing": "<span><div>x</span>" * (N // 2),
    "end tags behind lists": "<li><ul>x</li>" * (N // 2),
    "forms": "<form><div>x</form>" * (N // 2),
    "misnested": "<b><div>x</b>" * (N // 2),
    "not quite a link": "<lin\u212a>x" * N,
    "tags made by what goes": "<<!---->div>x" * N,
    "buttons and bold": "<b><button>x" * (N // 2),
    "templates": "<template>" * N + "x",
    "quotes after nothing": '<a ="><div><div><div><div>x">' * (N // 4),
    "comments that end early": "<!-- --!><div>x" * (N // 2),
    "tag that never ends": "x<a " + "b " * N,
    "comment that never ends": "x<!--" * N,
    "scripts that never end": "x<script>" * N,
    "less-thans": "<" * N + "x",
    "flat paragraphs": "<p>x" * N,
    "custom entities": '<!DOCTYPE html [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + "&b;" * N,
}


def measure(markup: str) -> tuple[int, str, float]:
    """The depth and the text of the parsed page, and the seconds the parser took."""
    started = time.perf_counter()
    root = LexborHTMLParser(markup).root
    seconds = time.perf_counter() - started
    node, depth, deepest, text = root, 0, 0, []
    while node is not None:
        deepest = max(deepest, depth)
        if node.tag == "-text" and node.parent.tag not in ("script", "style"):
            text.append(node.text_content or "")
        if node.child is not None:
            node, depth = node.child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = (node.parent, depth - 1) if depth else (None, 0)
        node = node.next if node is not None else None
    return deepest, "".join(text), seconds


def safe(markup: str, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """`safe_markup` on text."""
    found, notes = safe_markup(markup.encode(), limits)
    return found.decode(), notes


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_parses_fast(name: str) -> None:
    started = time.perf_counter()
    markup, _ = safe(HOSTILE[name], LIMITS)
    assert time.perf_counter() - started < 5
    depth, _, seconds = measure(markup)
    assert seconds < 2  # under 0.5 s on an idle machine
    assert depth < 10_500


@pytest.mark.parametrize(
    "name", ["nested divs", "unclosed fonts", "nested lists", "nested tables", "misnested", "options", "flat paragraphs"]
)
def test_hostile_markup_keeps_its_text(name: str) -> None:
    markup, _ = safe(HOSTILE[name], LIMITS)
    _, text, _ = measure(markup)
    assert text.count("x") == HOSTILE[name].count("x")


def test_two_hundred_thousand_nested_elements_keep_blocks_apart() -> None:
    words = [f"w{i}" for i in range(200_000)]
    started = time.perf_counter()
    markup, notes = safe("".join(f"<div>{word}" for word in words) + "</div>" * len(words), LIMITS)
    _, text, _ = measure(re.sub(r"<br>|<div>|</div>", " ", markup))
    assert time.perf_counter() - started < 10  # 1 s on an idle machine
    assert text.split() == words
    assert notes == ("parser_fallback",)
    assert markup.count("<br><br>") > 100_000


def test_a_million_flat_tags_keep_their_text() -> None:
    for tag in ("b", "span", "p"):
        markup, notes = safe(f"<{tag}>x</{tag}>" * 1_000_000, LIMITS)
        assert notes == ("parser_fallback",)
        assert markup.count("x") == 1_000_000
        assert len(re.findall(r"<[a-z]", markup)) <= 3 * LIMITS.max_tags


def test_one_huge_text_or_attribute_passes_untouched() -> None:
    text = "<p>" + "word " * 2_400_000 + "</p>"
    value = '<p title="' + "word " * 2_400_000 + '">x</p>'
    assert safe(text, LIMITS) == (text, ())
    assert safe(value, LIMITS) == (value, ())
    assert measure(value)[1] == "x"


def test_a_page_of_ordinary_size_costs_little() -> None:
    item = f'<li class="item"><a href="/a/b">Some words</a> <i class="icon icon-x"></i> {"more words " * 40}</li>\n'
    markup = f"<!doctype html><html><body><ul>{item * 550}</ul></body></html>"
    assert 250_000 < len(markup) < 350_000
    fastest = min(_seconds(markup) for _ in range(9))
    assert fastest < 0.005  # 0.0003 on an idle machine
    assert safe(markup, LIMITS) == (markup, ())


def _seconds(markup: str) -> float:
    raw = markup.encode()
    started = time.perf_counter()
    safe_markup(raw, LIMITS)
    return time.perf_counter() - started


@pytest.mark.parametrize("page", sorted(FIXTURES.glob("*/page.html")), ids=lambda p: p.parent.name)
def test_fixtures_pass_even_the_exact_scan(page: Path) -> None:
    markup = page.read_bytes().decode("utf-8", "replace")
    assert Flattener(markup, 200, 20_000).run().over == ""


def test_written_anew_a_page_says_the_same() -> None:
    for page in sorted(FIXTURES.glob("*/page.html")):
        markup = page.read_bytes().decode("utf-8", "replace")
        flat = Flattener(markup, 200, 20_000).run().markup
        assert measure(flat)[1].split() == measure(markup)[1].split(), page.parent.name


def test_limits_are_the_callers() -> None:
    deep = "<div>" * 60 + "x" + "</div>" * 60
    assert safe(deep, Limits(max_depth=50))[1] == ("parser_fallback",)
    assert safe(deep, Limits(max_depth=70)) == (deep, ())
    assert measure(safe(deep, Limits(max_depth=50))[0])[0] <= 53
    assert safe("<p>x" * 60, Limits(max_tags=50))[1] == ("parser_fallback",)


def test_no_random_soup_is_deeper_than_it_was_counted() -> None:
    names = "div p span b a font table tr td caption select option ul li dl dd form button h1 svg math mi x noscript pre"
    rng = random.Random(7)
    for _ in range(1_500):
        tags = [f"<{'/' * (rng.random() < 0.35)}{rng.choice(names.split())}>" for _ in range(rng.randint(1, 7))]
        soup = "".join(tags) * 150
        flat = Flattener(soup, 60, 100_000).run()
        if not flat.over:
            assert measure(soup)[0] < 130, tags
        assert measure(flat.markup)[0] < 250, tags


def test_what_counting_clears_is_no_deeper_than_it_says() -> None:
    pieces = (
        "<b>x</b> <p>x</p> <B class='a'>x</b> <li>x</li> <td>x</td> <a href=\"/x\">x</a> <h1>x</h1> <svg> <title>x</title>"
        " <!-- --> <script>x</script> <select> <option>x</option> <table> <tr> <i> </i> <div> </div> <p> <font size='1'> <a>"
        ' </a> x <!--x <b title="x>x</b> <b title="x">x</b> </table> </select> </svg>'
    ).split(" ")
    rng = random.Random(11)
    cleared = 0
    for _ in range(1_500):
        part = [rng.choice(pieces) for _ in range(rng.randint(1, 6))]
        soup = "".join(part) * 120
        if safe(soup, Limits(max_depth=150, max_tags=100_000))[1] == ():
            cleared += 1
            assert measure(soup)[0] <= 155, part
    assert cleared > 500


def test_long_values_in_quotes_are_no_attributes() -> None:
    drawing = '<svg><path fill="none" d="' + "M1 2.5 L3,4 " * 3_000 + '"/></svg>'
    page = "<p>Text.</p>" + drawing * 20
    assert safe(page, LIMITS) == (page, ())
