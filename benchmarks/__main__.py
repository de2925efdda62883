"""One command prints every figure the project claims, beside its target."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import goldtext, memory, metadata, quality, seeds, speed
from benchmarks.data import DataSet, open_all, open_seeds
from benchmarks.peers import DEHUSK, PEERS, Tool
from benchmarks.report import Section, figures_table

SECTIONS = ("seeds", "quality", "gold", "metadata", "speed", "memory")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    tools = _tools(options.peers)
    sets = [dataset.spread(options.limit) for dataset in open_all(options.data)]
    results = []
    for name in SECTIONS:
        if name not in options.only:
            continue
        begun = time.monotonic()
        section = _section(name, options, tools, sets)
        if section is None:
            print(f"{name}: not measured, its data are not under {options.data}\n")
            continue
        print(
            "\n\n".join([*section.tables, f"({name}: {time.monotonic() - begun:.0f} s)"]),
            end="\n\n",
            flush=True,
        )
        results.append(section)
    print(figures_table([figure for section in results for figure in section.figures]))
    if options.json:
        report = _report(results, tools, sets)
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


def _section(name: str, options: argparse.Namespace, tools: Sequence[Tool], sets: Sequence[DataSet]) -> Section | None:
    wcxb = next((dataset for dataset in sets if dataset.name == "wcxb-dev"), None)
    folder = options.data / "seeds"
    parts: dict[str, Callable[[], Section | None]] = {
        "seeds": lambda: seeds.run(open_seeds(folder)) if folder.is_dir() else None,
        "quality": lambda: quality.run(sets, tools, options.jobs) if sets else None,
        "gold": lambda: goldtext.run(sets) if sets else None,
        "metadata": lambda: metadata.run(wcxb, [tool.name for tool in tools], options.jobs) if wcxb else None,
        "speed": lambda: speed.run(wcxb, tools) if wcxb else None,
        "memory": lambda: memory.run(wcxb, tools, options.jobs) if wcxb else None,
    }
    return parts[name]()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with wcxb-dev, daniel-dev, news-dev and seeds")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="measure this part only; may be repeated")
    parser.add_argument("--limit", type=_positive, metavar="N", help="at most N pages of each data set, evenly spaced")
    parser.add_argument(
        "--peers",
        default="all",
        metavar="NAMES",
        help=f"all, none, or some of {','.join(p.name for p in PEERS)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything, page by page, to FILE")
    parser.add_argument(
        "--jobs",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes for all but speed",
    )
    options = parser.parse_args(arguments)
    options.only = options.only or list(SECTIONS)
    if not options.data.is_dir():
        parser.error(f"{options.data} is not a folder")
    known = {peer.name for peer in PEERS} | {"all", "none"}
    unknown = set(options.peers.split(",")) - known
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _tools(wanted: str) -> list[Tool]:
    """Dehusk and the peers asked for; one that is not installed is left out with a word."""
    tools = [DEHUSK]
    for peer in PEERS:
        if wanted != "none" and (wanted == "all" or peer.name in wanted.split(",")):
            if peer.version():
                tools.append(peer)
            else:
                print(
                    f"{peer.name} is left out: it is not installed (pip install 'dehusk[bench]')",
                    file=sys.stderr,
                )
    return tools


def _report(results: Sequence[Section], tools: Sequence[Tool], sets: Sequence[DataSet]) -> dict[str, Any]:
    return {
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cpus": os.cpu_count(),
        },
        "tools": {tool.name: tool.version() for tool in tools},
        "data": {dataset.name: {"pages": len(dataset), "digest": dataset.digest()} for dataset in sets},
        "figures": [asdict(figure) | {"ok": figure.ok} for section in results for figure in section.figures],
        "sections": {section.name: section.data for section in results},
    }


if __name__ == "__main__":
    sys.exit(main())
