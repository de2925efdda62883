"""Tables as GitHub writes them. A table that only lays out a page is not one: its cells are paragraphs."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from cleaners.page import Element, Segment
from cleaners.stages.markdown_inline import Atom, escape_start, render_line

Kept = tuple[Segment, list[list[Atom]]]

WIDEST: Final = 40  # columns; wider ones are layout or attack
LONGEST_CELL: Final = 60  # words; a cell with more is prose
LONGEST_HEADED: Final = 150  # words in a cell of a table with header cells
_CELLS: Final = frozenset({"td", "th"})
_SECTIONS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "quote"})
_NO_TABLE: Final = frozenset({"presentation", "none"})


class Cell:
    """One cell and what is kept in it."""

    __slots__ = ("across", "down", "head", "kept", "words")

    def __init__(self, element: Element) -> None:
        self.head = element.tag == "th"
        self.across = _span(element, "colspan")
        self.down = _span(element, "rowspan")
        self.kept: list[Kept] = []
        self.words = 0


class Table:
    """One table element: its rows, and what stands in it outside them."""

    __slots__ = ("after", "before", "element", "node", "outer", "rows", "stray")

    def __init__(self, element: Element, outer: int) -> None:
        self.element = element
        self.node = element.node
        self.outer = outer  # node of the table around it, -1 for none
        self.rows: list[list[Cell]] = []
        self.before: list[Kept] = []  # captions
        self.after: list[Kept] = []
        self.stray = False  # text between cells, or a table of its own in one

    def add(self, kept: Kept, cell: Cell | None) -> None:
        if cell is not None:
            self.stray = self.stray or bool(self.after)
            cell.kept.append(kept)
            cell.words += kept[0].words
        elif any(cell.kept for row in self.rows for cell in row):
            self.after.append(kept)
        else:
            self.before.append(kept)

    def is_data(self) -> bool:
        """Whether its rows and columns say something."""
        cells = [cell for row in self.rows for cell in row if cell.kept]
        if self.stray or not cells or (self.element.attrs.get("role") or "") in _NO_TABLE:
            return False
        headed = any(cell.head for cell in cells)
        longest = LONGEST_HEADED if headed else LONGEST_CELL
        for cell in cells:
            if cell.words > longest:
                return False
            for segment, lines in cell.kept:
                if segment.kind == "pre" and len(lines) > 1:
                    return False
                if not headed and (segment.kind in _SECTIONS or segment.kind in ("li", "pre")):
                    return False
        width = max(map(len, self.grid()), default=0)
        return 2 <= width <= WIDEST

    def grid(self) -> list[list[Cell | None]]:
        """Rows of equal length with a hole where a cell spans; rows and columns with no text are left out."""
        out: list[list[Cell | None]] = []
        below: dict[int, int] = {}  # column -> rows that a cell above still covers
        for row in self.rows:
            line: list[Cell | None] = []
            for cell in row:
                while below.get(len(line), 0):
                    line.append(None)
                at = len(line)
                line += [cell, *[None] * (cell.across - 1)]
                if cell.down > 1:
                    below.update((column, cell.down) for column in range(at, at + cell.across))
                if len(line) > 4 * WIDEST:
                    return []
            below = {column: left - 1 for column, left in below.items() if left > 1}
            if any(cell is not None and cell.kept for cell in line):
                out.append(line)
        columns = [column for column in zip_longest(*out) if any(cell is not None and cell.kept for cell in column)]
        return [list(row) for row in zip(*columns, strict=True)]

    def render(self, base: str) -> tuple[list[str], list[str], list[str]]:
        """Lines of text before it, its rows, lines of text after it."""
        grid = self.grid()
        rows = ["| " + " | ".join(_cell(cell, base) for cell in row) + " |" for row in grid]
        width = len(grid[0])
        rule = "|" + " --- |" * width
        if all(cell is None or cell.head or not cell.kept for cell in grid[0]):
            rows.insert(1, rule)
        else:
            rows[:0] = ["|" + "  |" * width, rule]
        return _lines(self.before, base), rows, _lines(self.after, base)


def find_tables(elements: list[Element], kept: list[Kept]) -> tuple[dict[int, Table], dict[int, int]]:
    """The data tables of a page by node, and for each element inside a table the innermost one's node."""
    tables: dict[int, Table] = {}
    table_of: dict[int, int] = {}
    cell_of: dict[int, Cell] = {}
    for element in elements:
        above = element.parent.node if element.parent is not None else -1
        node = element.node
        if element.tag == "table":
            tables[node] = Table(element, table_of.get(above, -1))
            table_of[node] = node
            continue
        if above not in table_of:
            continue
        table_of[node] = table_of[above]
        if element.tag == "tr":
            tables[table_of[node]].rows.append([])
        elif element.tag in _CELLS:
            rows = tables[table_of[node]].rows
            cell = cell_of[node] = Cell(element)
            rows[-1].append(cell)
        elif above in cell_of:
            cell_of[node] = cell_of[above]
    for piece in kept:
        node = piece[0].node
        at = table_of.get(node, -1)
        if at < 0:
            continue
        tables[at].add(piece, cell_of.get(node))
        outer = tables[at].outer
        while outer >= 0 and not tables[outer].stray:
            tables[outer].stray = True
            outer = tables[outer].outer
    return {node: table for node, table in tables.items() if table.is_data()}, table_of


def _cell(cell: Cell | None, base: str) -> str:
    if cell is None:
        return ""
    out: list[str] = []
    for segment, lines in cell.kept:
        for line in lines:
            if segment.kind == "pre":
                line = [(text, "code", "") for text, _, _ in line]
            elif cell.head:
                line = [(text, "" if tag in ("b", "strong") else tag, href) for text, tag, href in line]
            out.append(render_line(line, base, cell=True))
    return "<br>".join(out)


def _lines(kept: list[Kept], base: str) -> list[str]:
    return [escape_start(render_line(line, base)) for _, lines in kept for line in lines]


def _span(element: Element, name: str) -> int:
    value = (element.attrs.get(name) or "").strip()
    return max(1, min(int(value), 1000)) if value.isascii() and value.isdigit() and len(value) < 6 else 1
