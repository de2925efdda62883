"""Clean text with its shape: headings, lists, tables, code and links. The words are those of `text`, no more, no less.

The page is walked again, because all that only Markdown needs would make every other call slower.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cleaners.page import Drop, Element, Segment
from cleaners.stages.markdown_inline import Atom, escape_start, render_line
from cleaners.stages.markdown_nesting import Holder, nesting, prefixes
from cleaners.stages.markdown_table import Table, find_tables
from cleaners.stages.walk import walk

Path = tuple[Holder, ...]

_LANGUAGE: Final = re.compile(
    r"(?:^|\s)(?:language-|lang-|highlight-source-|highlight-|brush:\s*|sourceCode\s+|hljs\s+(?:language-)?)"
    r"([a-zA-Z][\w+#-]*)"
)
_NO_LANGUAGES: Final = "none text plaintext plain txt default notranslate nohighlight auto code hljs wrapper line lines"
_NO_LANGUAGE: Final = frozenset(_NO_LANGUAGES.split())
_TICKS: Final = re.compile("`+")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CODE_ABOVE: Final = 3  # elements around a `pre` that may name its language


class _Block:
    """Lines that belong together, and what they stand in."""

    __slots__ = ("code", "lines", "path", "term")

    def __init__(self, path: Path, lines: list[str], *, term: bool = False, code: int = -1) -> None:
        self.path = path
        self.lines = lines
        self.term = term  # its definition follows without an empty line
        self.code = code  # the `pre` it comes from, so that its lines stay one block


def markdown(markup: bytes, source_text: str, drops: Sequence[Drop], url: str = "") -> str:
    """The text that `drops` leave of `source_text`, with the structure `markup` gives it."""
    source, segments, elements, head = walk(markup, inline=True)
    cuts = [(drop.start, drop.end) for drop in drops if drop.field == "text"]
    kept: list[tuple[Segment, list[list[Atom]]]] = []
    at = before = 0  # the first cuts that may touch this segment, and the last one that was kept
    for segment in segments:
        while at < len(cuts) and cuts[at][1] <= segment.start:
            at += 1
        left = _left(segment, cuts, at)
        if not left:
            continue
        glue = _glue(source, kept[-1][0], segment, cuts, before) if kept else None
        if glue is None:
            kept.append((segment, left))
        else:
            kept[-1][1][-1] += [(glue, "", ""), *left[0]] if glue else left[0]
            kept[-1][1].extend(left[1:])
            kept[-1] = (segment, kept[-1][1])
        before = at
    blocks = _blocks(kept, elements, head.base or head.canonical or url)
    # what JSON-LD declares comes after all that the document shows
    declared = _remaining(source_text, len(source), len(source_text), cuts, at)
    paragraphs = "".join(source_text[a:b] for a, b in declared).split("\n\n")
    blocks += [_Block((), [_plain(paragraph)]) for paragraph in paragraphs if paragraph.strip()]
    return _join(blocks)


def _glue(source: str, before: Segment, segment: Segment, cuts: list[tuple[int, int]], at: int) -> str | None:
    """What parts two segments of one block, between which hidden text stood; None for two blocks."""
    if before.element is not segment.element or segment.kind == "pre":
        return None
    gap = "".join(source[a:b] for a, b in _remaining(source, before.stop, segment.start, cuts, at))
    return None if "\n" in gap else gap


def _remaining(source: str, start: int, stop: int, cuts: list[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    """The spans of start … stop that no cut takes; `at` is the first cut that may."""
    out: list[tuple[int, int]] = []
    while at < len(cuts) and cuts[at][0] < stop:
        if cuts[at][0] > start:
            out.append((start, cuts[at][0]))
        start = max(start, cuts[at][1])
        at += 1
    if start < stop:
        out.append((start, stop))
    return out


def _left(segment: Segment, cuts: list[tuple[int, int]], at: int) -> list[list[Atom]]:
    """What is left of a segment: its lines, each a list of runs."""
    base = segment.start
    runs = segment.inline or []
    lines: list[list[Atom]] = [[]]
    cursor = 0  # first run that may reach into the span
    for start, stop in _remaining(segment.text, base, segment.stop, cuts, at):
        here = start - base
        end = stop - base
        while here < end:
            while cursor < len(runs) and runs[cursor][1] <= here:
                cursor += 1
            tag = href = ""
            until = end
            if cursor < len(runs) and runs[cursor][0] < end:
                first, last, run_tag, run_href = runs[cursor]
                if first > here:
                    until = first
                else:
                    until = min(end, last)
                    tag, href = run_tag, run_href
            for number, piece in enumerate(segment.text[here:until].split("\n")):
                if number:
                    lines.append([])
                if piece:
                    lines[-1].append((piece, tag, href))
            here = until
    if not any(text.strip() for line in lines for text, _, _ in line):
        return []
    if segment.kind == "pre":
        return lines
    return [line for line in lines if any(text.strip() for text, _, _ in line)]


def _blocks(kept: list[tuple[Segment, list[list[Atom]]]], elements: list[Element], base: str) -> list[_Block]:
    paths = nesting(elements, [segment for segment, _ in kept])
    tables, table_of = find_tables(elements, kept)
    out: list[_Block] = []
    done: set[int] = set()
    for segment, lines in kept:
        path = paths[segment.node]
        table: Table | None = tables.get(table_of.get(segment.node, -1))
        if table is not None:
            if table.node not in done:
                done.add(table.node)
                before, rows, after = table.render(base)
                place = paths[table.node]
                out += [_Block(place, [line]) for line in before]
                out.append(_Block(place, rows))
                out += [_Block(place, [line]) for line in after]
        elif segment.kind == "pre":
            _add_code(segment, lines, path, out)
        else:
            out.append(_prose(segment, lines, path, base))
    return out


def _prose(segment: Segment, lines: list[list[Atom]], path: Path, base: str) -> _Block:
    if segment.kind in _HEADINGS:
        marks = "#" * int(segment.kind[1])
        bare = [[(text, "" if tag in ("b", "strong") else tag, href) for text, tag, href in line] for line in lines]
        title = " ".join(render_line(line, base) for line in bare)
        if title.endswith("#"):
            title = title[:-1] + "\\#"  # else it would be read as closing marks
        return _Block(path, [f"{marks} {title}"])
    if segment.kind == "dt":
        lines = [[(text, tag or "strong", href) for text, tag, href in line] for line in lines]
    rendered = [escape_start(render_line(line, base)) for line in lines]
    rendered[:-1] = [line + "  " for line in rendered[:-1]]  # a line break
    return _Block(path, rendered, term=segment.kind == "dt")


def _add_code(segment: Segment, lines: list[list[Atom]], path: Path, out: list[_Block]) -> None:
    """A fenced block. Elements inside one `pre`, often one a line, are lines of one block."""
    code = ["".join(text for text, _, _ in line) for line in lines]
    home = segment.element
    while home is not None and home.tag != "pre":
        home = home.parent
    node = home.node if home is not None else segment.node
    if out and out[-1].code == node and out[-1].path == path:
        code = out.pop().lines[1:-1] + code
    while not code[0].strip():
        del code[0]
    while not code[-1].strip():
        del code[-1]
    ticks = max((len(run) for line in code for run in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, ticks + 1)
    out.append(_Block(path, [fence + _language(segment, home or segment.element), *code, fence], code=node))


def _language(segment: Segment, element: Element | None) -> str:
    """The programming language that a class on the code, its `pre` or an element around them names."""
    names = [segment.inline[0][3]] if segment.inline else []
    for _ in range(_CODE_ABOVE):
        if element is None:
            break
        names.append(element.classes)
        element = element.parent
    for name in names:
        found = _LANGUAGE.search(name)
        if found and found[1].lower() not in _NO_LANGUAGE:
            return found[1].lower()
    return ""


def _plain(text: str) -> str:
    return escape_start(render_line([(text, "", "")], ""))


def _join(blocks: list[_Block]) -> str:
    out: list[str] = []
    before: _Block | None = None
    for block in blocks:
        shared = 0
        if before is not None:
            for old, new in zip(before.path, block.path, strict=False):
                if old is not new:
                    break
                shared += 1
            if not _tight(before, block, shared):
                out.append("".join(holder.rest for holder in block.path[:shared]).rstrip())
        first, rest = prefixes(block.path, shared)
        for number, line in enumerate(block.lines):
            prefix = rest if number else first
            out.append(prefix + line if line else prefix.rstrip())
        before = block
    return "\n".join(out)


def _tight(before: _Block, block: _Block, shared: int) -> bool:
    """Whether no empty line stands between two blocks: items of one list, and a list right under its item's text."""
    if len(block.path) == shared:
        return False
    opened = block.path[shared]
    if not opened.item:
        return False
    if len(before.path) > shared:
        return before.path[shared].item and before.path[shared].list_node == opened.list_node
    if before.term:
        return True
    return shared > 0 and before.path[shared - 1].item and before.code < 0 and opened.number in (0, 1)
