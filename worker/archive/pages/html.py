"""Small pieces of HTML: escaped text, numbers as people read them, tables, bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def page(title: str, body: str) -> str:
    """A whole document that asks for nothing else."""
    css = files("worker.archive.pages").joinpath("page.css").read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>\n{css}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def number(value: float) -> str:
    """
    >>> number(1234567), number(0.5)
    ('1,234,567', '0.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def share(part: float, whole: float) -> str:
    """
    >>> share(1, 3), share(0, 5), share(1, 0), share(1, 9000)
    ('33 %', '0 %', '–', '< 0.1 %')
    """
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "< 0.1 %"
    return f"{percent:.1f} %" if 0 < percent < 10 or 99 < percent < 100 else f"{percent:.0f} %"


def size(value: float) -> str:
    """
    >>> size(999), size(128_000_000)
    ('999 bytes', '128 MB')
    """
    step = 0
    while value >= 1000 and step < len(UNITS) - 1:
        value /= 1000
        step += 1
    return f"{value:,.0f} {UNITS[step]}" if step == 0 or value >= 100 else f"{value:,.1f} {UNITS[step]}"


def cards(pairs: Iterable[tuple[str, str]]) -> str:
    inner = "".join(f'<div class="card"><b>{escape(value)}</b><span>{escape(name)}</span></div>' for value, name in pairs)
    return f'<div class="cards">{inner}</div>'


def meter(part: float, whole: float) -> str:
    width = 100 * part / whole if whole else 0
    return f'<span class="meter"><i style="width:{width:.1f}%"></i></span>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kinds: Sequence[str]) -> str:
    """Rows of ready HTML; a column's kind is its class: n, name, bar."""
    top = "".join(f'<th class="{kind}">{escape(name)}</th>' for name, kind in zip(head, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f'<td class="{kind}">{cell}</td>' for cell, kind in zip(row, kinds, strict=True)) + "</tr>\n"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table></div>'


def histogram(counts: Sequence[int], name: str) -> str:
    """Bars from 0 to 1."""
    width, height, foot = 460, 120, 18
    top = max(counts, default=0) or 1
    step = width / len(counts)
    bars = "".join(
        f'<rect x="{index * step + 1:.1f}" y="{height - height * count / top:.1f}" width="{step - 2:.1f}" '
        f'height="{height * count / top:.1f}"><title>{index / len(counts):.2f} to {(index + 1) / len(counts):.2f}: '
        f"{count:,}</title></rect>"
        for index, count in enumerate(counts)
    )
    marks = "".join(
        f'<text x="{at * width:.0f}" y="{height + 14}" text-anchor="{anchor}">{label}</text>'
        for at, anchor, label in ((0, "start", "0 %"), (0.5, "middle", "50 %"), (1, "end", "100 %"))
    )
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height + foot}" role="img" aria-label="{escape(name)}">'
        f'{bars}<line x1="0" x2="{width}" y1="{height}" y2="{height}"/>{marks}</svg>'
    )
