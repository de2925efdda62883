"""Blocks by what they have in common, found once a page: a rule asks for the few it may mark instead of looking at all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from operator import attrgetter
from typing import Any

from cleaners.page import Page, Segment

_index = attrgetter("index")


def hinting(page: Page, bits: int) -> list[Segment]:
    """Blocks with one of the hint bits on them or above them, in order. Sets of hints are few: a page has some thirty."""
    groups: dict[int, list[Segment]] = once(page, "by_hints", _by_hints)
    return in_order([group for hints, group in groups.items() if hints & bits])


def beginning(page: Page, characters: str) -> list[Segment]:
    """Blocks whose text begins with one of the characters, in order."""
    groups: dict[str, list[Segment]] = once(page, "by_first", _by_first)
    return in_order([groups[character] for character in characters if character in groups])


def linked(page: Page) -> list[Segment]:
    """Blocks with links, in order."""
    found: list[Segment] = once(page, "linked", _linked)
    return found


def total(page: Page) -> int:
    """Words of the page."""
    words: int = once(page, "words", _total)
    return words


def in_order(groups: list[list[Segment]]) -> list[Segment]:
    """The blocks of several lists, each once, as they follow each other on the page."""
    if len(groups) < 2:
        return groups[0] if groups else []
    return sorted(set(chain.from_iterable(groups)), key=_index)


def once(page: Page, name: str, find: Callable[[Page], Any]) -> Any:
    """What `find` says of the page; asked a second time, it is remembered."""
    known = page.facts.get(name)
    if known is None:
        known = page.facts[name] = find(page)
    return known


def _by_hints(page: Page) -> dict[int, list[Segment]]:
    groups: dict[int, list[Segment]] = {}
    for segment in page.segments:
        groups.setdefault(segment.hints, []).append(segment)
    return groups


def _by_first(page: Page) -> dict[str, list[Segment]]:
    groups: dict[str, list[Segment]] = {}
    for segment in page.segments:
        groups.setdefault(segment.text[0], []).append(segment)
    return groups


def _linked(page: Page) -> list[Segment]:
    return [segment for segment in page.segments if segment.links]


def _total(page: Page) -> int:
    return sum([segment.words for segment in page.segments])
