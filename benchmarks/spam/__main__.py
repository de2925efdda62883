"""`python -m benchmarks.spam [DATA]`: how much injected spam goes, and what goes with it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import table
from benchmarks.spam.carriers import Carrier, from_gold, written
from benchmarks.spam.generate import Case, cases
from benchmarks.spam.negatives import Negative, cut_from, negatives
from benchmarks.spam.score import Score, score
from cleaners import clean
from cleaners.errors import CleanError

SPAM = ("spam_injection", "foreign_edge")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; exit 1 if a hard negative was cut."""
    options = _options(arguments)
    own = written()
    carriers = own + (from_gold(options.data, options.gold, options.seed) if options.data else [])
    results = measure([case for case in cases(carriers, options.seed, options.each) if _wanted(case, options)])
    for lines in _tables(results):
        print(lines, end="\n\n")
    harmed = [(one, what) for one in negatives() if (what := cut_from(one))]
    print(table("Hard negatives", ["", ""], [("texts", len(negatives())), ("cut", len(harmed))]), end="\n\n")
    print(_clean_texts(carriers), end="\n\n")
    if options.failures:
        _show(results, harmed, options.failures)
    if options.json:
        rows = [{**_row(case), **one._asdict()} for case, one, _ in results]
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    return 1 if harmed else 0


Result = tuple[Case, Score, Any]


def measure(every: Sequence[Case]) -> list[Result]:
    """Clean every case and its original."""
    baselines: dict[str, Any] = {}
    out: list[Result] = []
    for case in every:
        if case.original not in baselines:
            baselines[case.original] = clean(case.original, content_type="text/plain")
        cleaned = clean(case.text, content_type="text/plain")
        out.append((case, score(case, cleaned, baselines[case.original]), cleaned))
    return out


def summary(scores: Sequence[Score]) -> tuple[object, ...]:
    """Cases, share of injected tokens removed, share of cases restored exactly, share of honest tokens lost."""
    injected, honest = sum(one.injected for one in scores), sum(one.honest for one in scores)
    return (
        len(scores),
        f"{sum(one.removed for one in scores) / max(1, injected):.3f}",
        f"{sum(one.exact for one in scores) / max(1, len(scores)):.3f}",
        f"{sum(one.lost for one in scores) / max(1, honest):.4%}",
    )


def _tables(results: Sequence[Result]) -> list[str]:
    head = ["", "cases", "removed", "exact", "honest lost"]
    kinds: dict[str, list[Score]] = defaultdict(list)
    variants: dict[str, list[Score]] = defaultdict(list)
    languages: dict[str, list[Score]] = defaultdict(list)
    splices: dict[str, list[Score]] = defaultdict(list)
    for case, one, _ in results:
        kinds[case.kind].append(one)
        variants[f"{case.kind}: {case.variant}"].append(one)
        languages[case.language].append(one)
        if case.kind == "splice":
            splices[case.language].append(one)
    return [
        table(name, head, [(key, *summary(own)) for key, own in sorted(groups.items())])
        for name, groups in (
            ("By kind", kinds),
            ("By variant", variants),
            ("By language", languages),
            ("Splices by language", splices),
        )
    ]


def _clean_texts(carriers: Sequence[Carrier]) -> str:
    """Honest texts without any spam: what is taken from them is lost."""
    rows: list[tuple[object, ...]] = []
    for name, own in (("written", [c for c in carriers if c.own]), ("gold", [c for c in carriers if not c.own])):
        total = lost = 0
        for carrier in own:
            try:
                cleaned = clean(carrier.text, content_type="text/plain")
            except CleanError:
                continue
            total += len(carrier.text)
            lost += sum(drop.end - drop.start for drop in cleaned.drops if drop.reason in SPAM and drop.field == "text")
        if own:
            rows.append((name, len(own), total, lost, f"{lost / total:.4%}"))
    return table("Clean texts", ["", "texts", "characters", "lost", "share"], rows)


def _wanted(case: Case, options: argparse.Namespace) -> bool:
    return (not options.kind or case.kind in options.kind) and (not options.language or case.language in options.language)


def _row(case: Case) -> dict[str, object]:
    return {
        "kind": case.kind,
        "variant": case.variant,
        "language": case.language,
        "carrier": case.carrier,
        "text": case.text,
    }


def _show(results: Sequence[Result], harmed: Sequence[tuple[Negative, str]], most: int) -> None:
    for negative, what in harmed:
        print(f"CUT {negative.group} {negative.language}: {what!r} from {negative.text[:120]!r}")
    bad = [(case, cleaned) for case, one, cleaned in results if not one.exact]
    for case, cleaned in bad[:: max(1, len(bad) // most)]:
        print(f"\n{case.kind} ({case.variant}) {case.language} {case.carrier}")
        print(
            "  in: ",
            *(
                repr(case.text[max(0, s - 25) : s] + "⟦" + case.text[s:e] + "⟧" + case.text[e : e + 25])
                for s, e in case.spans
            ),
        )
        print("  out:", *(repr((d.text[:120], d.reason, d.confidence, d.evidence)) for d in cleaned.drops if d.text.strip()))
        print(
            "  flag:", *(repr((cleaned.source_text[m.start : m.end][:100], m.confidence, m.evidence)) for m in cleaned.flags)
        )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spam", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", metavar="DATA", help="folder with gold texts to put spam into as well")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=12, metavar="N", help="cases of every kind for every language")
    parser.add_argument("--gold", type=int, default=6, metavar="N", help="gold texts of every language and data set")
    parser.add_argument("--kind", action="append", help="this kind only; may be repeated")
    parser.add_argument("--language", action="append", help="this language only; may be repeated")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show about N cases that were not restored")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every case with its score to FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
