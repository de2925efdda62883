"""Tags and topic lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Mark, Page
from cleaners.rules.chosen import beginning, hinting, in_order
from cleaners.rules.common import close, phrase_hits, phrase_mark, section, whole
from cleaners.rules.tail import topics
from cleaners.stages import hints as h

LONGEST = 25  # words
BOX = 80  # words of an element named after tags
TOPIC = 4  # words; longer ones are titles
_HASHTAGS: Final = re.compile(r"(?:[#＃]\w{2,30}[\s,、]*){2,12}")
SENTENCE = 12  # words: a longer block that ends like a sentence is one


def tags(page: Page) -> Iterator[Mark]:
    """Lists of topics the page is filed under."""
    forum = page.page_kind == "forum"
    for segment in in_order([hinting(page, h.TAGS), beginning(page, "#＃")]):
        if segment.hints & h.TAGS and segment.size <= 12 and segment.index != page.lead:
            if not close(segment, h.TAGS, BOX) or (forum and segment.hints & h.RELATED):  # a “topic” is a thread there
                continue
            if segment.link_chars * 10 >= len(segment.text) * 7 and segment.kind not in ("h1", "h2"):
                yield whole(segment, "tags", 0.8, "class names tags")
        elif segment.text[0] in "#＃" and _HASHTAGS.fullmatch(segment.text):
            yield whole(segment, "tags", 0.8, "nothing but hashtags")
    for segment in topics(page):
        yield whole(segment, "tags", 0.7, "below the text, links of a word or two")
    for segment, hit in phrase_hits(page, "tags", longest=LONGEST):
        if segment.kind == "control":  # a button that opens a menu
            continue
        if segment.size > SENTENCE and segment.text.endswith((".", "!", "?", "。")):
            continue
        if segment.hints & h.RELATED or (segment.hints & h.SIDEBAR and not segment.hints & (h.MAIN | h.CONTENT)):
            continue  # the site's topics, not the page's
        group = section(page, segment) if hit.how == "labels" else range(0)
        titles = segment.hits is not None and "related_links" in segment.hits
        if titles and any(page.segments[i].size > TOPIC for i in group if i != segment.index):
            continue  # “More on this”, over titles
        yield phrase_mark(segment, "tags", hit)
        if group:
            if all(page.segments[i].words <= 8 for i in group):
                for i in group:
                    if i != segment.index:
                        yield whole(page.segments[i], "tags", 0.75, "under a label for tags")
