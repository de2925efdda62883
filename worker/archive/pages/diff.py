"""The difference between two runs as a page."""

from __future__ import annotations

from html import escape
from typing import Any

from worker.archive.pages.html import cards, number, page, share, table


def html(form: dict[str, Any], first: str, second: str) -> str:
    """One file, no scripts, light and dark."""
    both = form["same"] + form["changed"]
    head = f"<h1>What changed between two runs</h1><p class='soft'>A: {escape(first)} · B: {escape(second)}</p>"
    figures = cards([
        (number(form["records"]), "records compared"),
        (f"{number(form['changed'])} ({share(form['changed'], both)})", "texts changed"),
        (number(form["lost"]), "words only in A"),
        (number(form["gained"]), "words only in B"),
        (number(sum(form["only"])), "records in one run alone"),
    ])  # fmt: skip
    shares = table(
        ("words that differ", "texts"), [(escape(name), f"{count:,}") for name, count in form["by_share"].items()], ("", "n")
    )
    outcomes = table(
        ("outcome in A -> B", "records"),
        [(escape(name), f"{count:,}") for name, count in form["outcomes"].items()] or [("the same everywhere", "")],
        ("", "n"),
    )
    changed = sorted(form["reasons"].items(), key=lambda item: (-abs(item[1][1] - item[1][0]), item[0]))
    reasons = table(
        ("reason", "characters removed in A", "in B", "difference"),
        [(f"<code>{escape(name)}</code>", f"{a:,}", f"{b:,}", f"{b - a:+,}") for name, (a, b) in changed],
        ("name", "n", "n", "n"),
    )
    left = f"<section><h2>By how much</h2>{shares}</section>"
    body = f"<div class='two'>{left}<section><h2>Outcomes</h2>{outcomes}</section></div>"
    samples = "".join(_sample(one) for one in form["samples"])
    rest = f"<h2>Reasons</h2>{reasons}" + (f"<h2>The texts that changed most</h2>{samples}" if samples else "")
    return page("Dehusk: two runs compared", head + figures + body + rest)


def _sample(one: dict[str, Any]) -> str:
    about = f"{escape(str(one['language']))}, {one['changed']:.1%} of the words differ"
    head = f"{escape(str(one['id']))} <span class='soft'>{about}</span>"
    left = escape(one["before"]) or "<span class='soft'>nothing</span>"
    right = escape(one["after"]) or "<span class='soft'>nothing</span>"
    sides = "".join(
        f"<p><span class='where'>only in {name}</span>\n{text}</p>" for name, text in (("A", left), ("B", right))
    )
    return f"<details open><summary>{head}</summary><div class='sample'><div class='sides'>{sides}</div></div></details>"
