"""Breadcrumbs: "Home > News > Politics"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.common import phrase_marks, quoted, size, whole
from cleaners.stages import hints as h

LONGEST = 40  # words
EARLY = 15  # blocks
BARS = 4  # steps; more words between bars are a menu
PATH = 6  # lines of a path written as a list
_SEPARATOR: Final = re.compile(r"\s*(?:[›»>→▸/|]|::|&gt;)\s+")


def breadcrumb(page: Page) -> Iterator[Mark]:
    """Paths through a site, by the element's name or by separators between short steps near the top."""
    yield from phrase_marks(page, "breadcrumb", longest=12)
    for segment in page.segments:
        if segment.hints & h.BREADCRUMB and size(segment) <= LONGEST and segment.index != page.lead:
            yield whole(segment, "breadcrumb", 0.9, "class names breadcrumbs")
    for segment in page.segments[:EARLY]:
        if "\n" in segment.text and _path(segment):
            yield whole(segment, "breadcrumb", 0.8, "a path that begins at home")
            continue
        steps = _SEPARATOR.split(segment.text)
        if len(steps) < 3 or size(segment) > LONGEST or quoted(segment) or segment.index == page.lead:
            continue
        if "|" in segment.text and len(steps) > BARS:
            continue
        short = all(0 < len(step.split()) <= 6 for step in steps[:-1])
        linked = page.kind == "text" or segment.links >= len(steps) - 1
        home = bool(segment.hits and "navigation" in segment.hits) or _home(steps[0])
        if short and linked and (home or (page.kind == "html" and "|" not in segment.text)):
            yield whole(segment, "breadcrumb", 0.8, f"{len(steps)} short steps")


def _path(segment: Segment) -> bool:
    """Whether a menu's lines are a path: home first, each a link but the last."""
    lines = segment.text.split("\n")
    unlinked = len(segment.text) - segment.link_chars - len(lines)
    return 1 < len(lines) <= PATH and _home(lines[0]) and segment.links == len(lines) - 1 and unlinked >= len(lines[-1]) - 2


def _home(step: str) -> bool:
    return step.casefold().strip() in _HOMES


_HOMES: Final = frozenset(
    "home homepage start startseite accueil inicio início home page trang chủ 首页 首頁 ホーム 홈 главная головна الرئيسية"
    " דף הבית خانه หน้าแรก anasayfa ana sayfa αρχική strona główna domů hem beranda forside etusivu".split()
) | {
    "home page",
    "trang chủ",
    "דף הבית",
    "ana sayfa",
    "strona główna",
    "pagina iniziale",
    "página inicial",
    "página principal",
}
