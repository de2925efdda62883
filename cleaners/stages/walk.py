"""One walk over the parsed document: its text in reading order, cut into segments.

A segment is a maximal run of text between block-level boundaries; the entries of a `nav`, of a `select` and of
lists inside headers, footers and menus are lines of one segment. White space is collapsed while the text is
built, except in `pre`. Two `<br>` in a row end a segment, as old pages mark paragraphs so; one is a line break.
"""

from __future__ import annotations

from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from cleaners.page import Element, Head, Origin, Segment
from cleaners.stages import hints as h
from cleaners.stages.head import SILENT, read_head, read_item, read_silent
from cleaners.stages.styles import hiding
from cleaners.stages.text import count_words, needs_space, reading_size, tidy, tidy_runs

SERIALISATION: Final = 2  # raised whenever source_text changes for the same input

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
_FURNITURE: Final = h.NAV | h.FOOTER | h.HEADER | h.BREADCRUMB | h.PAGINATION | h.SHARE | h.TAGS
_UNFLAT: Final = frozenset("p article main section h1 table pre blockquote nav form".split())
_MARKED: Final = frozenset({"b", "strong", "em", "i", "code", "kbd", "samp", "tt"})
_CELLS: Final = frozenset({"td", "th"})
_ROOTS: Final = frozenset({"html", "body"})
_SPECIAL: Final = frozenset("html body noscript nav ul ol tr time label".split())  # the walk looks at their names

# what the walk does at a node; the first three are inline elements
_INLINE, _A, _SPAN, _BLOCK, _OPTION, _BR, _HR, _UNREAD, _NO_ELEMENT = range(9)
_Tag = tuple[int, str, int, str, bool, bool]  # what to do, name, hint bits, kind, may be a line of a menu, needs a look
_STANDARD: Final = 4_096  # the parser's numbers of standard tags are below it, those of others differ from page to page
_tags: list[_Tag | None] = [None] * _STANDARD  # by the parser's number of a tag
_TEXT: Final[int] = LexborHTMLParser(b"a").body.child.tag_id  # type: ignore[union-attr]

# the attributes that are heard
_CLASS, _ID, _ROLE, _STYLE, _ITEM, _REL, _IS_HIDDEN, _DATETIME, _LANG = range(9)
_HEARD: Final = {
    "class": _CLASS, "id": _ID, "role": _ROLE, "style": _STYLE, "itemprop": _ITEM, "rel": _REL, "hidden": _IS_HIDDEN,
    "datetime": _DATETIME, "lang": _LANG,
}  # fmt: skip


def _learn(number: int, tag: str | None) -> _Tag:
    """What to do at a tag, kept for the next time."""
    tag = tag or "!"  # a processing instruction has none
    if tag[0] in "-!_":
        act = _NO_ELEMENT
    elif tag in ("br", "hr"):
        act = _BR if tag == "br" else _HR
    elif tag in SKIP:
        act = _UNREAD
    elif tag in INLINE:
        act = _A if tag == "a" else _SPAN if tag == "span" else _INLINE
    else:
        act = _OPTION if tag == "option" else _BLOCK
    learnt = (act, tag, h.TAG_HINTS.get(tag, 0), _KINDS.get(tag, ""), tag not in _UNFLAT, tag in _SPECIAL)
    if number < _STANDARD:
        _tags[number] = learnt
    return learnt


def walk(markup: bytes, *, inline: bool = False) -> tuple[str, list[Segment], list[Element], Head]:
    """Parse `markup`, which is UTF-8, and give its source text, segments, elements and head.

    With `inline`, segments also carry their links, bold and code runs, which only Markdown needs.
    """
    try:
        root = LexborHTMLParser(markup).root
    except SelectolaxError as error:  # it takes any bytes, as long as there is room for the tree
        raise MemoryError("The parser found no memory.") from error
    walker = _Walker(inline)
    if root is not None:
        walker.run(root)
    return walker.finish()


class _Walker:
    """Collects segments. `run` keeps all that changes from node to node in local names: it is the hottest loop."""

    def __init__(self, inline: bool) -> None:
        self.head = Head()
        self.segments: list[Segment] = []
        self.elements: list[Element] = []
        self.out: list[str] = []  # pieces of source_text
        self.length = 0
        self.want_inline = inline
        # the open segment
        self.parts: list[str] = []  # its pieces; "\n" for a line break
        self.linked = 0  # characters of the pieces inside links
        self.hrefs: list[str] = []
        self.runs: list[tuple[str, str]] = []  # (tag, href) per piece, when inline runs are wanted
        self.row = -1  # table row of the segment emitted last

    def run(self, root: Any) -> None:
        """Visit every node once, in document order, without recursion."""
        node = root
        node_index = -1
        segments, elements, parts, hrefs, runs = self.segments, self.elements, self.parts, self.hrefs, self.runs
        want_inline = self.want_inline
        class_hints, heard, known = h.class_hints, _HEARD, _tags
        top = Element(-1, "", None, "", 0, 0)
        elements.append(top)
        # what is open here; a block or inline element that changes any of it pushes the old values
        element, kind, pre, flat = top, "div", False, False
        origin: Origin = "visible"
        seg_origin: Origin = "visible"
        link, wrap, wrap_classes, inline_tag = "", 0, "", ""
        stack: list[tuple[Any, int, Any]] = []
        # the open segment, and what lies between its last text and here
        boundary = True  # the next text begins a segment
        line_due = False  # the next text stands on a line of its own
        brs = 0
        closed = ""  # "a" or "span" closed since the last text
        seam = 0  # 2: the next text needs a space in front; 1: it does between letters
        seg_element, seg_kind, seg_pre, seg_row, seg_hints, seg_classes = top, "div", False, 0, 0, ""
        seg_wrap = 0  # `wrap` where it began
        seg_gap: str | None = None  # what parts it from the segment before, where both are of one block
        row = 0
        while True:
            number = node.tag_id
            child = None
            if number == _TEXT:
                text = "" if boundary and node.is_empty_text_node else node.text_content
                if text and (not boundary or not text.isspace()):
                    if boundary or origin != seg_origin or (wrap ^ seg_wrap) & h.VISUALLY_HIDDEN:
                        gap = ""
                        if parts:
                            if not boundary:  # the same block goes on
                                gap = "\n" if line_due else " " if text[0].isspace() or parts[-1][-1].isspace() else ""
                            self.emit(seg_element, seg_kind, seg_origin, seg_pre, seg_row, seg_hints, seg_classes, seg_gap)
                        seg_gap = None if boundary else gap
                        boundary = line_due = False
                        closed, seam = "", 0
                        seg_wrap = wrap
                        seg_element, seg_kind, seg_origin, seg_pre, seg_row = element, kind, origin, pre, row
                        seg_hints, seg_classes = wrap, wrap_classes
                        piece = text.lstrip("\n") if pre else " ".join(text.split())
                        if not pre and piece and text[-1].isspace():
                            piece += " "
                    elif pre:
                        piece = text
                    else:
                        piece = " ".join(text.split())
                        if not piece:
                            piece = " " if parts and parts[-1][-1] not in " \n" else ""
                        else:
                            if text[0].isspace() or (seam and parts and (seam == 2 or needs_space(parts[-1], piece))):
                                piece = " " + piece
                            if text[-1].isspace():
                                piece += " "
                    if piece and not (piece.isspace() and not pre):
                        brs = 0
                        if line_due:
                            line_due = False
                            parts.append("\n")
                            if want_inline:
                                runs.append(("", ""))
                        if seg_hints:
                            seg_hints &= wrap
                        if seg_classes != wrap_classes:
                            seg_classes = ""
                        if link and (not hrefs or hrefs[-1] != link):
                            hrefs.append(link)
                        closed, seam = "", 0
                    if piece:
                        parts.append(piece)
                        if link:
                            self.linked += len(piece)
                        if want_inline:
                            runs.append((inline_tag, link.strip()))
            else:
                learnt = known[number] if number < _STANDARD else None
                act, tag, own, tag_kind, liney, special = learnt or _learn(number, node.tag)
                if act <= _SPAN:  # inline
                    node_index += 1
                    child = node.child
                    if child is not None:
                        attrs = node.attributes
                        if not attrs and act == _INLINE and not want_inline:
                            stack.append((node, act, None))
                        else:
                            stack.append((node, act, (origin, link, wrap, wrap_classes, inline_tag)))
                        if attrs:
                            bits = 0
                            names = attrs.get("class")
                            if names:
                                wrap_classes = names
                                bits = class_hints(names)
                            for key in attrs:
                                says = heard.get(key)
                                if says is None:
                                    continue
                                value = attrs[key]
                                if value is None:
                                    if says == _IS_HIDDEN:
                                        bits |= h.HIDDEN
                                elif says == _ID:
                                    bits |= class_hints(value)
                                    wrap_classes = f"{names} {value}" if names else value
                                elif says == _ROLE:
                                    bits |= h.role_hints(value)
                                elif says == _STYLE:
                                    bits |= hiding(value)
                                elif says in (_ITEM, _REL):
                                    if value == "author":
                                        bits |= h.BYLINE
                                elif says == _IS_HIDDEN:
                                    bits |= h.HIDDEN
                                elif says == _DATETIME and tag == "time":
                                    self.head.times.append((value, f"{wrap_classes} {element.classes}"))
                            if bits:
                                wrap |= bits
                                if bits & _UNSEEN and origin == "visible":
                                    # hidden text inside a paragraph is a segment of its own, so that it can go alone;
                                    # so is text for screen readers
                                    origin = "hidden"
                        if act == _A:
                            link = attrs.get("href") or " "
                            if closed:
                                # a link beside a link or a span is a word beside a word, whatever the style sheet does
                                seam = 2
                        elif act == _SPAN:
                            if closed:
                                seam = 2 if closed == "a" else max(seam, 1)
                        elif special:
                            wrap |= own  # a <time> or a <label>
                        elif want_inline and tag in _MARKED:
                            inline_tag = (attrs.get("class") or "") if pre else tag
                elif act in (_BLOCK, _OPTION):
                    node_index += 1
                    child = node.child
                    if child is None:
                        if want_inline and tag in _CELLS:
                            empty = Element(node_index, tag, element, "", 0, 0)
                            empty.attrs = node.attributes
                            elements.append(empty)
                    elif act == _OPTION or (flat and liney):
                        # a line of its own inside one segment
                        line_due = not boundary
                        stack.append((node, _OPTION, None))
                    else:
                        boundary = True
                        stack.append(
                            (node, _BLOCK, (element, kind, origin, pre, flat, link, wrap, wrap_classes, inline_tag))
                        )
                        names = ""
                        attrs = node.attributes
                        for key in attrs:
                            says = heard.get(key)
                            if says is None:
                                continue
                            value = attrs[key]
                            if value is None:
                                if says == _IS_HIDDEN:
                                    own |= h.HIDDEN
                            elif says == _CLASS:
                                own |= class_hints(value)
                                names = f"{value} {names}" if names else value
                            elif says == _ID:
                                own |= class_hints(value)
                                names = f"{names} {value}" if names else value
                            elif says == _ROLE:
                                own |= h.role_hints(value)
                            elif says == _STYLE:
                                if tag not in _ROOTS:
                                    own |= hiding(value)
                            elif says == _ITEM:
                                own |= read_item(self.head, value, attrs)
                            elif says == _IS_HIDDEN:
                                if value != "until-found":
                                    own |= h.HIDDEN
                            elif says == _LANG and tag == "html":
                                self.head.html_lang = value
                        if own & _UNSEEN:
                            origin = "hidden"
                        bits = element.hints | own
                        flat = False
                        if special:
                            if tag in _ROOTS:
                                bits = element.hints
                            elif tag == "noscript":
                                if origin == "visible":
                                    origin = "noscript"
                            elif tag == "tr":
                                row += 1
                            else:
                                flat = tag == "nav" or bits & _FURNITURE != 0
                        element = Element(node_index, tag, element, names, own, bits)
                        element.first = len(segments) + (1 if parts else 0)
                        if want_inline:
                            element.attrs = attrs
                        elements.append(element)
                        if tag_kind:
                            kind = tag_kind
                            if kind == "pre":
                                pre = True
                        inline_tag = ""
                elif act != _NO_ELEMENT:
                    node_index += 1
                    if act == _BR:
                        if pre and not boundary:
                            parts.append("\n")
                        elif not boundary:
                            brs += 1
                            boundary = brs > 1
                            line_due = not boundary
                    elif act == _HR:
                        boundary = True
                    elif tag == "head":
                        node_index = read_head(self.head, node, node_index)
                    elif tag in SILENT:
                        read_silent(self.head, node, tag)
            if child is not None:
                node = child
                continue
            while True:  # leave
                following = node.next
                if following is not None:
                    node = following
                    break
                if not stack:
                    if parts:
                        self.emit(seg_element, seg_kind, seg_origin, seg_pre, seg_row, seg_hints, seg_classes, seg_gap)
                    top.last = len(segments)
                    return
                node, act, saved = stack.pop()
                if act == _BLOCK:
                    boundary = True
                    element.last = len(segments) + (1 if parts else 0)
                    element, kind, origin, pre, flat, link, wrap, wrap_classes, inline_tag = saved
                    continue
                if saved is not None:
                    origin, link, wrap, wrap_classes, inline_tag = saved
                if act == _INLINE:
                    continue
                if parts:
                    if act == _OPTION:
                        line_due = not boundary
                    elif act == _A:
                        closed = "a"
                    elif closed != "a":
                        closed = "span"

    def emit(
        self,
        element: Element,
        kind: str,
        origin: Origin,
        pre: bool,
        row: int,
        bits: int,
        classes: str,
        gap: str | None,
    ) -> None:
        """End the open segment; `gap` parts it from the one before, if that is of the same block."""
        parts = self.parts
        runs = None
        if pre:
            text = "".join(parts).rstrip().strip("\n")
            if self.want_inline:  # a class on the code names its language
                runs = [(0, len(text), "pre", next((name for name, _ in self.runs if name), ""))]
        elif self.want_inline:
            text, runs = tidy_runs(parts, self.runs)
        elif len(parts) == 1:
            text = parts[0].strip()
        else:
            text = "".join(parts)  # each piece is collapsed
            text = tidy(text) if "  " in text or "\n" in text else text.strip()
        if text:
            segments = self.segments
            length = len(text)
            start = self.length
            if segments:
                before = segments[-1]
                if gap is not None:
                    pass
                elif kind in _LINE_KINDS and before.kind in _LINE_KINDS:
                    gap = "\t" if kind in _CELLS and before.kind in _CELLS and self.row == row else "\n"
                else:
                    gap = "\n\n"
                self.out.append(gap)
                start += len(gap)
                before.end = start
            words = count_words(text)
            size = words if words * 2 < length else reading_size(text, words)
            segment = Segment(len(segments), start, start + length, text, kind, element, words, size, origin, bits, classes)
            segment.inline = runs
            element.words += words
            if hrefs := self.hrefs:
                segment.links = len(hrefs)
                segment.href = hrefs[0].strip()
                linked = length if len(parts) == 1 else min(length, self.linked)
                segment.link_chars = linked
                element.links += words * linked // length
                hrefs.clear()
            self.row = row
            self.out.append(text)
            self.length = start + length
            segments.append(segment)
        else:
            self.hrefs.clear()
        parts.clear()
        self.linked = 0
        self.runs.clear()

    def finish(self) -> tuple[str, list[Segment], list[Element], Head]:
        """The source text and what was found in it; elements know the words of all below them."""
        for element in reversed(self.elements):
            above = element.parent
            if above is not None and element.words:
                above.words += element.words
                above.links += element.links
        return "".join(self.out), self.segments, self.elements[1:], self.head
