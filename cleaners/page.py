"""The nouns every stage agrees on: the page being judged, its blocks, the marks on them, the result.

Offsets are Python code points, half-open, into `source_text`. Public records are immutable;
`Page`, `Element` and `Segment` are the working form of one page inside one call and never leave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

Origin = Literal["visible", "hidden", "noscript", "json_ld", "state"]
Action = Literal["drop", "keep", "flag", "meta"]

WHITE_SPACE = "white_space"
BOILERPLATE = "boilerplate"


class Block(NamedTuple):
    """One run of text between block-level boundaries, with the gap after it."""

    index: int  # type: ignore[assignment]  # position in document order; hides tuple.index
    start: int  # offset of its first character in source_text
    end: int  # offset past its gap: the next block's start
    kind: str  # p, h1 … h6, li, td, dt, dd, pre, caption, control, line …
    origin: Origin
    node: int  # pre-order element index in the parsed document, -1 for plain text
    tag_path: str  # "html/body/main/p", the innermost 40 tags
    tokens: int  # words, or characters of unspaced scripts
    link_share: float  # share of its characters inside links, 0 … 1
    depth: int  # block-level ancestors above it
    score: float  # the judge's score, 0 … 1
    kept: bool  # some of its text stands in `text`


class Mark(NamedTuple):
    """What a rule says of a span. Only the pipeline acts on it."""

    start: int
    end: int
    action: Action
    reason: str
    rule: str
    confidence: float = 1.0  # 0 … 1
    field: str = "text"  # "text", or a metadata name
    evidence: str = ""  # what was seen, for a person to read


class Drop(NamedTuple):
    """A removed span. `source_text` less all drops of field "text" is `text`."""

    field: str
    start: int
    end: int
    text: str
    reason: str
    rule: str
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the caller knows beyond the page."""

    host_counts: Mapping[str, int] | None = None  # block text as `host_fold` has it -> pages of the host it was seen on
    host_pages: int = 0  # different pages of the host that were counted
    digest: str = ""  # enters cleaner_version


class Verdicts(NamedTuple):
    """A judge's word on one page."""

    scores: list[float]  # one per segment, 0 … 1
    cut: float  # segments scored below it go
    confidence: float  # 0 … 1: how good the cleaned text probably is
    calibrated: bool


class Judge(Protocol):
    """Scores blocks. One protocol for HTML and for plain text."""

    def scores(self, page: Page, evidence: Evidence) -> Verdicts:
        """Score every segment of `page` in order."""
        ...


class Element:
    """A block-level element."""

    __slots__ = ("attrs", "classes", "depth", "first", "hints", "last", "links", "node", "own", "parent", "tag", "words")

    attrs: dict[str, str | None]  # set only on the walk for Markdown

    def __init__(self, node: int, tag: str, parent: Element | None, classes: str, own: int, hints: int) -> None:
        self.node = node  # pre-order index
        self.tag = tag
        self.parent = parent
        self.classes = classes  # class, id, role as written
        self.own = own  # hint bits of this element alone
        self.hints = hints  # hint bits of it and of the elements above it
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.first = -1  # index of its first segment
        self.last = -1  # index past its last segment
        self.words = 0
        self.links = 0  # words inside links


class Segment:
    """A block while it is being judged."""

    __slots__ = (
        "classes",
        "depth",
        "element",
        "end",
        "fold",
        "hints",
        "hits",
        "href",
        "index",
        "inline",
        "kind",
        "link_chars",
        "links",
        "node",
        "origin",
        "size",
        "start",
        "stop",
        "text",
        "words",
    )

    def __init__(
        self,
        index: int,
        start: int,
        stop: int,
        text: str,
        kind: str,
        element: Element | None,
        words: int,
        size: int,
        origin: Origin = "visible",
        bits: int = 0,
        classes: str = "",
    ) -> None:
        self.index = index
        self.start = start  # offset of the text's first character
        self.stop = stop  # offset past the text's last character
        self.end = stop  # offset past the gap
        self.text = text
        self.kind = kind
        self.element = element
        self.origin: Origin = origin
        # hint bits of all ancestors and of the inline wrapper
        if element is not None:
            self.node = element.node
            self.hints = element.hints | bits
            self.depth = element.depth
        else:
            self.node = -1
            self.hints = bits
            self.depth = 0
        self.words = words
        self.size = size  # words as a reader counts them
        self.links = 0  # number of links
        self.link_chars = 0
        self.href = ""  # target of its first link
        self.classes = classes  # class, id of the innermost elements around all its text
        self.fold = ""  # text as phrase lists see it
        self.hits: dict[str, Any] | None = None  # rule id -> phrases.Hit
        self.inline: list[tuple[int, int, str, str]] | None = None  # (start, stop, tag, href), when asked for


@dataclass(slots=True)
class Head:
    """What the document declares about itself, as found on the walk."""

    title: str = ""
    html_lang: str = ""
    canonical: str = ""
    base: str = ""
    meta: list[tuple[str, str]] = field(default_factory=list)  # (name, property or itemprop, lower-case; content)
    json_ld: list[str] = field(default_factory=list)  # raw script texts
    times: list[tuple[str, str]] = field(default_factory=list)  # (<time datetime>, class string)
    refresh: bool = False  # a meta refresh: often a redirect page
    scripts: int = 0  # number of script elements
    script_chars: int = 0
    state: list[str] = field(default_factory=list)  # raw embedded state (application/json), largest only


@dataclass(slots=True)
class Page:
    """One page inside one call of `clean`."""

    kind: Literal["html", "text"]
    source_text: str
    segments: list[Segment]
    elements: list[Element]
    head: Head
    url: str = ""
    language: str = ""
    page_kind: str = "article"
    notes: list[str] = field(default_factory=list)
    lead: int = -1  # index of the headline's segment
    hits: dict[str, list[tuple[Segment, Any]]] = field(default_factory=dict)  # rule id -> (segment, phrases.Hit)
    facts: dict[str, Any] = field(default_factory=dict)  # what one stage found and a later one needs, by name


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The clean text of one page and the account of everything that was removed."""

    text: str
    title: str | None
    author: str | None
    date: str | None  # ISO 8601 day, or day and time where declared
    site_name: str | None
    description: str | None
    language: str | None  # ISO 639-1
    page_kind: str  # article, forum, product, listing, collection, documentation, service, other
    verdict: str  # content, challenge, consent_wall, login_wall, paywall_preview, soft_404, script_shell, empty
    confidence: float  # 0 … 1
    calibrated: bool  # False: `confidence` is a ranking, not a probability
    spam_score: float  # 0 … 1: how much of the page itself is spam-like
    source_text: str
    drops: tuple[Drop, ...]
    flags: tuple[Mark, ...]  # suspicious spans that stay
    notes: tuple[str, ...]  # decoded_with_errors, parser_fallback …
    encoding: str | None  # of the bytes; None when text came in
    input_kind: Literal["html", "text"]
    cleaner_version: str
    _blocks: Any = field(default=(), repr=False, compare=False)
    _markdown: Any = field(default=None, repr=False, compare=False)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The page's blocks in document order; they concatenate to `source_text`. Built when asked for."""
        if callable(self._blocks):
            object.__setattr__(self, "_blocks", self._blocks())
        return tuple(self._blocks)

    @property
    def markdown(self) -> str:
        """The same words with headings, lists, tables, code and links. Computed when asked for."""
        return self._markdown() if self._markdown is not None else self.text
