"""Share and follow bars: "Share on Facebook"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from cleaners.page import Mark, Page, Segment
from cleaners.rules.chosen import hinting, in_order, linked
from cleaners.rules.common import HEADINGS, close, heads_prose, in_list_of_steps, phrase_marks, quoted, whole
from cleaners.rules.phrases import EDGES, fold, fold_all, phrase_lists
from cleaners.stages import hints as h

LONGEST = 20  # words
LABEL = 8  # words of a button in a share bar
BOX = 120  # words of an element named after sharing
BAR = 12  # words of a bar of buttons that no element names


def share_bar(page: Page) -> Iterator[Mark]:
    """Labels and buttons that send the page elsewhere, or ask to follow its makers."""
    yield from phrase_marks(page, "share_bar", longest=LONGEST)
    for segment in in_order([hinting(page, h.SHARE), linked(page)]):
        if segment.hints & h.SHARE and segment.size <= LABEL and segment.index != page.lead:
            leads = segment.link_chars * 5 >= len(segment.text) * 2 or segment.kind == "control" or segment.size <= 3
            if (
                leads
                and close(segment, h.SHARE, BOX)
                and not heads_prose(page, segment)
                and not in_list_of_steps(page, segment)
            ):
                yield whole(segment, "share_bar", 0.85, "class names sharing")
        elif segment.links > 0 and not segment.hits and 1 < segment.words <= BAR and segment.index != page.lead:
            if found := _begins(segment):
                yield whole(segment, "share_bar", 0.75, f"a bar that begins with “{found}”")


def _begins(segment: Segment) -> str:
    """The button that a bar of buttons, only some of them links, begins with. All of a link is as well a headline."""
    text = segment.text
    mixed = segment.links > 1 or segment.link_chars < len(text)
    if not mixed or segment.kind in HEADINGS or quoted(segment) or text[-1] in ".!?:;,…。！？：":
        return ""
    words = text.split()
    if len(words) < 2:
        return ""
    if not _may_begin(words[0]):
        return ""
    two, one = fold_all([" ".join(words[:2]), words[0]])
    if len(words) > 2 and two in _buttons():
        return two
    return one if one in _buttons() else ""


@lru_cache(maxsize=4_096)
def _may_begin(word: str) -> bool:
    """Whether a button begins with a word, or the word is nothing but signs."""
    folded = fold(word)
    return not folded or folded in _openers()


@lru_cache(maxsize=1)
def _openers() -> frozenset[str]:
    return frozenset(button.split()[0].strip(EDGES) for button in _buttons())


@lru_cache(maxsize=1)
def _buttons() -> frozenset[str]:
    languages = phrase_lists().get("share_bar", {}).values()
    return frozenset(phrase for keys in languages for how in ("exact", "labels") for phrase in keys.get(how, ()))
