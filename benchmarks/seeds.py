"""The five texts the project was created from must come out exactly as expected."""

from importlib import import_module

from benchmarks.data import DataSet
from benchmarks.report import Figure, Section


def run(seeds: DataSet) -> Section:
    """Each seed text, and where it first differs."""
    clean = import_module("cleaners").clean
    lines = ["Seed texts"]
    equal = 0
    for sample in seeds:
        got, wanted = " ".join(clean(sample.html).text.split()), " ".join(sample.gold.split())
        equal += got == wanted
        lines.append(f"{sample.id}  {difference(got, wanted) or 'ok'}")
    figure = Figure("seed texts equal to the expected", float(equal), float(len(seeds)), places=0)
    return Section("seeds", [figure], ["\n".join(lines)], {"equal": equal, "of": len(seeds)})


def difference(got: str, wanted: str, width: int = 40) -> str:
    """Where two texts part.

    >>> difference("same", "same")
    ''
    >>> difference("a cat sat", "a dog sat", width=3)
    "short at 2: got 'cat', expected 'dog'"
    """
    if got == wanted:
        return ""
    pairs = enumerate(zip(got, wanted, strict=False))
    at = next((index for index, (a, b) in pairs if a != b), min(len(got), len(wanted)))
    return f"short at {at}: got {got[at : at + width]!r}, expected {wanted[at : at + width]!r}"
