"""The spam rule's thoughts on one page, for a person to read: candidates, what speaks for each, what a profile does."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from cleaners.page import Cleaned, Head, Page
from cleaners.profile import Profile
from cleaners.rules.spam.decision import LEAST, RULE
from cleaners.rules.spam.gate import glance
from cleaners.rules.spam.reader import Reader
from cleaners.stages.lines import lines

MODES: Final = ("strict", "default", "flag_only")


class Candidate(NamedTuple):
    """A span that may be spam."""

    field: str
    start: int
    end: int
    text: str
    confidence: float
    evidence: str
    fate: dict[str, str]  # what each spam mode does with it: drop, flag or keep
    weights: tuple[tuple[str, float, str], ...]  # its words in order: what each says for spam, and whose word it is


def watching(profile: Profile) -> Profile:
    """The profile with its spam flagged, not cut: then every candidate shows."""
    return replace(profile, spam="flag_only", digest="")


def candidates(cleaned: Cleaned) -> list[Candidate]:
    """Every candidate of a page that was cleaned with a `watching` profile, in order."""
    out: list[Candidate] = []
    for mark in sorted(flag for flag in cleaned.flags if flag.rule == RULE):
        source = cleaned.source_text if mark.field == "text" else getattr(cleaned, mark.field) or ""
        text = source[mark.start : mark.end]
        fate = {mode: _fate(mode, mark.confidence) for mode in MODES}
        out.append(
            Candidate(
                mark.field,
                mark.start,
                mark.end,
                text,
                mark.confidence,
                mark.evidence,
                fate,
                _weights(text, cleaned.language),
            )
        )
    return out


def _fate(mode: str, confidence: float) -> str:
    if mode == "flag_only":
        return "flag"
    return "drop" if confidence >= LEAST[mode] else "flag"


def _weights(text: str, language: str | None) -> tuple[tuple[str, float, str], ...]:
    page = Page("text", text, lines(text), [], Head(), "", language or "")
    reader = Reader(page, Profile(), glance(text, page.language, frozenset(), ""))
    plain = reader.plain(text)
    units = reader.units(plain.text if plain else text, disguised=plain.disguised if plain else frozenset())
    return tuple((unit.text, round(unit.weight, 1), unit.category) for unit in units)
