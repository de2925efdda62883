"""Reads `fixtures/`: cases are files, so that adding one needs no Python."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

from cleaners import clean
from cleaners.page import WHITE_SPACE, Cleaned, Drop, Evidence
from cleaners.stages.host_fold import host_fold

ROOT = Path(__file__).parent.parent / "fixtures"

_PAGE_KEYS = "why origin url content_type language verdict page_kind title author date site_name must_keep must_drop"
PAGE_KEYS = frozenset(_PAGE_KEYS.split())
PAGE_FILES = ("page.html", "page.txt", "page.bin")
_RULE_KEYS = "why html text must_keep must_drop once url host_pages host_counts"
RULE_KEYS = frozenset(_RULE_KEYS.split())


@dataclass(frozen=True)
class PageCase:
    """A whole page and what must come out of it."""

    slug: str
    page: bytes | str
    expected: str | None  # None: the case has no expected.txt
    facts: dict[str, Any]  # case.toml


@dataclass(frozen=True)
class RuleCase:
    """A few lines that one rule must leave alone, or must cut."""

    rule: str
    side: Literal["keep", "drop"]
    why: str
    page: str
    url: str | None
    must_keep: tuple[str, ...]
    must_drop: tuple[str, ...]
    once: tuple[str, ...]
    evidence: Evidence

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.side}: {self.why}"


@cache
def page_cases() -> tuple[PageCase, ...]:
    """Every folder of fixtures/pages."""
    out: list[PageCase] = []
    for folder in sorted(path for path in (ROOT / "pages").iterdir() if path.is_dir()):
        sheet = folder / "case.toml"
        facts = tomllib.loads(sheet.read_text("utf-8")) if sheet.exists() else {}
        page: bytes | str = b""
        for name in PAGE_FILES:
            if (path := folder / name).exists():
                page = path.read_text("utf-8") if name.endswith(".txt") else path.read_bytes()
        text = folder / "expected.txt"
        out.append(PageCase(folder.name, page, text.read_text("utf-8") if text.exists() else None, facts))
    return tuple(out)


@cache
def rule_cases() -> tuple[RuleCase, ...]:
    """Every case of fixtures/rules, shared paragraphs put in."""
    return tuple(case for path in sorted((ROOT / "rules").glob("*.toml")) for case in _rule_file(path))


def _rule_file(path: Path) -> Iterator[RuleCase]:
    data = tomllib.loads(path.read_text("utf-8"))
    shared = {name: value for name, value in data.items() if isinstance(value, str)}
    for side in ("keep", "drop"):
        for entry in data[side]:
            unknown = set(entry) - RULE_KEYS
            assert not unknown, f"{path.name}: {entry.get('why')}: unknown {sorted(unknown)}"
            page = entry.get("html") or entry["text"]
            for name, paragraph in shared.items():
                page = page.replace("{" + name + "}", paragraph)
            yield RuleCase(
                path.stem,
                "keep" if side == "keep" else "drop",
                entry["why"],
                page.strip("\n"),
                entry.get("url"),
                tuple(entry.get("must_keep", ())),
                tuple(entry.get("must_drop", ())),
                tuple(entry.get("once", ())),
                _evidence(entry, shared),
            )


def _evidence(entry: dict[str, Any], shared: dict[str, str]) -> Evidence:
    """What a case knows of its host: texts of blocks and on how many pages they stand."""
    told: dict[str, int] = entry.get("host_counts", {})
    counts = {host_fold(shared.get(text.strip("{}"), text)): count for text, count in told.items()}
    return Evidence(host_counts=counts or None, host_pages=entry.get("host_pages", 0))


@cache
def known_failures() -> dict[str, dict[str, str]]:
    """check -> case -> why it fails for now. A case that no longer fails must leave the list."""
    path = ROOT / "known_failures.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def parameters(check: str, ids: list[str]) -> list[Any]:
    """One test per id; those listed as known failures of `check` must fail."""
    known = known_failures().get(check, {})
    gone = sorted(set(known) - set(ids))
    assert not gone, f"known_failures.toml lists unknown cases: {gone}"
    return [
        pytest.param(index, id=name, marks=[pytest.mark.xfail(reason=known[name], strict=True)] if name in known else [])
        for index, name in enumerate(ids)
    ]


@cache
def cleaned_page(index: int) -> Cleaned:
    case = page_cases()[index]
    return clean(case.page, url=case.facts.get("url"), content_type=case.facts.get("content_type"))


@cache
def cleaned_rule(index: int) -> Cleaned:
    case = rule_cases()[index]
    return clean(case.page, url=case.url, evidence=case.evidence)


def places(snippet: str, text: str) -> list[tuple[int, int]]:
    """Where `snippet` stands in `text`, white space collapsed."""
    pattern = r"\s+".join(re.escape(word) for word in snippet.split())
    return [found.span() for found in re.finditer(pattern, text)]


def stands_in_markup(page: bytes | str, snippet: str) -> bool:
    """Whether a snippet is in a page's markup, but in a place that is no text of it: its title, an attribute."""
    markup = page.decode("utf-8", "replace") if isinstance(page, bytes) else page
    return bool(places(snippet, markup))


def reasons_at(cleaned: Cleaned, snippet: str) -> list[set[str]]:
    """For each place of `snippet` in the source text: the reasons under which most of it went."""
    out: list[set[str]] = []
    for start, end in places(snippet, cleaned.source_text):
        shares: dict[str, int] = {}
        for drop in cleaned.drops:
            if drop.field == "text" and drop.start < end and drop.end > start and drop.reason != WHITE_SPACE:
                size = min(drop.end, end) - max(drop.start, start)
                shares[drop.reason] = shares.get(drop.reason, 0) + size
        most = max(shares.values(), default=0)
        out.append({reason for reason, size in shares.items() if size == most})
    return out


def difference(got: str, wanted: str) -> str:
    """The words by which two texts differ, with a few words around each place; "" when there are none."""
    a, b = wanted.split(), got.split()
    if a == b:
        return ""
    lines: list[str] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            before = " ".join(a[max(0, a1 - 4) : a1])
            if a1 < a2:
                lines.append(f"  lost  … {before} [{_short(a[a1:a2])}]")
            if b1 < b2:
                lines.append(f"  extra … {before} [{_short(b[b1:b2])}]")
    return "\n".join(lines)


def _short(words: list[str]) -> str:
    return " ".join(words) if len(words) <= 24 else " ".join([*words[:12], "…", *words[-12:]])


def text_drops(cleaned: Cleaned) -> list[Drop]:
    return [drop for drop in cleaned.drops if drop.field == "text"]
