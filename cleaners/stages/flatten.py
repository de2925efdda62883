"""Markup that would choke a parser, written anew in linear time: fewer tags, never less text.

HTML parsers are quadratic in open elements, in unclosed formatting and in attributes. `Flattener` follows the open
elements as HTML defines them, erring towards more, and meanwhile writes the page again so that every element closes
in order. What it wrote is needed only if the page was over a bound.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, NamedTuple

from cleaners.stages import tokens as t

# Measured on lexbor 2.x: the costliest page under each bound parses in about half a second.
MAX_WORK: Final = 150_000_000  # open elements, summed over all tags: what looking for an open element costs
MAX_REBUILT: Final = 2_000_000  # elements built again because their formatting was never closed
MAX_ATTRIBUTES: Final = 4_000  # of one tag
MAX_OPTIONS: Final = 8_000  # of one <select>
KEPT_ATTRIBUTES: Final = 50
KEPT_DEPTH: Final = 400  # of a page that has to be rewritten
HOPELESS_DEPTH: Final = 20_000  # from here on no structure is followed, only text

_SCOPE, _SPECIAL, _ITEM, _BUTTON, _TABLE, _HTML = 1, 2, 4, 8, 16, 32


def _bounds(name: str) -> int:
    bits = _HTML
    if name in t.SCOPES:
        bits |= _SCOPE | _BUTTON
    if name == "button":
        bits |= _BUTTON
    if name in t.SPECIAL:
        bits |= _SPECIAL
        if name not in ("address", "div", "p"):
            bits |= _ITEM
    if name in ("table", "template"):
        bits |= _TABLE
    return bits


_MARKERS: Final = frozenset({"applet", "caption", "marquee", "object", "td", "template", "th"})
_LEAVING_FONT: Final = re.compile(r"(?:^|[ \t\n\f\r/])(?:color|face|size)(?:[ \t\n\f\r/=]|$)", re.I)
_ROW_PARENTS: Final = frozenset({"tbody", "tfoot", "thead", "table", "template"})
_CELL_PARENTS: Final = frozenset({"tr", "template"})
_PART_PARENTS: Final = frozenset({"table", "template"})


class Flat(NamedTuple):
    """A page written anew."""

    markup: str
    over: str  # the first bound the page was over; "" when the page may be parsed as it is


class _Open:
    """An element that is open."""

    __slots__ = ("ended", "foreign", "leaks", "lists", "name", "rebuilt", "space", "written")

    def __init__(self, name: str, lists: tuple[list[int], ...], space: str, written: bool, leaks: int) -> None:
        self.name = name
        self.lists = lists  # where its place in the stack is noted
        self.space = space  # "svg", "math" or "" for HTML
        self.foreign = space  # the same, for what is inside it
        self.written = written
        self.leaks = leaks  # unclosed formatting when it was opened
        self.ended = False  # formatting whose end tag came before those of what is inside
        self.rebuilt = 0  # elements a parser opens inside it without a tag, for unclosed formatting


class Flattener:
    """One pass over one page."""

    def __init__(self, markup: str, max_depth: int, max_tags: int) -> None:
        self.markup = markup
        self.max_depth = max_depth
        self.max_tags = max_tags
        self.kept_depth = min(max_depth, KEPT_DEPTH)
        self.over = ""
        self.out: list[str] = []
        self.stack: list[_Open] = []
        self.at: dict[str, list[int]] = {}  # places in the stack, by name
        self.lists: dict[str, tuple[list[int], ...]] = {}
        self.edges: dict[int, list[int]] = {bit: [] for bit in (_SCOPE, _SPECIAL, _ITEM, _BUTTON, _TABLE, _HTML)}
        self.leaks: list[tuple[str, str, int]] = []  # formatting that outlives its block: name, attributes, weight
        self.leak_weight = 0
        self.unbuilt = 0  # of the leaks, those not open now
        self.rebuilt = 0  # of the leaks, those a parser has opened again, with the ones it then forgot
        self.level = 0  # open elements that were written
        self.tags = 0
        self.breaks = 0
        self.options = 0
        self.roots: set[str] = set()
        self.root_attributes = 0
        self.text_open = False  # text since the last break
        self.break_due = False

    def run(self) -> Flat:
        """The page written anew, and the first bound it was over."""
        markup = self.markup
        search = t.TOKEN.search
        stack = self.stack
        work = rebuilt = start_tags = 0
        at = 0
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
            if name.isascii():  # only ASCII letters have two cases in a tag's name
                name = name.lower()
            work += len(stack) + self.rebuilt
            if end:
                self.end_tag(name)
                continue
            start_tags += 1
            rebuilt += self.leak_weight
            if len(attributes) > 2 * MAX_ATTRIBUTES:
                attributes = self.few(attributes)
            if name in t.RAW_TEXT and not (stack and stack[-1].foreign):
                at = self.raw_text(name, attributes, at)
            else:
                self.start_tag(name, attributes)
                if len(stack) + self.rebuilt > self.max_depth:
                    self.exceed("max_depth")
                    if len(stack) > HOPELESS_DEPTH:
                        self.text_alone(at)
                        break
                if start_tags > self.max_tags <= self.tags:
                    self.text_alone(at)
                    break
        else:
            self.text(markup[at:])
        self.pop_to(0)
        if work > MAX_WORK:
            self.exceed("work")
        if rebuilt > MAX_REBUILT:
            self.exceed("formatting")
        if start_tags > self.max_tags:
            self.exceed("max_tags")
        return Flat("".join(self.out), self.over)

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
            if name.isascii():
                name = name.lower()
            if name in t.BLOCKS or name == "br":
                self.break_due = True
            elif name in t.RAW_TEXT and not end:
                found = t.RAW_END[name].search(markup, at)
                at = found.end() if found else len(markup)
        self.text(markup[at:])

    def exceed(self, bound: str) -> None:
        self.over = self.over or bound

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
        self.out.append(text.replace("<", "&lt;") if "<" in text else text)

    def cdata(self, at: int) -> int:
        if self.stack and self.stack[-1].foreign:
            end = self.markup.find("]]>", at)
            end = len(self.markup) if end < 0 else end
            self.text(self.markup[at:end].replace("&", "&amp;"))
            self.exceed("cdata")  # parsers do not agree on where it ends
            return end + 3
        end = self.markup.find(">", at)
        if self.at.get("svg") or self.at.get("math"):
            self.exceed("cdata")
        return len(self.markup) if end < 0 else end + 1

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

    def few(self, attributes: str) -> str:
        found = t.ATTRIBUTE.finditer(attributes)
        kept = list(islice(found, KEPT_ATTRIBUTES))
        if sum(1 for _ in found) + len(kept) <= MAX_ATTRIBUTES:
            return attributes
        self.exceed("attributes")
        return " " + " ".join(match[0] for match in kept)

    # -- start tags ---------------------------------------------------------------------------------------

    def start_tag(self, name: str, attributes: str) -> None:
        stack = self.stack
        at = self.at
        space = stack[-1].foreign if stack else ""
        if space and (name in t.LEAVES_FOREIGN or (name == "font" and _LEAVING_FONT.search(attributes))):
            self.leave_foreign()
            space = ""
        if space == "math" and name == "svg" and stack[-1].name == "annotation-xml":
            space = ""
        if space or name == "svg" or name == "math":
            if attributes.endswith("/"):
                self.write(name, attributes)
            else:
                self.push(name, attributes, space or name)
            return
        if name in ("html", "head", "body"):
            self.root(name, attributes)
            return
        if name in ("plaintext", "frameset", "frame"):
            self.exceed(name)  # they turn the rest of the page into something else
            return
        if name in t.TABLE_PARTS or name == "col":
            if not at.get("table"):
                self.break_due = True
                return
            self.table_part(name)
        elif name in t.ENDS_PARAGRAPH and not at.get("select"):
            if name == "li":
                self.close("li", _ITEM)
            elif name in ("dd", "dt"):
                self.close("dd", _ITEM)
                self.close("dt", _ITEM)
            self.close("p", _BUTTON)
            if name in t.HEADINGS:
                if stack and stack[-1].name in t.HEADINGS and not stack[-1].rebuilt:
                    self.pop()
            elif name == "table":
                self.table_in_table()
        elif name == "option" or name == "optgroup":
            if stack and stack[-1].name == "option" and not stack[-1].rebuilt:
                self.pop()
            if name == "optgroup" and stack and stack[-1].name == "optgroup" and not stack[-1].rebuilt:
                self.pop()
            self.options += 1
            if self.options > MAX_OPTIONS:
                self.exceed("options")
            if self.options > MAX_OPTIONS // 4:
                self.text(" ")
                return
        elif name == "select":
            self.options = 0
        elif name == "button":
            self.close("button", _SCOPE)
        elif (name == "a" or name == "nobr") and at.get(name):
            self.end_formatting(name)
        if self.unbuilt and name not in t.ENDS_PARAGRAPH and name not in t.TABLE_PARTS:
            self.rebuild()
        if name in t.VOID:
            if not self.write(name, attributes) and name in ("br", "hr"):
                self.break_due = True
            if name == "br":
                self.text_open = False
        else:
            self.push(name, attributes, "")

    def write(self, name: str, attributes: str) -> bool:
        if self.tags >= self.max_tags or self.level >= self.kept_depth:
            return False
        self.tags += 1
        self.out.append(f"<{name}{attributes}>")
        return True

    def push(self, name: str, attributes: str, space: str) -> None:
        written = self.write(name, attributes)
        if written:
            self.level += 1
        if name in t.BLOCKS:
            if written:
                self.text_open = self.break_due = False
            else:
                self.break_due = True
        place = len(self.stack)
        inner = space
        if space and (name in t.INTEGRATION[space] or (name == "annotation-xml" and "html" in attributes.lower())):
            inner = ""
        key = name if not space else f"{space} {name}" if inner else f"{space} {name} html"
        lists = self.lists.get(key) or self.new_lists(key, name, space, inner)
        element = _Open(name, lists, space, written, len(self.leaks))
        element.foreign = inner
        self.stack.append(element)
        for places in lists:
            places.append(place)
        if not space and name in t.FORMATTING:
            weight = 1 + len(attributes) // 16 if attributes and not attributes.isspace() else 0
            self.leaks.append((name, attributes, weight))
            self.leak_weight += weight

    def new_lists(self, key: str, name: str, space: str, inner: str) -> tuple[list[int], ...]:
        own = self.at.setdefault(name, [])
        bounds = _bounds(name) if not space else 0 if inner else _SCOPE | _BUTTON | _SPECIAL | _ITEM
        lists = self.lists[key] = (own, *(places for bit, places in self.edges.items() if bounds & bit))
        return lists

    def leave_foreign(self) -> None:
        while self.stack and self.stack[-1].foreign:
            self.pop()

    def rebuild(self) -> None:
        """A parser opens unclosed formatting again, wherever it is now."""
        self.rebuilt += self.unbuilt
        if self.stack:
            self.stack[-1].rebuilt += self.unbuilt
        self.unbuilt = 0

    def root(self, name: str, attributes: str) -> None:
        if name not in self.roots:
            self.roots.add(name)
            self.out.append(f"<{name}{attributes}>")
            return
        # a second <html> or <body> hands its attributes to the first
        self.root_attributes += len(attributes) // 3
        if self.root_attributes > MAX_ATTRIBUTES:
            self.exceed("attributes")

    def table_part(self, name: str) -> None:
        parents = _CELL_PARENTS if name in ("td", "th") else _ROW_PARENTS if name == "tr" else _PART_PARENTS
        floor = self.edges[_TABLE][-1]
        while len(self.stack) - 1 > floor and self.stack[-1].name not in parents:
            self.pop()

    def table_in_table(self) -> None:
        tables = self.at.get("table")
        if not tables:
            return
        inside = [self.at[name][-1] for name in ("td", "th", "caption", "template") if self.at.get(name)]
        if not inside or max(inside) < tables[-1]:
            self.pop_to(tables[-1])

    # -- end tags -----------------------------------------------------------------------------------------

    def end_tag(self, name: str) -> None:
        if name in ("html", "body", "head"):
            if name == "head" and not self.stack:
                self.out.append("</head>")
            return
        if name == "br":
            self.start_tag("br", "")
            return
        if name in t.BLOCKS:
            self.break_due = True
        if self.stack and self.stack[-1].foreign:
            if name == "p":
                self.leave_foreign()
            else:
                places = self.at.get(name)
                html = self.edges[_HTML]
                if places and places[-1] > (html[-1] if html else -1):
                    self.pop_to(places[-1])
                    return
        if name in t.FORMATTING or name == "form":
            self.end_formatting(name)
        elif name == "p":
            self.close(name, _BUTTON)
        elif name == "li":
            self.close(name, _ITEM)
        elif name == "table" or name in t.TABLE_PARTS:
            self.close(name, _TABLE)
        elif name == "template":
            self.close(name, 0)
        elif name in t.CLOSES_FAR:
            self.close(name, _SCOPE)
        else:
            self.close(name, _SPECIAL)

    def close(self, name: str, edge: int) -> None:
        """Close the innermost `name`, unless an element that bounds the search is inside it."""
        places = self.at.get(name)
        if not places:
            return
        place = places[-1]
        if edge:
            edges = self.edges[edge]
            if edges and edges[-1] > place:
                return
        self.pop_to(place)

    def end_formatting(self, name: str) -> None:
        places = self.at.get(name)
        if places and places[-1] == len(self.stack) - 1:
            self.forget(name)
            self.pop()
        elif places:
            if not self.edges[_SCOPE] or self.edges[_SCOPE][-1] < places[-1]:
                self.forget(name)
                self.stack[places[-1]].ended = True
        else:
            self.forget(name)

    def forget(self, name: str) -> None:
        """Formatting that was closed is not built again."""
        leaks = self.leaks
        for place in range(len(leaks) - 1, max(-1, len(leaks) - 20), -1):
            if leaks[place][0] == name:
                self.leak_weight -= leaks.pop(place)[2]
                top = self.stack[-1] if self.stack else None
                if self.unbuilt > 0:
                    self.unbuilt -= 1
                elif top and top.rebuilt and top.name != name:
                    top.rebuilt -= 1
                    self.rebuilt -= 1
                return

    def pop_to(self, size: int) -> None:
        while len(self.stack) > size:
            self.pop()
        while self.stack and self.stack[-1].ended:
            self.pop()

    def pop(self) -> None:
        element = self.stack.pop()
        for places in element.lists:
            places.pop()
        if element.rebuilt:
            self.rebuilt -= element.rebuilt
            self.unbuilt += element.rebuilt
        leaks = self.leaks
        if len(leaks) > element.leaks:
            if element.name in _MARKERS:
                for _, _, weight in leaks[element.leaks :]:
                    self.leak_weight -= weight
                del leaks[element.leaks :]
            elif not element.space and element.name in t.FORMATTING:
                self.unbuilt += 1
                if leaks[-4:].count(leaks[-1]) > 3:  # of equal formatting only three are built again
                    self.leak_weight -= leaks.pop()[2]
            self.unbuilt = min(self.unbuilt, len(leaks))
        else:
            self.unbuilt = min(self.unbuilt, len(leaks))
        if element.written:
            self.level -= 1
            self.out.append(f"</{element.name}>")
            if element.name in t.BLOCKS:
                self.text_open = self.break_due = False
        elif element.name in t.BLOCKS:
            self.break_due = True
