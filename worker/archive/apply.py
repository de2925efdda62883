"""Other choices without cleaning again: a part and its sidecar hold all that is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cleaners.page import WHITE_SPACE, Drop
from cleaners.replay import apply as leave_out
from cleaners.replay import rebuild
from worker.archive.errors import BadFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which removals still hold."""

    only: frozenset[str] | None = None  # reasons; None: all
    without: frozenset[str] = frozenset()  # reasons
    rules: frozenset[str] | None = None
    least: float = 0.0  # confidence

    def __call__(self, drop: Drop) -> bool:
        if self.only is not None and drop.reason not in self.only:
            return False
        if self.rules is not None and drop.rule not in self.rules:
            return False
        return drop.reason not in self.without and drop.confidence >= self.least


def chosen(drops: Iterable[Drop], wanted: Callable[[Drop], bool]) -> list[Drop]:
    """The drops that hold. White space goes with the block it was dropped for."""
    every = [drop for drop in drops if drop.field == "text"]
    holds = [drop.reason != WHITE_SPACE and wanted(drop) for drop in every]
    out: list[Drop] = []
    for index, drop in enumerate(every):
        if drop.reason != WHITE_SPACE:
            if holds[index]:
                out.append(drop)
            continue
        before = index - 1 if index and every[index - 1].end == drop.start else -1
        after = index + 1 if index + 1 < len(every) and every[index + 1].start == drop.end else -1
        owner = before if before >= 0 else after
        if owner < 0 or every[owner].reason == WHITE_SPACE or holds[owner]:
            out.append(drop)
    return out


def drops_of(account: Mapping[str, Any]) -> list[Drop]:
    return [Drop(**drop) for drop in account["drops"]]


def source_of(text: str, account: Mapping[str, Any]) -> str:
    """The source text of a record, from its text as it stands in the part or the sidecar.

    Raises:
        BadFile: text and account are not of one record.
    """
    if _digest(text) == account["source_sha256"]:
        return text  # the part was written with --emit source
    source = rebuild(text, drops_of(account))
    if _digest(source) != account["source_sha256"]:
        raise BadFile(f"The text of {account['id']} and its account in the sidecar do not belong together.")
    return source


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def applied(
    texts: Iterable[dict[str, Any]], accounts: Iterable[dict[str, Any]], wanted: Callable[[Drop], bool]
) -> Iterator[dict[str, Any]]:
    """The rows of a part with their texts under other choices.

    Raises:
        BadFile: the sidecar is another part's.
    """
    rows = iter(texts)
    for account in accounts:
        if account["outcome"] != "clean":
            continue
        row = next(rows, None)
        if row is None or row["id"] != account["id"]:
            raise BadFile("The sidecar is another part's.")
        source = source_of(row["text"], account)
        yield {**row, "text": leave_out(source, chosen(drops_of(account), wanted))}
    if next(rows, None) is not None:
        raise BadFile("The sidecar is another part's: the part has more rows.")
