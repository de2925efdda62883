"""Families of samples in the text format of Prometheus, version 0.0.4."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

PREFIX = "dehusk_"
TYPE = "text/plain; version=0.0.4; charset=utf-8"

Kind = Literal["counter", "gauge", "histogram"]
Labels = Mapping[str, str]


@dataclass(slots=True)
class Family:
    """Samples of one name. `add` and `add_histogram` fill it."""

    name: str  # without the prefix of all; counters end in _total
    kind: Kind
    help: str
    prefix: str = PREFIX
    _lines: list[str] = field(default_factory=list)

    def add(self, value: float, **labels: str) -> "Family":
        self._lines.append(_line(self.prefix + self.name, labels, value))
        return self

    def add_histogram(self, bounds: Sequence[float], counts: Sequence[float], total: float, **labels: str) -> "Family":
        """Counts are by bucket, one more than there are bounds; in the text they add up."""
        full = self.prefix + self.name
        below = 0.0
        for bound, count in zip((*bounds, float("inf")), counts, strict=True):
            below += count
            self._lines.append(_line(f"{full}_bucket", {**labels, "le": _bound(bound)}, below))
        self._lines.append(_line(f"{full}_sum", labels, total))
        self._lines.append(_line(f"{full}_count", labels, below))
        return self

    def text(self) -> str:
        full = self.prefix + self.name
        about = self.help.replace("\\", "\\\\").replace("\n", "\\n")
        return "\n".join((f"# HELP {full} {about}", f"# TYPE {full} {self.kind}", *self._lines)) + "\n"


def written(families: Iterable[Family]) -> str:
    """
    >>> pages = Family("pages_total", "counter", "Pages.").add(3, outcome='"clean"').add(1, outcome="dead")
    >>> print(written([pages, Family("up", "gauge", "Up.").add(1)]), end="")
    # HELP dehusk_pages_total Pages.
    # TYPE dehusk_pages_total counter
    dehusk_pages_total{outcome="\\"clean\\""} 3
    dehusk_pages_total{outcome="dead"} 1
    # HELP dehusk_up Up.
    # TYPE dehusk_up gauge
    dehusk_up 1
    """
    return "".join(family.text() for family in families)


def _line(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{label.rstrip("_")}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {value:.15g}" if inside else f"{name} {value:.15g}"


def _bound(bound: float) -> str:
    return "+Inf" if bound == float("inf") else f"{bound:g}"


def _escaped(text: str) -> str:
    return str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
