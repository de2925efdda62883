"""Figures beside their targets, in tables that read well in a terminal and in a log."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number and what it is to reach."""

    name: str
    value: float
    target: float
    at_most: bool = False  # the target is an upper bound
    places: int = 3

    @property
    def ok(self) -> bool:
        """Whether it is reached; a figure that could not be measured is short."""
        if math.isnan(self.value) or math.isnan(self.target):
            return False
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(frozen=True, slots=True)
class Section:
    """What one part of the benchmark found."""

    name: str
    figures: Sequence[Figure]
    tables: Sequence[str]
    data: Mapping[str, Any] = field(default_factory=dict)  # for machines; plain JSON values


def show(value: object, places: int = 3) -> str:
    """A cell of a table.

    >>> show(0.81999), show(7), show(None), show(float("nan"))
    ('0.820', '7', '-', '-')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    return f"{value:.{places}f}" if isinstance(value, float) else str(value)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]], places: int = 3) -> str:
    """Columns lined up: the first to the left, the rest to the right.

    >>> print(table("Birds", ["", "legs"], [["wren", 2], ["two wrens", 4]]))
    Birds
               legs
    wren          2
    two wrens     4
    """
    cells = [list(head), *([show(value, places) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([title, *lines])


def figures_table(figures: Sequence[Figure]) -> str:
    """Every figure, its target and whether it is reached."""
    rows = [
        (
            figure.name,
            show(figure.value, figure.places),
            f"{'≤' if figure.at_most else '≥'} {show(figure.target, figure.places)}",
            "ok" if figure.ok else "short",
        )
        for figure in figures
    ]
    return table("Figures to reach (dehusk)", ["", "measured", "target", ""], rows)
