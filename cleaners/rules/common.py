"""What rules share: marking a block, telling prose from labels, finding the section a label opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Element, Mark, Page, Segment
from cleaners.rules.chosen import hinting, once, total
from cleaners.rules.phrases import Hit

CONFIDENCE: Final = {"exact": 0.95, "labels": 0.9, "starts": 0.85, "starts_name": 0.8, "contains": 0.8, "ends": 0.75}
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NUMBERED: Final = re.compile(r"\d{1,2}[.)]\s")
_VERBATIM: Final = frozenset({"pre", "quote"})
_OPEN_QUOTES: Final = "\"“„«‘「『»‹'"
_CLOSE_QUOTES: Final = "\"”“»’」』«›'"
SECTION_SHARE: Final = 0.4  # a section that holds more of the page than this is the page
STEP_WORDS: Final = 5  # of a sentence in a numbered list
ANCHOR: Final = 3  # words of a heading that anchors are made of
_SLUG: Final = re.compile(r"[^\W_]+")
PROSE_WORDS: Final = 12
PROSE_LINKS: Final = (
    0.33  # link share: of blocks of 12 words and more 94 % are below in gold text, 58 % outside it (400 wcxb-dev pages)
)


def whole(segment: Segment, rule: str, confidence: float, evidence: str) -> Mark:
    """A drop of one block."""
    return Mark(segment.start, segment.stop, "drop", rule, rule, confidence, "text", evidence)


def shown(hit: Hit) -> str:
    """A hit as evidence for a person to read."""
    return f"{hit.how} “{hit.phrase}” ({hit.language})"


def is_prose(segment: Segment) -> bool:
    """A block long enough to be a sentence and not made of links."""
    return segment.size >= PROSE_WORDS and segment.link_chars < PROSE_LINKS * len(segment.text)


def prose(page: Page) -> list[Segment]:
    """The blocks that are prose, in order."""
    found: list[Segment] = once(page, "prose", lambda page: [segment for segment in page.segments if is_prose(segment)])
    return found


def quoted(segment: Segment) -> bool:
    """Whether the block is code or a quotation: text about boilerplate, not boilerplate."""
    if segment.kind in _VERBATIM:
        return True
    text = segment.text
    return len(text) > 2 and text[0] in _OPEN_QUOTES and text.rstrip(".,;:!?")[-1:] in _CLOSE_QUOTES


def cites(segment: Segment, phrase: str) -> bool:
    """Whether the block holds the phrase inside quotation marks."""
    text = segment.text.casefold()
    at = text.find(phrase.split(" #")[0])
    if at <= 0:
        return False
    before = text[:at]
    return sum(before.count(mark) for mark in "“„«「『") > sum(before.count(mark) for mark in "”»」』") or (
        before.count('"') % 2 == 1
    )


def heads_prose(page: Page, segment: Segment) -> bool:
    """Whether the block is a heading whose section is prose: a step called “Share”, a chapter called “Comments”."""
    if segment.kind not in HEADINGS and segment.kind not in ("dt", "legend", "th"):
        return False
    following = page.segments[segment.index + 1 : segment.index + 2]
    return bool(following) and is_prose(following[0]) and following[0].kind not in HEADINGS


def in_list_of_steps(page: Page, segment: Segment) -> bool:
    """Whether the block is one item of a list that also holds prose: instructions, not a bar of buttons."""
    if segment.kind != "li" and not _NUMBERED.match(segment.text):
        return False
    if _sentence(segment) and not segment.link_chars and segment.element is not None and _in_ordered_list(segment.element):
        return True
    around = page.segments[max(0, segment.index - 2) : segment.index] + page.segments[segment.index + 1 : segment.index + 3]
    return any(other.kind == segment.kind and is_prose(other) for other in around)


def _sentence(segment: Segment) -> bool:
    return segment.size >= STEP_WORDS and segment.text.endswith((".", "!", "?", "。"))


def _in_ordered_list(element: Element) -> bool:
    up: Element | None = element
    while up is not None and up.tag not in ("ul", "body"):
        if up.tag == "ol":
            return True
        up = up.parent
    return False


def is_topic(page: Page, stems: tuple[str, ...]) -> bool:
    """Whether the page's own title speaks of the subject, so that its words are no evidence."""
    title = page.facts.get("topic_title")
    if title is None:
        lead = page.segments[page.lead].text if 0 <= page.lead < len(page.segments) else ""
        if page.kind == "text":
            lead = page.segments[0].text if page.segments and page.segments[0].words < 25 else ""
        title = page.facts["topic_title"] = f"{page.head.title} {lead}".casefold()
    return any(stem in title for stem in stems)


def phrase_hits(
    page: Page,
    rule: str,
    *,
    longest: int = 40,
    stems: tuple[str, ...] = (),
    hows: frozenset[str] | None = None,
    headings: bool = False,
) -> Iterator[tuple[Segment, Hit]]:
    """Blocks that a rule's lists recognise, with the guards every rule needs.

    Args:
        longest: words; longer blocks are prose whatever they hold.
        stems: when the page's title holds one of these, only whole-block matches count.
        hows: ways of matching that count; all by default.
        headings: also headings of sections of prose.
    """
    hits = page.hits.get(rule)
    if not hits:
        return
    topic = bool(stems) and is_topic(page, stems)
    for segment, hit in hits:
        if segment.size > longest or (hows is not None and hit.how not in hows):
            continue
        if quoted(segment) or segment.index == page.lead:
            continue
        if in_list_of_steps(page, segment):
            continue
        if not headings and heads_prose(page, segment) and not _goes_on(page, segment, rule):
            continue
        if hit.how not in ("exact", "labels") and (topic or cites(segment, hit.phrase)):
            continue
        yield segment, hit


def phrase_mark(segment: Segment, rule: str, hit: Hit) -> Mark:
    """The drop of a block that a rule's lists recognise."""
    return whole(segment, rule, CONFIDENCE[hit.how], shown(hit))


def phrase_marks(
    page: Page, rule: str, *, longest: int = 40, stems: tuple[str, ...] = (), hows: frozenset[str] | None = None
) -> Iterator[Mark]:
    """`phrase_hits` as drops, for rules that ask nothing more."""
    for segment, hit in phrase_hits(page, rule, longest=longest, stems=stems, hows=hows):
        yield phrase_mark(segment, rule, hit)


def _goes_on(page: Page, segment: Segment, rule: str) -> bool:
    """Whether the block behind a heading is of the same rule."""
    following = page.segments[segment.index + 1]
    return bool(following.hits and rule in following.hits)


def hinted(page: Page, rule: str, bit: int, *, longest: int, confidence: float, box: int = 80) -> Iterator[Mark]:
    """Drops for short blocks below an element whose class or role names the reason.

    Args:
        longest: words of a block.
        box: words of the outermost element so named; a larger one is the page, whatever it is called.
    """
    for segment in hinting(page, bit):
        if segment.size > longest or segment.index == page.lead or is_prose(segment):
            continue
        outermost = named(segment.element, bit)
        if outermost is None or outermost.words <= box:
            yield whole(segment, rule, confidence, f"class {names(segment, bit)}")


def named(element: Element | None, bit: int, never: tuple[str, ...] = ("html", "body")) -> Element | None:
    """The outermost element that carries a hint of its own, passing over those whose tag is in `never`."""
    found = None
    while element is not None:
        if element.own & bit and element.tag not in never:
            found = element
        element = element.parent
    return found


def titled(page: Page, element: Element) -> bool:
    """Whether an element's name is its heading's, made into an anchor: "respond-to-review-comments" names a chapter."""
    if not 0 <= element.first < len(page.segments):
        return False
    heading = page.segments[element.first]
    words = _SLUG.findall(heading.text.casefold())
    return len(words) >= ANCHOR and heading.kind in HEADINGS and "-".join(words) in element.classes.lower().replace("_", "-")


def close(segment: Segment, bit: int, box: int) -> bool:
    """Whether the nearest element that carries a hint holds at most `box` words.

    Content systems write a page's author and tags among the classes of all of it, and those say nothing of a block.
    """
    element = segment.element
    while element is not None and element.hints & bit:
        if element.own & bit:
            return element.words <= box
        element = element.parent
    return True  # an inline element around all of its text


def names(segment: Segment, bit: int) -> str:
    """The class string that carries a hint, for evidence."""
    up = segment.element
    while up is not None:
        if up.own & bit:
            return f"“{(up.classes or up.tag)[:60]}”"
        up = up.parent
    return f"“{segment.classes[:60]}”"


def _has_peer(page: Page, label: Segment, first: int, past: int) -> bool:
    """Whether another heading of the label's level stands in a range: each opens a section of its own."""
    if label.kind not in HEADINGS:
        return False
    return any(s.kind == label.kind and s.index != label.index for s in page.segments[first:past])


def section(page: Page, label: Segment, *, alone: bool = False) -> range:
    """The blocks that go with a label, itself included: its container's, or those that follow it closely.

    `alone`: no container that holds another heading of the label's level, as side columns do.
    """
    segments = page.segments
    if page.kind == "text":
        return range(label.index, label.index + 1)
    most = SECTION_SHARE * (total(page) or 1)
    up: Element | None = label.element
    best = range(label.index, label.index + 1)
    while up is not None and up.first >= 0:
        past = max(up.last, up.first + 1)
        if label.index - up.first > 1 or up.first <= page.lead < past or up.words > most:
            break
        if up.tag in ("article", "main", "body", "html") or (alone and _has_peer(page, label, up.first, past)):
            break
        if past - up.first > len(best):
            best = range(up.first, past)
        up = up.parent
    if len(best) > 1:
        return best
    at = label.index + 1
    while at < len(segments):
        segment = segments[at]
        if segment.kind in HEADINGS and segment.kind <= label.kind and label.kind in HEADINGS:
            break
        if segment.link_chars * 2 < len(segment.text) and segment.kind != "control":
            break
        at += 1
    return range(label.index, at)
