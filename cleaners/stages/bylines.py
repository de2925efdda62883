"""The byline the reader sees: "By Jane Doe" beside the headline, or a link to her page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cleaners.page import Page, Segment
from cleaners.stages import hints as h
from cleaners.stages.dates import written_days
from cleaners.stages.names import BAR, name_at, person, unprefixed, words

BYLINE_WORDS: Final = 25  # longer blocks are prose, whatever they begin with
BYLINE_CHARACTERS: Final = 300  # the same where words are not spaced, or are not words
BEFORE, AFTER = 8, 25  # segments around the headline in which a byline is looked for
SAYS, LINKS, CLASSED = 4, 3, 1  # how sure a segment names the author

_PEOPLE = re.compile(
    r"/(?:authors?|blog-authors?|by|people|team|staff|profiles?|contributors?|writers?|experts?|producers?|bio|autor(?:es)?"
    r"|auteurs?|autore|redaktion|@)[/=-]|[?&]author=|/in/",
    re.I,
)
_POSTER = re.compile(
    r"/(?:u|users?|members?|profiles?|people|~)[/~=.-]|^members?/|member\.php|memberlist\.php|mode=viewprofile|action=profile"
    r"|profile\.php|/~\w|/@",
    re.I,
)
_NOT_POSTER = re.compile(
    r"(?i)log-?in|sign-?(?:up|in)|regist|search|memberlist\.php$|/members/?$|/users/?$|action=(?:login|lost)"
)
_POSTER_CLASS = re.compile(r"(?i)user-?name|author|poster|user-?details|creator|postuser|member-?name")
_NAME_CLASS = re.compile(r"(?i)author[-_]*name|byline|author__|name[-_]*author|\bauthor\b|\bfn\b")
# Another's work on the page, or the page's means: "Reviewed by", "Photo by", "Powered by".
_OTHERS = re.compile(
    r"(?i)\b(?:review|photo|photograph|picture|power|edit|sponsor|present|imag|illustrat|check|translat|approv|design|brought|artwork"
    r"|courtesy|upload|publish|vet|verif|drive|hosted|produc|direct)\w*(?:\s+(?:by|to you by))?:?\s*$"
)
_DIGIT = re.compile(r"\d")
_INNER = re.compile(r"(?:^|(?<=\s))(\S+)\s+(?=\S)")
_SENTENCE = re.compile(r"[.!?…]\s+\w+\s+\w|[!?:;]$")
_AWAY: Final = h.RELATED | h.FOOTER | h.NEWSLETTER | h.COOKIE | h.COMMENT | h.NAV | h.BREADCRUMB


def byline(page: Page, names: frozenset[str], lead: int) -> str:
    """The author named in sight of the headline; else the only one with a box on the page."""
    segments = page.segments
    best, best_rank = "", 0
    away = _AWAY & ~(segments[lead].hints if lead >= 0 else 0)
    for segment in segments[max(0, lead - BEFORE) : min(len(segments), max(lead, 15) + AFTER)]:
        if segment.words > BYLINE_WORDS or segment.hints & away or segment.origin != "visible" or segment.kind == "h1":
            continue
        if segment.stop - segment.start > BYLINE_CHARACTERS:
            continue
        rank, name = _read(segment)
        if rank > best_rank and (name := person(name, names)):
            best, best_rank = name, rank
    return best or _boxed(page, names, lead)


def first_poster(page: Page, lead: int) -> str:
    """Who opened the thread: the first link to a member's page after the headline."""
    for segment in page.segments[max(0, lead - 3) : lead + 40]:
        if segment.stop - segment.start > BYLINE_CHARACTERS or segment.kind in ("h1", "quote") or segment.origin == "hidden":
            continue
        classed = bool(_POSTER_CLASS.search(segment.classes or (segment.element.classes if segment.element else "")))
        if segment.links and _POSTER.search(segment.href) and not _NOT_POSTER.search(segment.href):
            name = _link_text(segment)
        elif classed and segment.words <= 3:
            name = segment.text
        else:
            continue
        if (name := person(name.rstrip(":"))) and len(name) <= 40 and not name.isdigit():
            return name
    return ""


def _link_text(segment: Segment) -> str:
    """The text of a segment's first link, as near as lengths tell."""
    text, size = segment.text, segment.link_chars
    if segment.links != 1 or size >= len(text):
        return text if segment.links == 1 else text.split(" ")[0]
    bare = unprefixed(text, labels=True)
    if bare[size : size + 1] in ("", " ", ",", "\n", ":"):
        return bare[:size]
    return text[-size:] if text[-size - 1].isspace() else ""


def _read(segment: Segment) -> tuple[int, str]:
    """How sure this segment names the author, and the name."""
    text = segment.text
    people = bool(segment.links) and bool(_PEOPLE.search(segment.href))
    near = _near_hints(segment)
    marked = bool(near & h.BYLINE)
    if not (marked or people) and text.isascii() and not _may_say(text):
        return 0, ""
    for line in text.split("\n")[:3]:
        for name in _said(line, marked, people):
            if marked or people or " " in name or not name.isascii():
                return SAYS, name
    if not (marked or people) or segment.kind == "control" or _SENTENCE.search(text):
        return 0, ""
    for piece in BAR.split(_dateless(text)):
        if name := name_at(piece):
            break
    else:
        return 0, ""
    if people and (marked or (segment.words <= 4 and " " in name)):
        return LINKS, name
    if marked and segment.words <= 12:
        if _NAME_CLASS.search(segment.classes or (segment.element.classes if segment.element else "")):
            return CLASSED + 1, name
        if " " in name and next(_dates(text), None):
            return CLASSED, name
    return 0, ""


def _may_say(text: str) -> bool:
    """Whether any word of an unmarked block could begin a byline: a cheap no for nearly all of them."""
    folded = text.casefold().replace(":", " ").replace("/", " ")
    return not words().tokens.isdisjoint(folded.split()) or folded.startswith("by")


def _said(line: str, marked: bool, people: bool) -> Iterator[str]:
    """Names after a "by", at the start of a line or after its date."""
    line = " ".join(line.split())
    bare = unprefixed(line, labels=marked or people)
    if bare != line:
        if name := _named(bare, people):
            yield name
        return
    before = words().before
    for match in _INNER.finditer(line):
        if match[1].casefold() in before and not _OTHERS.search(line[: match.start(1)]):
            sure = people or marked or (match[1] == "by" and len(line.split()) <= 10) or next(_dates(line), None) is not None
            if sure and (name := _named(line[match.end() :], people)):
                yield name


def _named(text: str, people: bool) -> str:
    text = _dateless(text)
    name = name_at(text)
    if not name and people:  # names in lower case stand in links
        name = BAR.split(text, maxsplit=1)[0].strip()
        name = name if len(name.split()) <= 3 else ""
    return name


def _dates(text: str) -> Iterator[tuple[int, int, str]]:
    return written_days(text) if _DIGIT.search(text) else iter(())


def _dateless(text: str) -> str:
    """`text` with a bar where a date stood."""
    for start, end, _ in reversed(list(_dates(text))):
        text = f"{text[:start]} | {text[end:]}"
    return text.strip(" |,")


def _near_hints(segment: Segment) -> int:
    """Hint bits of the innermost elements: a class such as "author" high above says nothing of a line."""
    element = segment.element
    if element is None:
        return 0
    bits = element.own | (segment.hints & ~element.hints)
    up = element.parent
    if up is not None:
        bits |= up.own
        if up.parent is not None and up.parent.last - up.parent.first <= 4:
            bits |= up.parent.own
    return bits


def _boxed(page: Page, names: frozenset[str], lead: int) -> str:
    """The name in the author box or byline anywhere below the headline, if all such agree."""
    if page.page_kind != "article":
        return ""
    found = ""
    for segment in page.segments[max(0, lead) :]:
        if (
            segment.words > 8
            or segment.stop - segment.start > BYLINE_CHARACTERS
            or segment.origin != "visible"
            or not segment.hints & (h.BYLINE | h.AUTHOR_BOX)
        ):
            continue
        if segment.hints & (h.FOOTER | h.COMMENT):
            continue
        linked = bool(segment.links) and bool(_PEOPLE.search(segment.href))
        if not (linked or _near_hints(segment) & h.BYLINE or unprefixed(segment.text, labels=True) != segment.text):
            continue
        name = person(name_at(unprefixed(segment.text, labels=True)), names)
        if " " not in name and not linked:
            continue
        if found and name != found:
            return ""
        found = name
    return found
