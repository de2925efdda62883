"""The text format of Prometheus, written from what the store counts. No label is unbounded: hosts are none."""

import re
import time
from collections.abc import Iterable, Mapping

from dashboard.service import Service

PREFIX = "dehusk_"
_OUTSIDE = re.compile(r"[^a-zA-Z0-9_]")

Sample = tuple[str, Mapping[str, str], float]


def exposition(here: Service) -> str:
    started = time.perf_counter()
    samples: list[Sample] = [(f"{name}_total", labels, value) for name, labels, value in here.store.counters()]
    for lane, waiting in here.store.backlog().lanes.items():
        labels = {"lane": lane}
        samples.append(("backlog_pages", {**labels, "state": "received"}, waiting.waiting))
        samples.append(("backlog_pages", {**labels, "state": "cleaning"}, waiting.cleaning))
        samples.append(("backlog_oldest_seconds", labels, waiting.oldest_seconds))
    samples.append(("accepting", {}, 0 if here.pressure.problem() else 1))
    samples.append(("scrape_seconds", {}, time.perf_counter() - started))
    return written(samples)


def written(samples: Iterable[Sample]) -> str:
    """
    >>> print(written([("pages_total", {"outcome": "clean"}, 3), ("up", {}, 1)]), end="")
    # TYPE dehusk_pages_total counter
    dehusk_pages_total{outcome="clean"} 3
    # TYPE dehusk_up gauge
    dehusk_up 1
    """
    by_name: dict[str, list[str]] = {}
    for name, labels, value in samples:
        full = _OUTSIDE.sub("_", name if name.startswith(PREFIX) else PREFIX + name)
        inside = ",".join(f'{_OUTSIDE.sub("_", label)}="{_escaped(text)}"' for label, text in sorted(labels.items()))
        by_name.setdefault(full, []).append(f"{full}{{{inside}}} {value:.15g}" if inside else f"{full} {value:.15g}")
    out: list[str] = []
    for name, lines in sorted(by_name.items()):
        out.append(f"# TYPE {name} {'counter' if name.endswith('_total') else 'gauge'}")
        out += lines
    return "\n".join(out) + "\n"


def _escaped(text: str) -> str:
    return str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
