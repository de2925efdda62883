"""The report of a run as a page."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from worker.archive.nouns import OUTCOMES
from worker.archive.pages.html import cards, histogram, meter, number, page, share, size, table

_BREAKS = re.compile(r"\s*\n\s*")
SAID = {
    "clean": "clean text",
    "empty": "no text left",
    "filtered": "left out by a filter",
    "duplicate": "duplicates",
    "skipped": "not looked at",
    "error": "errors",
}


def html(form: dict[str, Any]) -> str:
    """One file, no scripts, light and dark."""
    parts = [
        _head(form),
        _counts(form),
        _reasons(form),
        _shares(form),
        _tables(form),
        _hosts(form),
        _examples(form),
        _settings(form),
    ]
    return page("Dehusk: report of a run", "\n".join(parts))


def _head(form: dict[str, Any]) -> str:
    counts, cost = form["counts"], form["cost"]
    kept = share(form["chars_kept"], form["chars_in"])
    per_tb = cost["core_hours_per_tb"]
    inputs = form["inputs"]
    head = (
        "<h1>What became of this archive</h1>"
        f'<p class="soft">{inputs["files"]:,} input file{"s" * (inputs["files"] != 1)}, {size(inputs["bytes"])}, '
        f"{inputs['ranges']:,} range{'s' * (inputs['ranges'] != 1)} · "
        f"cleaner <code>{escape(form['cleaner_version'])}</code> · "
        f"profile <code>{escape(str(form['settings']['profile']))}</code></p>"
    )
    figures = [
        (number(counts["in"]), "records read"),
        (number(counts["clean"]), "clean texts"),
        (number(form["words_kept"]), "words kept"),
        (kept, "of the characters kept"),
        (number(counts["error"]), "errors"),
        (f"{per_tb:,.0f}" if per_tb is not None else "–", "core-hours per TB of input"),
    ]
    return head + cards(figures)


def _counts(form: dict[str, Any]) -> str:
    counts = form["counts"]
    whole = counts["in"]
    shown = [name for name in OUTCOMES if counts[name]]
    strip = "".join(
        f'<i class="c-{name}" style="flex:{counts[name]}" title="{SAID[name]}: {counts[name]:,}"></i>' for name in shown
    )
    key = "".join(
        f'<li><i class="c-{name}"></i>{SAID[name]} <b>{counts[name]:,}</b> '
        f'<span class="soft">{share(counts[name], whole)}</span></li>'
        for name in shown
    )
    terms = " + ".join(f"{counts[name]:,} {name}" for name in OUTCOMES)
    sum_line = f"{whole:,} in = {terms}."
    state = "" if form["adds_up"] else '<p class="warn">These counts do not add up. Please report it.</p>'
    shown_as = f'<div class="sum">{strip}</div><ul class="key">{key}</ul>'
    return f'<h2>Every record, once</h2>{shown_as}<p class="soft">{sum_line}</p>{state}'


def _reasons(form: dict[str, Any]) -> str:
    reasons = sorted(form["reasons"].items(), key=lambda item: -item[1][1])
    gone = sum(sums[1] for _, sums in reasons)
    if not gone:
        return "<h2>What was removed</h2><p>Nothing.</p>"
    rows = [
        (
            f"<code>{escape(name)}</code>",
            meter(chars, reasons[0][1][1]),
            f"{chars:,}",
            share(chars, gone),
            f"{drops:,}",
            share(pages, form["pages"]),
        )
        for name, (drops, chars, pages) in reasons
    ]
    head = ("reason", "", "characters", "of all removed", "spans", "on pages")
    return "<h2>What was removed</h2>" + table(head, rows, ("name", "bar", "n", "n", "n", "n"))


def _shares(form: dict[str, Any]) -> str:
    return (
        '<div class="two"><section><h2>Share of a page that was kept</h2>'
        + histogram(form["kept"], "pages by share kept")
        + "</section><section><h2>Confidence</h2>"
        + histogram(form["confidence"], "pages by confidence")
        + '<p class="soft">It ranks pages; it is no probability.</p></section></div>'
    )


def _tables(form: dict[str, Any]) -> str:
    titles = (
        ("languages", "Languages", "language"),
        ("verdicts", "Verdicts", "verdict"),
        ("kinds", "Kinds of page", "kind"),
        ("skips", "Not looked at, because", "why"),
        ("filters", "Left out by filter", "filter"),
        ("errors", "Errors", "error"),
        ("notes", "Notes", "note"),
    )
    out = []
    for key, title, name in titles:
        counts = sorted(form[key].items(), key=lambda item: (-item[1], item[0]))
        if counts:
            whole = sum(count for _, count in counts)
            rows = [
                (escape(one), meter(count, counts[0][1]), f"{count:,}", share(count, whole)) for one, count in counts[:15]
            ]
            more = f'<p class="soft">and {len(counts) - 15:,} more in report.json</p>' if len(counts) > 15 else ""
            shown = table((name, "", "records", ""), rows, ("name", "bar", "n", "n"))
            out.append(f"<section><h2>{title}</h2>{shown}{more}</section>")
    return f'<div class="two">{"".join(out)}</div>'


def _hosts(form: dict[str, Any]) -> str:
    out = []
    for key, title in (("worst_hosts", "Hosts that lost most"), ("best_hosts", "Hosts that kept most")):
        rows = [
            (
                escape(one["host"]),
                meter(one["kept_share"], 1),
                share(one["kept_share"], 1),
                f"{one['pages']:,}",
                f"{one['empty']:,}",
            )
            for one in form[key]
        ]
        if rows:
            head = ("host", "", "kept", "pages", "empty")
            out.append(f"<section><h2>{title}</h2>{table(head, rows, ('name', 'bar', 'n', 'n', 'n'))}</section>")
    return f'<div class="two">{"".join(out)}</div>'


def _examples(form: dict[str, Any]) -> str:
    order = sorted(form["examples"].items(), key=lambda item: -form["reasons"][item[0]][1])
    out = []
    for at, (reason, examples) in enumerate(order):
        samples = "".join(_sample(one) for one in examples)
        count = form["reasons"][reason][0]
        summary = f'{escape(reason)} <span class="soft">{count:,} span{"s" * (count != 1)}</span>'
        out.append(f"<details{' open' * (at < 2)}><summary>{summary}</summary>{samples}</details>")
    return f"<h2>Removals in context</h2>{''.join(out)}" if out else ""


def _sample(one: dict[str, Any]) -> str:
    more = f" <span class='soft'>… {one['more']:,} more characters</span>" if one["more"] else ""
    before, gone, after = (_on_one_line(one[name]) for name in ("before", "text", "after"))
    text = f'<span class="soft">{before}</span><del>{gone}</del>{more}<span class="soft">{after}</span>'
    rule = f" · rule {escape(one['rule'])}" if one["rule"] != one["reason"] else ""
    where = f"{escape(one['evidence'] or 'no name for it')}{rule} · {escape(one['language'] or '?')} · {escape(one['url'])}"
    return f'<div class="sample"><p>{text}</p><p class="where">{where}</p></div>'


def _said(value: Any) -> str:
    """A setting as a person writes it; "" where it is off."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {said}" for name, one in value.items() if (said := _said(one)))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None or value is False or value == 0 else f"{value:,}" if type(value) is int else str(value)


def _on_one_line(text: str) -> str:
    """Text with its line breaks as signs: lists would be as long as on the page."""
    return escape(_BREAKS.sub(" ⏎ ", text))


def _settings(form: dict[str, Any]) -> str:
    cost, written = form["cost"], form["written"]
    facts = [("run", form["run"])]
    facts += [
        (f"{kind}/", f"{sums['files']:,} files, {sums['rows']:,} rows, {size(sums['bytes'])}")
        for kind, sums in sorted(written.items())
    ]
    speed = f"{cost['records_per_core_second'] or 0:,.1f} pages a second and core"
    facts.append(("processor time", f"{cost['cpu_seconds']:,.1f} s in the cleaning processes, {speed}"))
    facts += [(name, said) for name, value in form["settings"].items() if (said := _said(value))]
    inner = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f'<h2>How it was made</h2><dl class="facts">{inner}</dl>'
