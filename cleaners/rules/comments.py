"""Comment sections and their labels. A forum's posts are its content and stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page, Segment
from cleaners.rules.chosen import hinting, total
from cleaners.rules.common import (
    CONFIDENCE,
    heads_prose,
    in_list_of_steps,
    is_prose,
    named,
    phrase_marks,
    quoted,
    section,
    shown,
    titled,
    whole,
)
from cleaners.stages import hints as h

SHARE = 0.6  # a comment container with more of the page's words than this is the page
TAIL_WORDS = 300  # and no more than these
TAIL_SHARE = 0.4  # what follows a comment label in plain text, at most
REMARKS = 0.2  # of a thread's words that are remarks
_ROOTS: Final = ("html", "body", "main")


def comments(page: Page) -> Iterator[Mark]:
    """Containers named after comments, labels that open them, buttons inside them."""
    if page.page_kind == "forum":
        yield from phrase_marks(page, "comments", longest=4, hows=frozenset({"exact"}))
        yield from _remarks(page)
        return
    words = total(page) or 1
    wanted: dict[int, bool] = {}
    for segment in hinting(page, h.COMMENT):
        if not segment.hints & h.POST:
            top = named(segment.element, h.COMMENT, _ROOTS)
            if top is None:
                continue
            if top.node not in wanted:
                wanted[top.node] = (
                    not titled(page, top) and top.words <= SHARE * words and not top.first <= page.lead < top.last
                )
            if wanted[top.node]:
                yield whole(segment, "comments", 0.85, f"class “{top.classes[:60]}”")
    for segment, hit in page.hits.get("comments", ()):
        if segment.size > 20 or quoted(segment) or segment.index == page.lead:
            continue
        if hit.how == "exact" and segment.hints & (h.NAV | h.HEADER) and hit.phrase != segment.fold:  # one entry of a menu
            continue
        if hit.how in ("exact", "labels") and (heads_prose(page, segment) or in_list_of_steps(page, segment)):
            if not segment.hints & h.COMMENT and "#" not in hit.phrase and not _before_prompt(page, segment):
                continue
        yield whole(segment, "comments", CONFIDENCE[hit.how], shown(hit))
        if hit.how != "labels" or segment.index < len(page.segments) // 2:
            continue
        group = section(page, segment)
        if page.kind == "text":
            tail = range(segment.index + 1, len(page.segments))
            if sum(page.segments[i].words for i in tail) <= min(TAIL_WORDS, TAIL_SHARE * words) and _reads_as_comments(
                page, tail
            ):
                group = tail
        for i in group:
            if i != segment.index:
                yield whole(page.segments[i], "comments", 0.75, "under a label for comments")


def _remarks(page: Page) -> Iterator[Mark]:
    """Posts that are called comments, and a few remarks under a question or an answer: both are of the thread.

    Many remarks are a section of their own. They are left to the judge.
    """
    remarks: list[Segment] = []
    posts = 0
    for segment in page.segments:
        if not segment.hints & h.POST or not is_prose(segment) or segment.origin != "visible":
            continue
        posts += segment.words
        if segment.hints & h.COMMENT and not segment.hits and not segment.hints & (h.FOOTER | h.SIDEBAR):
            remarks.append(segment)
    if sum(segment.words for segment in remarks if _is_remark(segment)) > REMARKS * posts:
        remarks = [segment for segment in remarks if not _is_remark(segment)]
    for segment in remarks:
        yield Mark(segment.start, segment.stop, "keep", "comments", "comments", 0.7, "text", "part of the thread")


def _is_remark(segment: Segment) -> bool:
    """Whether the element called a comment stands inside one called a post, and not the other way round."""
    element = segment.element
    while element is not None and not element.own & h.POST:
        if element.own & h.COMMENT:
            return True
        element = element.parent
    return False


def _before_prompt(page: Page, segment: Segment) -> bool:
    """Whether what follows a heading asks to sign in: comments are for members."""
    following = page.segments[segment.index + 1 : segment.index + 2]
    return bool(following and following[0].hits and "login_prompt" in following[0].hits)


def _reads_as_comments(page: Page, tail: range) -> bool:
    """Whether what follows holds a comment list's own labels more than once: reply, report, some hours ago."""
    telling = {"comments", "publish_date", "view_count", "login_prompt"}
    return sum(bool(telling & (page.segments[i].hits or {}).keys()) for i in tail) > 1
