"""One walk over the parsed document: its text in reading order, cut into segments.

A segment is a maximal run of text between block-level boundaries; the entries of a `nav` or a `select` are lines of
one segment. White space is collapsed while the text is
built, except in `pre`. Two `<br>` in a row end a segment, as old pages mark paragraphs so; one is a line break.
"""

from __future__ import annotations

import re
from itertools import compress
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from cleaners.page import Element, Head, Origin, Segment
from cleaners.stages import hints as h

SERIALISATION: Final = 1  # raised whenever source_text changes for the same input

INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rb rp rt rtc ruby s samp"
    " small span strike strong sub sup time tt u var wbr input picture source area map o:p".split()
)
SKIP: Final = frozenset(
    "script style template svg iframe object embed canvas audio video applet frameset noframes datalist track param"
    " head base link meta title map".split()
)
_KINDS: Final[dict[str, str]] = {
    "p": "p", "h1": "h1", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6", "li": "li", "td": "td",
    "th": "th", "dt": "dt", "dd": "dd", "pre": "pre", "listing": "pre", "xmp": "pre", "plaintext": "pre",
    "blockquote": "quote", "figcaption": "caption", "caption": "caption", "button": "control", "select": "control",
    "textarea": "control", "legend": "legend", "summary": "summary", "address": "address",
    # these start afresh: what is inside is not part of an outer item
    "table": "div", "body": "div", "main": "div", "section": "div", "article": "div", "ul": "div", "ol": "div",
    "dl": "div", "nav": "div", "aside": "div", "header": "div", "footer": "div", "form": "div", "figure": "div",
}  # fmt: skip
_LINE_KINDS: Final = frozenset({"li", "td", "th", "dt", "dd", "control"})
_UNSEEN: Final = h.HIDDEN | h.CLOAKED
_UNFLAT: Final = frozenset("p article main section h1 table pre blockquote nav form".split())
_CELLS: Final = frozenset({"td", "th"})
_ROOTS: Final = frozenset({"html", "body"})
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?:max-height|height|width)\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:!important\s*)?(?:;|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:!important\s*)?(?:;|$)",
    re.I,
)
_CLOAKING: Final = re.compile(
    r"font-size\s*:\s*0(?:px|em|rem|pt|%)?\s*(?:!important\s*)?(?:;|$)"
    r"|(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01]|clip-path\s*:\s*inset\(\s*(?:50|100)%|transform\s*:\s*scale\(\s*0\s*\)",
    re.I,
)
_COLOUR: Final = re.compile(r"(?<![-\w])color\s*:\s*([^;]+)", re.I)
_GROUND: Final = re.compile(r"background(?:-color)?\s*:\s*([^;]+)", re.I)
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
STATE_LIMIT: Final = 4_000_000  # characters of embedded state kept for a page that has no text of its own


def count_words(text: str) -> int:
    """Words; each Chinese, Japanese, Thai, Lao, Khmer or Burmese character counts as one.

    >>> count_words("three short words"), count_words("雪が降る")
    (3, 4)
    """
    if text.isascii():
        return len(text.split())
    unspaced = len(_UNSPACED.findall(text))
    if not unspaced:
        return len(text.split())
    return unspaced + len(_UNSPACED.sub(" ", text).split())


def hiding(style: str) -> int:
    """The hint bits of an inline style that takes the element out of sight, else 0.

    >>> hiding("color:#fff"), hiding("display: none") == h.HIDDEN
    (0, True)
    >>> hiding("position:absolute; left:-9999px") == hiding("color:#fff;background:#fff") == h.CLOAKED
    True
    """
    bits = 0
    if _HIDING.search(style) and not ("opacity" in style and "animation" in style):
        bits = h.HIDDEN
    if _CLOAKING.search(style):
        return bits | h.CLOAKED
    colour = _COLOUR.search(style)
    if colour:
        ground = _GROUND.search(style)
        if ground and ground[1].strip().lower() == colour[1].strip().lower():
            bits |= h.CLOAKED
    return bits


class _State:
    """What is open at one level of the walk."""

    __slots__ = ("element", "flat", "inline_tag", "kind", "link", "origin", "pre", "wrap", "wrap_classes")

    def __init__(self, element: Element, kind: str, origin: Origin, pre: bool) -> None:
        self.element = element
        self.kind = kind
        self.origin: Origin = origin
        self.pre = pre
        self.flat = False  # inside <nav>: blocks are lines of one segment
        self.link = ""  # href of the open <a>; " " for one without
        self.wrap = 0  # hint bits of open inline elements
        self.wrap_classes = ""
        self.inline_tag = ""


def walk(markup: str, *, inline: bool = False) -> tuple[str, list[Segment], list[Element], Head]:
    """Parse `markup` and give its source text, segments, elements and head.

    With `inline`, segments also carry their links, bold and code runs, which only Markdown needs.
    """
    root = LexborHTMLParser(markup).root
    walker = _Walker(inline)
    if root is not None:
        walker.run(root)
    return walker.finish()


class _Walker:
    def __init__(self, inline: bool) -> None:
        self.head = Head()
        self.segments: list[Segment] = []
        self.elements: list[Element] = []
        self.out: list[str] = []  # pieces of source_text
        self.length = 0
        self.parts: list[str] = []  # pieces of the open segment; "\n" for <br>
        self.part_links: list[bool] = []
        self.hrefs: list[str] = []
        self.brs = 0
        self.has_text = False
        self.and_hints = -1
        self.inner_classes: str | None = None
        self.state: _State | None = None
        self.row = 0  # running number of the open table row
        self.last_row = -1
        self.closed = ""  # "a" or "span" closed since the last text
        self.line_due = False  # the next text stands on a line of its own
        self.seam = 0  # 2: the next text needs a space in front; 1: it does between letters
        self.want_inline = inline
        self.code_names = ""  # classes of the `code` inside the open `pre`: they name its language
        self.runs: list[tuple[str, str]] = []  # (tag, href) per part, when inline runs are wanted

    # -- the walk -----------------------------------------------------------------------------------------

    def run(self, root: Any) -> None:
        node_index = -1
        top = Element(-1, "", None, "", 0, 0)
        state = _State(top, "div", "visible", False)
        self.state = state
        stack: list[tuple[Any, _State, bool]] = []  # open node, the state outside it, whether it is a block
        node = root
        kinds = _KINDS
        inline_tags = INLINE
        skip_tags = SKIP
        tag_hints = h.TAG_HINTS
        class_hints = h.class_hints
        want_inline = self.want_inline
        while True:
            tag = node.tag
            entered = False
            if tag == "-text":
                text = node.text_content
                if text and (self.parts or not text.isspace()):
                    self.text(text, state)
            elif tag[0] == "-" or tag[0] == "!" or tag[0] == "_":
                pass
            else:
                node_index += 1
                if tag == "br":
                    self.line_break()
                elif tag == "hr":
                    self.flush()
                elif tag in skip_tags:
                    self.skipped(node, tag)
                    if tag == "head":
                        node_index = self.read_head(node, node_index)
                else:
                    child = node.child
                    attrs = node.attributes
                    if tag in inline_tags:
                        if child is not None:
                            stack.append((node, state, False))
                            if attrs or tag == "a" or tag == "time" or tag == "label" or want_inline:
                                self.state = state = self.enter_inline(tag, attrs, state)
                            elif tag == "span" and self.closed:
                                self.seam = 2 if self.closed == "a" else max(self.seam, 1)
                            node = child
                            entered = True
                    elif child is None and tag != "body" and not (tag in _CELLS and want_inline):
                        pass
                    elif tag == "option" or (state.flat and tag not in _UNFLAT):
                        # a line of its own inside one segment
                        self.line_due = True
                        stack.append((node, state, False))
                        node = child
                        entered = True
                    else:
                        if self.parts:
                            self.flush()
                        # an element
                        outer = state
                        parent = outer.element
                        names = ""
                        own = tag_hints.get(tag, 0)
                        origin: Origin = outer.origin
                        if attrs:
                            value = attrs.get("class")
                            if value:
                                names = value
                                own |= class_hints(value)
                            value = attrs.get("id")
                            if value:
                                names = names + " " + value if names else value
                                own |= class_hints(value)
                            value = attrs.get("role")
                            if value:
                                own |= h.role_hints(value)
                            value = attrs.get("itemprop")
                            if value:
                                own |= self.item(value, attrs, node)
                            if "hidden" in attrs and attrs["hidden"] != "until-found":
                                own |= h.HIDDEN
                            value = attrs.get("style")
                            if value and tag not in _ROOTS:
                                own |= hiding(value)
                            if tag == "html":
                                self.head.html_lang = attrs.get("lang") or attrs.get("xml:lang") or ""
                        if own & _UNSEEN:
                            origin = "hidden"
                        if tag == "noscript":
                            origin = "noscript" if origin == "visible" else origin
                        passed = 0 if tag in _ROOTS else own
                        element = Element(node_index, tag, parent, names, own, parent.hints | passed)
                        element.first = len(self.segments)
                        if want_inline:
                            element.attrs = attrs
                        self.elements.append(element)
                        kind = kinds.get(tag) or outer.kind
                        new = _State(element, kind, origin, outer.pre or kind == "pre")
                        new.link = outer.link
                        new.wrap = outer.wrap
                        new.flat = tag == "nav"
                        if tag == "tr":
                            self.row += 1
                        stack.append((node, outer, True))
                        self.state = state = new
                        if child is not None:
                            node = child
                            entered = True
            if entered:
                continue
            # leave
            while True:
                if stack and stack[-1][0] is node:
                    _, outer, block = stack.pop()
                    if block:
                        if self.parts:
                            self.flush()
                        element = state.element
                        element.last = len(self.segments)
                        above = element.parent
                        if above is not None and element.words:
                            above.words += element.words
                            above.links += element.links
                    elif self.parts:
                        tag = node.tag
                        if tag not in inline_tags:
                            self.line_due = True
                        elif tag == "a" or (tag == "span" and self.closed != "a"):
                            self.closed = tag
                    self.state = state = outer
                following = node.next
                if following is not None:
                    node = following
                    break
                if not stack:
                    self.flush()
                    return
                node = stack[-1][0]

    def enter_inline(self, tag: str, attrs: dict[str, str | None], outer: _State) -> _State:
        bits = 0
        names = ""
        if attrs:
            value = attrs.get("class")
            if value:
                names = value
                bits = h.class_hints(value)
            value = attrs.get("id")
            if value:
                names = f"{names} {value}" if names else value
                bits |= h.class_hints(value)
            value = attrs.get("role")
            if value:
                bits |= h.role_hints(value)
            value = attrs.get("style")
            if value:
                bits |= hiding(value)
            if "hidden" in attrs:
                bits |= h.HIDDEN
            value = attrs.get("itemprop")
            if value == "author":
                bits |= h.BYLINE
            if attrs.get("rel") == "author":
                bits |= h.BYLINE
        if tag == "time":
            bits |= h.DATE
            value = attrs.get("datetime")
            if value:
                self.head.times.append((value, names + " " + outer.element.classes))
        elif tag == "label":
            bits |= h.FORM
        state = _State(outer.element, outer.kind, outer.origin, outer.pre)
        if bits & _UNSEEN and outer.origin == "visible":
            # hidden text inside a paragraph is a segment of its own, so that it can go alone
            self.flush()
            state.origin = "hidden"
        state.link = outer.link
        state.flat = outer.flat
        state.wrap = outer.wrap | bits
        state.wrap_classes = names or outer.wrap_classes
        state.inline_tag = outer.inline_tag
        if tag == "a":
            state.link = attrs.get("href") or " "
        elif tag in ("b", "strong", "em", "i", "code", "kbd", "samp", "tt"):
            state.inline_tag = tag
            if outer.pre and not self.code_names:
                self.code_names = names
        closed = self.closed
        if closed and (tag == "a" or tag == "span"):
            # a link beside a link or a span is a word beside a word, whatever the style sheet does with them
            self.seam = 2 if tag == "a" or closed == "a" else max(self.seam, 1)
        return state

    # -- text ---------------------------------------------------------------------------------------------

    def text(self, text: str, state: _State) -> None:
        if state.pre:
            if not self.has_text and not text.strip():
                if self.parts or "\n" in text:
                    return
            piece = text
            if not self.has_text:
                piece = piece.lstrip("\n")
        else:
            words = text.split()
            if not words:
                if self.parts and self.parts[-1][-1:] not in (" ", "\n"):
                    self.add(" ", state)
                return
            piece = " ".join(words)
            if text[0].isspace() or (self.seam and self.parts and self.needs_space(piece[0])):
                piece = " " + piece
            if text[-1].isspace():
                piece += " "
        if self.has_text and self._open_origin != state.origin:
            self.flush()
        self.brs = 0
        if self.line_due:
            self.line_due = False
            if self.has_text:
                self.parts.append("\n")
                self.part_links.append(False)
                if self.want_inline:
                    self.runs.append(("", ""))
        self.has_text = True
        self._open_origin: Origin = state.origin
        self.add(piece, state)
        bits = state.wrap
        self.and_hints = bits if self.and_hints == -1 else self.and_hints & bits
        if self.inner_classes is None:
            self.inner_classes = state.wrap_classes
        elif self.inner_classes != state.wrap_classes:
            self.inner_classes = ""
        if state.link and (not self.hrefs or self.hrefs[-1] != state.link):
            self.hrefs.append(state.link)
        self.closed = ""
        self.seam = 0

    def needs_space(self, following: str) -> bool:
        """Whether the text before a seam and the text behind it are two words."""
        before = self.parts[-1]
        if self.seam == 2:
            return True
        return len(before) > 2 and before[-1].isalnum() and following.isalnum()

    def add(self, piece: str, state: _State) -> None:
        self.parts.append(piece)
        self.part_links.append(bool(state.link))
        if self.want_inline:
            self.runs.append((state.inline_tag, state.link.strip()))

    def line_break(self) -> None:
        if not self.has_text:
            return
        self.brs += 1
        state = self.state
        if self.brs >= 2 and state is not None and not state.pre:
            self.flush()
            return
        self.parts.append("\n")
        self.part_links.append(False)
        if self.want_inline:
            self.runs.append(("", ""))

    def flush(self) -> None:
        """End the open segment."""
        self.brs = 0
        self.closed = ""
        self.seam = 0
        self.line_due = False
        if not self.has_text:
            self.parts.clear()
            self.part_links.clear()
            self.runs.clear()
            return
        state = self.state
        assert state is not None
        parts = self.parts
        if state.pre:
            text = "".join(parts).rstrip().strip("\n")
            runs = None
        elif len(parts) == 1:
            text = parts[0].strip()
            runs = None
        else:
            joined = "".join(parts)
            text = _tidy(joined)
            runs = None
        if self.want_inline:
            if state.pre:
                runs = [(0, len(text), "pre", self.code_names)]
            else:
                text, runs = _tidy_runs(parts, self.runs)
        if text:
            self.emit(text, state, runs)
        parts.clear()
        self.part_links.clear()
        self.runs.clear()
        self.hrefs.clear()
        self.has_text = False
        self.and_hints = -1
        self.inner_classes = None
        self.code_names = ""

    def emit(self, text: str, state: _State, runs: list[tuple[int, int, str, str]] | None) -> None:
        segments = self.segments
        kind = state.kind
        if segments:
            before = segments[-1]
            if kind in _CELLS and before.kind in _CELLS and self.last_row == self.row:
                gap = "\t"
            elif kind in _LINE_KINDS and before.kind in _LINE_KINDS:
                gap = "\n"
            else:
                gap = "\n\n"
            self.out.append(gap)
            self.length += len(gap)
            before.end = self.length
        element = state.element
        segment = Segment(len(segments), self.length, self.length + len(text), text, kind, element)
        if self.and_hints > 0:
            segment.hints |= self.and_hints
        segment.origin = self._open_origin
        segment.classes = self.inner_classes or ""
        segment.words = count_words(text)
        if self.hrefs:
            segment.links = len(self.hrefs)
            segment.href = self.hrefs[0].strip()
            if len(self.parts) == 1:
                segment.link_chars = len(text)
            else:
                chars = sum(map(len, compress(self.parts, self.part_links)))
                segment.link_chars = min(chars, len(text))
        segment.inline = runs
        words = segment.words
        element.words += words
        if segment.link_chars:
            element.links += words if segment.link_chars >= len(text) else words * segment.link_chars // len(text)
        segment.depth = element.depth
        self.last_row = self.row
        self.out.append(text)
        self.length += len(text)
        segments.append(segment)

    # -- the head and what is not text ----------------------------------------------------------------------

    def read_head(self, node: Any, index: int) -> int:
        child = node.child
        while child is not None:
            tag = child.tag
            if tag[0] not in "-!_":
                index += 1
                self.skipped(child, tag)
                if tag == "noscript":
                    pass
            child = child.next
        return index

    def skipped(self, node: Any, tag: str) -> None:
        head = self.head
        if tag == "meta":
            attrs = node.attributes
            content = attrs.get("content")
            if content:
                for key in ("property", "name", "itemprop"):
                    name = attrs.get(key)
                    if name:
                        head.meta.append((name.lower(), content))
                if (attrs.get("http-equiv") or "").lower() == "refresh":
                    head.refresh = True
        elif tag == "script":
            head.scripts += 1
            attrs = node.attributes
            kind = (attrs.get("type") or "").lower()
            if "json" in kind:
                body = node.text() or ""
                if "ld+json" in kind:
                    head.json_ld.append(body)
                elif len(body) > 500 and sum(map(len, head.state)) + len(body) < STATE_LIMIT:
                    head.state.append(body)
        elif tag == "title":
            if not head.title:
                head.title = " ".join((node.text() or "").split())
        elif tag == "link":
            attrs = node.attributes
            if attrs.get("rel") == "canonical":
                head.canonical = attrs.get("href") or ""
        elif tag == "base":
            head.base = head.base or node.attributes.get("href") or ""

    def item(self, prop: str, attrs: dict[str, str | None], node: Any) -> int:
        """Hints of schema.org microdata."""
        if prop in ("articleBody", "recipeInstructions", "text"):
            return h.MAIN
        if prop == "author":
            return h.BYLINE
        if prop in ("datePublished", "dateModified"):
            value = attrs.get("datetime") or attrs.get("content")
            if value:
                self.head.times.append((value, prop))
            return h.DATE
        return 0

    def finish(self) -> tuple[str, list[Segment], list[Element], Head]:
        return "".join(self.out), self.segments, self.elements, self.head


def _tidy(text: str) -> str:
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _tidy_runs(
    parts: list[str], runs: list[tuple[str, str]]
) -> tuple[str, list[tuple[int, int, str, str]]]:
    """`_tidy` that also tells where each inline run ends up."""
    out: list[str] = []
    length = 0
    gap = ""
    spans: list[tuple[int, int, str, str]] = []
    for part, (tag, href) in zip(parts, runs, strict=True):
        if part == "\n":
            gap = "\n" if length else ""
            continue
        words = part.split()
        if not words:
            gap = gap or (" " if length else "")
            continue
        if part[0].isspace():
            gap = gap or (" " if length else "")
        if gap:
            out.append(gap)
            length += len(gap)
        body = " ".join(words)
        out.append(body)
        if tag or href:
            spans.append((length, length + len(body), tag, href))
        length += len(body)
        gap = " " if part[-1].isspace() else ""
    return "".join(out), spans
