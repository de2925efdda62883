"""Breadcrumbs: "Home > News > Politics"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.chosen import hinting
from cleaners.rules.common import close, phrase_marks, quoted, whole
from cleaners.stages import hints as h

LONGEST = 40  # words
BOX = 60  # words of an element so named
EARLY = 15  # blocks
BARS = 4  # steps; more words between bars are a menu
STEP = 6  # words
PATH = 6  # lines of a path written as a list
_SIGN: Final = re.compile(r"[›»>→▸/|:&]")  # no separator is without
_SEPARATOR: Final = re.compile(r"\s*(?:[›»>→▸/|]|::|&gt;)\s+")


def breadcrumb(page: Page) -> Iterator[Mark]:
    """Paths through a site, by the element's name or by separators between short steps near the top."""
    yield from phrase_marks(page, "breadcrumb", longest=12)
    for segment in hinting(page, h.BREADCRUMB):
        if segment.size <= LONGEST and segment.index != page.lead:
            if close(segment, h.BREADCRUMB, BOX):
                yield whole(segment, "breadcrumb", 0.9, "class names breadcrumbs")
    for segment in _listed(page):
        yield whole(segment, "breadcrumb", 0.85, "a list that begins at home, above the headline")
    for segment in page.segments[:EARLY]:
        if "\n" in segment.text and _path(segment):
            yield whole(segment, "breadcrumb", 0.8, "a path that begins at home")
            continue
        if not _SIGN.search(segment.text):
            continue
        steps = _SEPARATOR.split(segment.text)
        if len(steps) < 3 or segment.size > LONGEST or quoted(segment) or segment.index == page.lead:
            continue
        if "|" in segment.text and len(steps) > BARS:
            continue
        short = all(0 < len(step.split()) <= 6 for step in steps[:-1])
        linked = page.kind == "text" or segment.links >= len(steps) - 1
        home = bool(segment.hits and "navigation" in segment.hits) or _home(steps[0])
        if short and linked and (home or (page.kind == "html" and "|" not in segment.text)):
            yield whole(segment, "breadcrumb", 0.8, f"{len(steps)} short steps")


def _listed(page: Page) -> Iterator[Segment]:
    """The items of a list that begins at home and leads to the headline, each a link but the last."""
    for segment in page.segments[: max(0, page.lead)][-EARLY:]:
        if segment.kind != "li" or not segment.links or not (_home(segment.text) or _is_home(segment)):
            continue
        home = segment.element
        while home is not None and home.tag not in ("ol", "ul"):
            home = home.parent
        if home is None or home.first != segment.index or not 1 < home.last - home.first <= PATH:
            continue
        items = page.segments[home.first : home.last]
        if home.last <= page.lead and all(s.links == 1 for s in items[:-1]) and all(s.size <= STEP for s in items[:-1]):
            if not items[-1].links or home.last == page.lead:
                yield from items


def _is_home(segment: Segment) -> bool:
    hit = segment.hits.get("navigation") if segment.hits else None
    return hit is not None and hit.how == "exact" and segment.href.rstrip("/").count("/") < 3


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
