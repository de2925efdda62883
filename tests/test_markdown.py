"""Markdown keeps the shape of a page and says exactly the words of its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import clean
from cleaners.page import Drop
from cleaners.stages.markdown import markdown
from cleaners.stages.walk import walk
from tests.cases import difference
from tests.properties import markdown_words


def md(body: str, *gone: str, url: str = "https://site.example/a/b.html") -> str:
    """Markdown of a page of which the snippets `gone` were dropped; its words are checked on the way."""
    source = walk(body.encode())[0]
    drops: list[Drop] = []
    for snippet in gone:
        at = source.index(snippet)
        drops.append(Drop("text", at, at + len(snippet), snippet, "boilerplate", "test", 1.0, ""))
    drops.sort(key=lambda drop: drop.start)
    left = source
    for drop in reversed(drops):
        left = left[: drop.start] + left[drop.end :]
    got = markdown(body, source, drops, url)
    assert difference(markdown_words(got), left) == ""
    return got


def test_headings_keep_their_level() -> None:
    assert md("<h1>One</h1><h2>Two <b>bold</b></h2><p>Text</p><h6>Six</h6>") == "# One\n\n## Two bold\n\nText\n\n###### Six"


def test_heading_that_ends_in_a_sharp_keeps_it() -> None:
    assert md("<h2>Learn C #</h2>") == "## Learn C \\#"


def test_heading_over_two_lines_is_one_line() -> None:
    assert md("<h1>One<br>title</h1>") == "# One title"


def test_nested_lists_count_and_indent() -> None:
    got = md(
        "<ol><li>First<ul><li>inner</li><li>second inner<ol><li>deep</li></ol></li></ul></li>"
        "<li><p>Second</p><p>with a paragraph</p></li></ol>"
    )
    assert got == ("1. First\n   - inner\n   - second inner\n     1. deep\n2. Second\n\n   with a paragraph")


def test_list_right_inside_a_list_is_one_deeper() -> None:
    assert md("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>") == "- a\n  - b\n- c"


def test_numbers_follow_start_and_value() -> None:
    assert md("<ol start=7><li>a</li><li value=10>b</li><li>c</li></ol>") == "7. a\n10. b\n11. c"


def test_a_list_that_starts_at_seven_inside_an_item_stays_a_list() -> None:
    assert md("<ul><li>a<ol start=7><li>b</li></ol></li></ul>") == "- a\n\n  7. b"


def test_dropped_items_keep_the_numbers_of_the_others() -> None:
    assert md("<ol><li>a</li><li>gone</li><li>c</li></ol>", "gone") == "1. a\n3. c"


def test_two_lists_stay_apart() -> None:
    assert md("<ul><li>a</li></ul><ol><li>b</li></ol>") == "- a\n\n1. b"


def test_cards_with_headings_are_not_a_list() -> None:
    got = md("<ul><li><h3>Entry</h3><p>Its text</p></li><li><h3>Other</h3></li></ul>")
    assert got == "### Entry\n\nIts text\n\n### Other"


def test_definition_list() -> None:
    got = md("<dl><dt>Kiln</dt><dd>An oven</dd><dd>for clay</dd><dt><b>Slip</b></dt><dd>Wet clay</dd></dl>")
    assert got == "**Kiln**\n- An oven\n- for clay\n\n**Slip**\n- Wet clay"


def test_quote_with_paragraphs_and_a_list() -> None:
    got = md("<blockquote><p>One</p><p>Two</p><ul><li>a</li></ul></blockquote><p>After</p>")
    assert got == "> One\n>\n> Two\n>\n> - a\n\nAfter"


def test_quote_in_a_quote() -> None:
    assert md("<blockquote>a<blockquote>b</blockquote></blockquote>") == "> a\n>\n> > b"


def test_code_keeps_indentation_blank_lines_and_language() -> None:
    got = md(
        '<pre class="code-box"><code class="hljs language-python"><span class=k>def</span> f(x):\n'
        "    <span>return</span> x\n\n\n  # end</code></pre>"
    )
    assert got == "```python\ndef f(x):\n    return x\n\n\n  # end\n```"


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ('<div class="highlight-python3 notranslate"><div class="highlight"><pre>x</pre></div></div>', "python3"),
        ('<div class="highlight-default"><pre>x</pre></div>', ""),
        ('<pre class="brush: java; gutter: true">x</pre>', "java"),
        ('<pre class="sourceCode haskell">x</pre>', "haskell"),
        ('<div class="highlight highlight-source-shell"><pre>x</pre></div>', "shell"),
        ('<pre class="lang-js"><code>x</code></pre>', "js"),
        ('<pre><code class="language-none">x</code></pre>', ""),
        ("<pre>x</pre>", ""),
    ],
)
def test_language_of_code(markup: str, language: str) -> None:
    assert md(markup) == f"```{language}\nx\n```"


def test_code_with_an_element_a_line_is_one_block() -> None:
    got = md("<pre><div>one()</div><div>  two()</div></pre><pre>other()</pre>")
    assert got == "```\none()\n  two()\n```\n\n```\nother()\n```"


def test_code_that_holds_a_fence() -> None:
    assert md("<pre>```\nx\n```</pre>") == "````\n```\nx\n```\n````"


def test_code_in_an_item() -> None:
    assert md("<ol><li>Run<pre>make\n\n  all</pre></li></ol>") == "1. Run\n\n   ```\n   make\n\n     all\n   ```"


def test_line_numbers_beside_code_go_without_taking_the_code() -> None:
    got = md("<table><tr><td><pre>1\n2</pre></td><td><pre>a = 1\nb = 2</pre></td></tr></table>", "1\n2")
    assert got == "```\na = 1\nb = 2\n```"


def test_inline_code_with_a_tick() -> None:
    assert md("<p>Use <code>a`b</code>, <kbd>Ctrl</kbd> and <code>`</code></p>") == "Use ``a`b``, `Ctrl` and `` ` ``"


def test_bold_italic_and_links() -> None:
    got = md(
        '<p>A <b>bold</b> <em>word</em>, a <a href="/x (1)">link <b>here</b></a>, <a href="mailto:a@b.example">mail</a>'
    )
    assert got == "A **bold** *word*, a [link **here**](https://site.example/x%20%281%29), [mail](mailto:a@b.example)"


@pytest.mark.parametrize(
    "href", ["#note", "javascript:void(0)", "data:text/html,x", "", "http://[", "ftp://files.example/a"]
)
def test_links_that_lead_nowhere_are_text(href: str) -> None:
    assert md(f'<p>See <a href="{href}">this</a></p>') == "See this"


def test_links_are_relative_to_base_canonical_or_url() -> None:
    body = '<body><a href="c">x</a>'
    assert md(f'<base href="https://base.example/q/">{body}') == "[x](https://base.example/q/c)"
    assert md(f'<link rel=canonical href="https://canon.example/r/">{body}') == "[x](https://canon.example/r/c)"
    assert md(body) == "[x](https://site.example/a/c)"
    assert md(body, url="") == "x"


def test_brackets_in_a_link_and_a_mark_before_it() -> None:
    assert md('<p>Oh!<a href="https://a.example">[1]</a></p>') == "Oh\\![\\[1\\]](https://a.example)"


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<p>snake_case_name and __init__", "snake_case_name and \\_\\_init\\_\\_"),
        ("<p>2 * 3 * 4 and *stars*", "2 * 3 * 4 and \\*stars\\*"),
        ("<p>1986. A year", "1986\\. A year"),
        ("<p>- a dash<br>+ plus<br># hash<br>> more", "\\- a dash  \n\\+ plus  \n\\# hash  \n\\> more"),
        ("<p>text<br>---<br>===", "text  \n\\---  \n\\==="),
        ("<p>a | b<br>--- | ---", "a | b  \n\\--- | ---"),
        ("<p>&lt;b> &lt; 3 &amp;amp; AT&amp;T", "\\<b> < 3 \\&amp; AT&T"),
        ("<p>[x](y) [z] C:\\dir \\*", "[x\\](y) [z] C:\\dir \\\\\\*"),
        ("<p>[key]: value", "[key\\]: value"),
        ("<p>~~no~~ ~5 km", "\\~\\~no\\~\\~ ~5 km"),
        ("<p>~~~", "\\~\\~\\~"),
        ("<li>[ ] to do", "- \\[ ] to do"),
        ("<p>`tick", "\\`tick"),
    ],
)
def test_syntax_in_the_text_stays_text(markup: str, wanted: str) -> None:
    assert md(markup) == wanted


@pytest.mark.parametrize(
    "markup",
    [
        "<p>foo<b>.bar</b>baz",
        "<p><b>foo.</b>bar",
        "<p><b>a</b><i>b</i><b>c</b>",
        "<p><b>文字。</b>文字",
        "<p><code>a</code><code>b</code>`",
        "<p>a<b>*</b>b <i>_</i> <b>**</b>",
        "<p><b>bold <i>both</i></b><i>.</i>x",
        "<p><a href=https://a.example><code>]</code>[</a>](x)",
        "<p>!<a href=https://a.example>img</a>",
        "<p>\\<b>x</b>\\",
        "<p>&amp;<b>amp</b>;",
        "<ul><li><ul><li>- x</ul><li># y<li>1. z</ul>",
        "<blockquote><pre>a\n\nb</pre></blockquote>",
        "<table><tr><th>a|b<th>`|`<tr><td><code>|</code><td>\\|</table>",
    ],
)
def test_words_survive_awkward_neighbours(markup: str) -> None:
    md(markup)


def test_table_with_a_header() -> None:
    got = md("<table><caption>Boats</caption><tr><th>Name<th>Seats<tr><td>Ida<td>12<tr><td>Orla<td>8</table>")
    assert got == "Boats\n\n| Name | Seats |\n| --- | --- |\n| Ida | 12 |\n| Orla | 8 |"


def test_table_without_a_header() -> None:
    assert md("<table><tr><td>a<td>b<tr><td>c<td>d</table>") == "|  |  |\n| --- | --- |\n| a | b |\n| c | d |"


def test_cells_that_span_leave_holes() -> None:
    got = md(
        "<table><tr><th>Day<th>From<th>To<tr><td rowspan=2>Monday<td>8<td>12<tr><td>13<td>17<tr><td>Tuesday"
        "<td colspan=2>closed</table>"
    )
    assert got == ("| Day | From | To |\n| --- | --- | --- |\n| Monday | 8 | 12 |\n|  | 13 | 17 |\n| Tuesday | closed |  |")


def test_empty_cells_keep_the_columns_in_line() -> None:
    got = md("<table><tr><th>a<th>b<th>c<tr><td>1<td></td><td>3<tr><td></td><td>2<td></td></table>")
    assert got == "| a | b | c |\n| --- | --- | --- |\n| 1 |  | 3 |\n|  | 2 |  |"


def test_columns_without_text_are_left_out() -> None:
    got = md("<table><tr><td><img src=x><td>a<td>b<tr><td><img src=y><td>c<td>d</table>")
    assert got == "|  |  |\n| --- | --- |\n| a | b |\n| c | d |"


def test_breaks_paragraphs_and_pipes_in_cells() -> None:
    got = md("<table><tr><th>a<th>b<tr><td>1<br>2<td><p>x|y</p><p>z</p></table>")
    assert got == "| a | b |\n| --- | --- |\n| 1<br>2 | x\\|y<br>z |"


def test_rows_dropped_from_a_table() -> None:
    got = md("<table><tr><th>a<th>b<tr><td>1<td>2<tr><td>Sponsored<td>ad<tr><td>3<td>4</table>", "Sponsored\tad")
    assert got == "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"


def test_table_that_lays_out_a_page_is_paragraphs() -> None:
    prose = "The ferry leaves at ten past six. " * 12
    got = md(f"<table><tr><td>Menu<td><h1>Ferry</h1><p>{prose}</p><table><tr><th>a<th>b<tr><td>1<td>2</table></table>")
    assert got.startswith("Menu\n\n# Ferry\n\nThe ferry leaves")
    assert got.endswith("| a | b |\n| --- | --- |\n| 1 | 2 |")


def test_table_in_an_item() -> None:
    got = md("<ul><li>See<table><tr><th>a<th>b<tr><td>1<td>2</table></li></ul>")
    assert got == "- See\n\n  | a | b |\n  | --- | --- |\n  | 1 | 2 |"


def test_a_span_as_wide_as_the_sea_is_no_table() -> None:
    assert md("<table><tr><td colspan=60000 rowspan=60000>a<td>b</table>") == "a\n\nb"


def test_spans_dropped_inside_a_block() -> None:
    assert md("<p>One <b>two (ad) three</b> four (ad2) five", " (ad)", " (ad2)") == "One **two three** four five"


def test_declared_text_follows_as_paragraphs() -> None:
    hours = ("six", "seven", "eight")
    body = "\\n\\n".join(
        f"{n}. The ferry leaves at {hour}, or later when someone is late, and she waits {n} minutes by the bell for {hour}."
        for n, hour in enumerate(hours)
    )
    declared = f'{{"@type":"NewsArticle","articleBody":"{body}"}}'
    cleaned = clean(f'<script type="application/ld+json">{declared}</script><body><h1>Ferry</h1>')
    assert "text_from_json_ld" in cleaned.notes
    assert "\n\n2\\. The ferry" in cleaned.markdown
    assert difference(markdown_words(cleaned.markdown), cleaned.text) == ""


def test_markdown_of_plain_text_is_the_text() -> None:
    cleaned = clean("The first *line* of a text.\n\n# not a heading\n")
    assert cleaned.input_kind == "text"
    assert cleaned.markdown == cleaned.text


_TAGS = "p b i a code pre ul ol li dl dt dd table tr td th h2 blockquote div span br nav select option"
_AWKWARD = "word * _x_ # 1. - > | ` `` ~~ [a](b) ! \\ &amp;lt; &lt;i> ] 文。"
_WORDS = st.sampled_from([*_AWKWARD.split(), "\n", " "])
_PIECES = st.one_of(
    _WORDS,
    st.sampled_from([f"<{tag}>" for tag in _TAGS.split()] + ['<a href="https://x.example/">']),
    st.sampled_from([f"</{tag}>" for tag in _TAGS.split()]),
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_both_walks_tell_the_same_source_text(markup: str) -> None:
    assert walk(markup.encode(), inline=True)[0] == walk(markup.encode())[0]


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_markdown_says_the_same_words(markup: str) -> None:
    source = walk(markup.encode())[0]
    assert difference(markdown_words(markdown(markup, source, [])), source) == ""
