"""Which elements are open at each tag of a page, as HTML defines it and in constant time per tag.

Where following the standard to the letter would cost more than it tells, an element stays open longer here than in
a parser, never shorter: what is counted is an upper bound.
"""

from __future__ import annotations

import re
from typing import Final

from cleaners.stages import tokens as t

_SCOPE, _SPECIAL, _ITEM, _BUTTON, _TABLE, _HTML = 1, 2, 4, 8, 16, 32  # what bounds the search for an open element
_MARKERS: Final = frozenset({"applet", "caption", "marquee", "object", "td", "template", "th"})
_PARENTS: Final = {
    "td": frozenset({"tr", "template"}),
    "th": frozenset({"tr", "template"}),
    "tr": frozenset({"tbody", "tfoot", "thead", "table", "template"}),
}
_PART_PARENTS: Final = frozenset({"table", "template"})
_LEAVING_FONT: Final = re.compile(r"(?:^|[ \t\n\f\r/])(?:color|face|size)(?:[ \t\n\f\r/=]|$)", re.I)


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


class Open:
    """An element that is open."""

    __slots__ = ("ended", "foreign", "leaks", "lists", "name", "rebuilt", "space", "written")

    def __init__(self, name: str, lists: tuple[list[int], ...], space: str, inner: str, written: bool, leaks: int) -> None:
        self.name = name
        self.lists = lists  # where its place in the stack is noted
        self.space = space  # "svg", "math" or "" for HTML
        self.foreign = inner  # the same, for what is inside it
        self.written = written  # its tags stand in the page written anew
        self.leaks = leaks  # unclosed formatting when it was opened
        self.ended = False  # formatting whose end tag came before those of what is inside
        self.rebuilt = 0  # elements a parser opens inside it without a tag, for unclosed formatting


class OpenElements:
    """The stack of open elements, and the formatting that outlives its block."""

    def __init__(self) -> None:
        self.stack: list[Open] = []
        self.at: dict[str, list[int]] = {}  # places in the stack, by name
        self.lists: dict[str, tuple[list[int], ...]] = {}
        self.edges: dict[int, list[int]] = {bit: [] for bit in (_SCOPE, _SPECIAL, _ITEM, _BUTTON, _TABLE, _HTML)}
        self.leaks: list[tuple[str, str, int]] = []  # formatting not closed by its own end tag: name, attributes, weight
        self.leak_weight = 0
        self.unbuilt = 0  # of the leaks, those not open now
        self.rebuilt = 0  # elements opened for leaks

    @property
    def depth(self) -> int:
        """Open elements, those included that no tag opened."""
        return len(self.stack) + self.rebuilt

    # -- start tags ---------------------------------------------------------------------------------------

    def space_for(self, name: str, attributes: str) -> str:
        """Whether a start tag makes an element of SVG, MathML or HTML, after leaving the former where it does."""
        space = self.stack[-1].foreign if self.stack else ""
        if space and (name in t.LEAVES_FOREIGN or (name == "font" and _LEAVING_FONT.search(attributes))):
            self.leave_foreign()
            space = ""
        if space == "math" and name == "svg" and self.stack[-1].name == "annotation-xml":
            space = ""
        return space or (name if name in ("svg", "math") else "")

    def make_room(self, name: str) -> bool:
        """Close what a start tag of HTML closes unasked; False when a parser ignores the tag."""
        stack = self.stack
        at = self.at
        if name in t.TABLE_PARTS or name == "col":
            if not at.get("table"):
                return False
            parents = _PARENTS.get(name, _PART_PARENTS)
            floor = self.edges[_TABLE][-1]
            while len(stack) - 1 > floor and stack[-1].name not in parents:
                self.pop()
        elif name in t.ENDS_PARAGRAPH and not at.get("select"):
            if name == "li":
                self.close("li", _ITEM)
            elif name in ("dd", "dt"):
                self.close("dd", _ITEM)
                self.close("dt", _ITEM)
            self.close("p", _BUTTON)
            if name in t.HEADINGS:
                if self.is_top(t.HEADINGS):
                    self.pop()
            elif name == "table":
                self._table_in_table()
        elif name == "option" or name == "optgroup":
            if self.is_top(("option",)):
                self.pop()
            if name == "optgroup" and self.is_top(("optgroup",)):
                self.pop()
        elif name == "button":
            self.close("button", _SCOPE)
        elif (name == "a" or name == "nobr") and at.get(name):
            self._end_formatting(name)
        if self.unbuilt and name not in t.ENDS_PARAGRAPH and name not in t.TABLE_PARTS:
            self.rebuild()
        return True

    def push(self, name: str, attributes: str, space: str, written: bool) -> None:
        """Open an element."""
        inner = space
        if space and (name in t.INTEGRATION[space] or (name == "annotation-xml" and "html" in attributes.lower())):
            inner = ""
        key = name if not space else f"{space} {name}" if inner else f"{space} {name} html"
        lists = self.lists.get(key) or self._new_lists(key, name, space, inner)
        place = len(self.stack)
        self.stack.append(Open(name, lists, space, inner, written, len(self.leaks)))
        for places in lists:
            places.append(place)
        if not space and name in t.FORMATTING:
            weight = 1 + len(attributes) // 16 if attributes and not attributes.isspace() else 0
            self.leaks.append((name, attributes, weight))
            self.leak_weight += weight

    def is_top(self, names: frozenset[str] | tuple[str, ...]) -> bool:
        """Whether the innermost open element is one of `names`."""
        return bool(self.stack) and self.stack[-1].name in names and not self.stack[-1].rebuilt

    def rebuild(self) -> None:
        """A parser opens unclosed formatting again, wherever it is now."""
        self.rebuilt += self.unbuilt
        if self.stack:
            self.stack[-1].rebuilt += self.unbuilt
        self.unbuilt = 0

    def leave_foreign(self) -> None:
        """Close everything up to HTML."""
        while self.stack and self.stack[-1].foreign:
            self.pop()

    def _new_lists(self, key: str, name: str, space: str, inner: str) -> tuple[list[int], ...]:
        own = self.at.setdefault(name, [])
        bounds = _bounds(name) if not space else 0 if inner else _SCOPE | _BUTTON | _SPECIAL | _ITEM
        lists = self.lists[key] = (own, *(places for bit, places in self.edges.items() if bounds & bit))
        return lists

    def _table_in_table(self) -> None:
        tables = self.at.get("table")
        if tables:
            inside = [self.at[name][-1] for name in ("td", "th", "caption", "template") if self.at.get(name)]
            if not inside or max(inside) < tables[-1]:
                self.pop_to(tables[-1])

    # -- end tags -----------------------------------------------------------------------------------------

    def end(self, name: str) -> None:
        """Close what an end tag closes."""
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
            self._end_formatting(name)
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
        if edge:
            edges = self.edges[edge]
            if edges and edges[-1] > places[-1]:
                return
        self.pop_to(places[-1])

    def pop_to(self, size: int) -> None:
        """Close elements until `size` are open, and formatting around them whose end tag has been."""
        while len(self.stack) > size:
            self.pop()
        while self.stack and self.stack[-1].ended:
            self.pop()

    def pop(self) -> Open:
        """Close the innermost element."""
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
        return element

    def _end_formatting(self, name: str) -> None:
        places = self.at.get(name)
        if not places:
            self._forget(name)
        elif places[-1] == len(self.stack) - 1:
            self._forget(name)
            self.pop()
        elif not self.edges[_SCOPE] or self.edges[_SCOPE][-1] < places[-1]:
            self._forget(name)
            self.stack[places[-1]].ended = True

    def _forget(self, name: str) -> None:
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
