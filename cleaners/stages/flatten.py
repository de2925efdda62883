"""Markup that would choke a parser, written anew in linear time: fewer tags, never less text.

HTML parsers are quadratic in open elements, in unclosed formatting and in attributes. `Flattener` follows the open
elements and meanwhile writes the page again so that every element closes in order. What it wrote is needed only if
the page was over a bound.
"""

from __future__ import annotations

from itertools import islice
from typing import Final, NamedTuple

from cleaners.stages import tokens as t
from cleaners.stages.open_elements import Open, OpenElements

# Measured on lexbor 2.x: the costliest page under each bound parses in about half a second.
MAX_WORK: Final = 250_000_000  # open elements, summed over all tags: what looking for an open element costs
MAX_REBUILT: Final = 2_000_000  # elements built again because their formatting was never closed
MAX_ATTRIBUTES: Final = 12_000  # of one tag; of several, the root of the sum of their squares
MAX_COMPARED: Final = 50_000_000  # attributes of formatting, compared with those of all formatting before
MAX_OPTIONS: Final = 8_000  # of one <select>

COUNTED: Final = 300  # characters of attributes worth counting
KEPT_ATTRIBUTES: Final = 50
LONG_FORMATTING: Final = 200  # characters of attributes
KEPT_OPTIONS: Final = 2_000
KEPT_DEPTH: Final = 400  # of a page that has to be rewritten
HOPELESS_DEPTH: Final = 20_000  # from here on no structure is followed, only text


class Flat(NamedTuple):
    """A page written anew."""

    markup: str
    over: str  # the first bound the page was over; "" when the page may be parsed as it is


class Flattener(OpenElements):
    """One pass over one page."""

    def __init__(self, markup: str, max_depth: int, max_tags: int) -> None:
        super().__init__()
        self.markup = markup
        self.max_depth = max_depth
        self.max_tags = max_tags
        self.kept_depth = min(max_depth, KEPT_DEPTH)
        self.over = ""
        self.out: list[str] = []
        self.level = 0  # open elements that were written
        self.tags = 0  # written
        self.breaks = 0  # written
        self.compared = 0  # attributes of formatting
        self.crowding = 0  # squares of attributes of a tag, summed
        self.options = 0  # of the open <select>
        self.roots: set[str] = set()
        self.root_attributes = 0
        self.text_open = False  # text since the last break
        self.break_due = False

    def run(self) -> Flat:
        """The page written anew, and the first bound it was over."""
        markup = self.markup
        search = t.TOKEN.search
        work = built_again = start_tags = at = 0
        while match := search(markup, at):
            start = match.start()
            if start > at:
                self.text(markup[at:start])
                if self.unbuilt:
                    self.rebuild()
            at = match.end()
            end, name, attributes, closed, cdata = match.groups()
            if name is None:
                if cdata:
                    at = self.cdata(at)
                continue
            if not closed:
                break  # the page ends inside a tag, which then is none
            name = t.folded(name)
            work += self.depth
            if end:
                self.end_tag(name)
                continue
            start_tags += 1
            built_again += self.leak_weight
            if len(attributes) > COUNTED:
                attributes = self.few(attributes)
            if name in t.RAW_TEXT and not (self.stack and self.stack[-1].foreign):
                at = self.raw_text(name, attributes, at)
                continue
            self.start_tag(name, attributes)
            if self.depth > self.max_depth:
                self.exceed("max_depth")
            if len(self.stack) > HOPELESS_DEPTH or start_tags > self.max_tags <= self.tags:
                self.text_alone(at)
                break
        else:
            self.text(markup[at:])
        self.pop_to(0)
        if work > MAX_WORK:
            self.exceed("work")
        if built_again > MAX_REBUILT:
            self.exceed("formatting")
        if start_tags > self.max_tags:
            self.exceed("max_tags")
        return Flat("".join(self.out), self.over)

    def exceed(self, bound: str) -> None:
        self.over = self.over or bound

    # -- tags ---------------------------------------------------------------------------------------------

    def start_tag(self, name: str, attributes: str) -> None:
        space = self.space_for(name, attributes)
        if space:
            if attributes.endswith("/"):
                self.write(name, attributes)
            else:
                self.open(name, attributes, space)
        elif name in ("html", "head", "body"):
            self.root(name, attributes)
        elif name in ("plaintext", "frameset", "frame"):
            self.exceed(name)  # they turn the rest of the page into something else
        elif not self.make_room(name):
            self.break_due = True
        elif name in t.VOID:
            if not self.write(name, attributes) and name in ("br", "hr"):
                self.break_due = True
            elif name == "br":
                self.text_open = False
        elif name == "option" and self.too_many_options():
            self.text(" ")
        else:
            if name == "select":
                self.options = 0
            self.open(name, attributes, "")

    def end_tag(self, name: str) -> None:
        if name == "br":
            self.start_tag("br", "")
        elif name == "head":
            if not self.stack:
                self.out.append("</head>")
        elif name not in ("html", "body"):
            if name in t.BLOCKS:
                self.break_due = True
            self.end(name)

    def open(self, name: str, attributes: str, space: str) -> None:
        kept = attributes
        if len(attributes) > LONG_FORMATTING and name in t.FORMATTING and name != "a":
            kept = ""
            self.compared += len(self.leaks) * (len(attributes) // 5) ** 2
            if self.compared > MAX_COMPARED:
                self.exceed("formatting")
        written = self.write(name, kept)
        self.level += written
        if name in t.BLOCKS:
            self.break_due = not written
            if written:
                self.text_open = False
        self.push(name, attributes, space, written)

    def pop(self) -> Open:
        element = super().pop()
        block = element.name in t.BLOCKS
        if element.written:
            self.level -= 1
            self.out.append(f"</{element.name}>")
            if block:
                self.text_open = self.break_due = False
        elif block:
            self.break_due = True
        return element

    def write(self, name: str, attributes: str) -> bool:
        """Write a start tag, unless it is too deep or one too many."""
        if self.tags >= self.max_tags or self.level >= self.kept_depth:
            return False
        self.tags += 1
        self.out.append(f"<{name}{attributes}>")
        return True

    def root(self, name: str, attributes: str) -> None:
        if name not in self.roots:
            self.roots.add(name)
            self.out.append(f"<{name}{attributes}>")
            return
        # a second <html> or <body> hands its attributes to the first
        self.root_attributes += len(attributes) // 3
        if self.root_attributes > MAX_ATTRIBUTES:
            self.exceed("attributes")

    def few(self, attributes: str) -> str:
        found = t.ATTRIBUTE.finditer(attributes)
        kept = list(islice(found, KEPT_ATTRIBUTES))
        self.crowding += (len(kept) + sum(1 for _ in found)) ** 2
        if self.crowding <= MAX_ATTRIBUTES**2:
            return attributes
        self.exceed("attributes")
        return " " + " ".join(match[0] for match in kept)

    def too_many_options(self) -> bool:
        self.options += 1
        if self.options > MAX_OPTIONS:
            self.exceed("options")
        return self.options > KEPT_OPTIONS

    # -- text ---------------------------------------------------------------------------------------------

    def text(self, text: str) -> None:
        if text.isspace():
            self.out.append(text)
            return
        if self.break_due:
            self.break_due = False
            if self.text_open:
                # two line breaks end a block for whoever walks the tree
                self.breaks += 1
                self.out.append("<br><br>" if self.breaks <= self.max_tags else "\n")
        self.text_open = True
        # a "<" that opens no tag here must not open one there
        self.out.append(text.replace("<", "&lt;") if "<" in text else text)

    def raw_text(self, name: str, attributes: str, at: int) -> int:
        end = t.RAW_END[name].search(self.markup, at)
        body = self.markup[at : end.start()] if end else self.markup[at:]
        if name == "script" and "<!--" in body and "<script" in body.lower():
            self.exceed("script")  # such a script may end later than it seems to
            body = ""
        if self.tags < self.max_tags:
            self.tags += 1
            self.out.append(f"<{name}{attributes}>{body}</{name}>")
        return end.end() if end else len(self.markup)

    def cdata(self, at: int) -> int:
        if self.stack and self.stack[-1].foreign:
            end = self.markup.find("]]>", at)
            end = len(self.markup) if end < 0 else end
            self.text(self.markup[at:end].replace("&", "&amp;"))
            self.exceed("cdata")  # parsers do not agree on where it ends
            return end + 3
        if self.at.get("svg") or self.at.get("math"):
            self.exceed("cdata")
        end = self.markup.find(">", at)
        return len(self.markup) if end < 0 else end + 1

    def text_alone(self, at: int) -> None:
        """Write the text from `at` on, with breaks where blocks begin and end."""
        markup = self.markup
        search = t.TOKEN.search
        while match := search(markup, at):
            start = match.start()
            if start > at:
                self.text(markup[at:start])
            at = match.end()
            end, name, _, closed, _ = match.groups()
            if name is None:
                continue
            if not closed:
                return
            name = t.folded(name)
            if name in t.BLOCKS or name == "br":
                self.break_due = True
            elif name in t.RAW_TEXT and not end:
                found = t.RAW_END[name].search(markup, at)
                at = found.end() if found else len(markup)
        self.text(markup[at:])
