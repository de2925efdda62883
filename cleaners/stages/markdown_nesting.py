"""What a block of Markdown stands in: quotes and list items, outermost first."""

from __future__ import annotations

from typing import Final

from cleaners.page import Element, Segment

DEEPEST: Final = 12  # quotes and items inside one another; deeper ones are written as if they were at this depth
LARGEST: Final = 999_999_999  # Markdown reads no longer number in front of an item
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Holder:
    """A block quote or a list item."""

    __slots__ = ("first", "item", "list_node", "number", "rest")

    def __init__(self, first: str, *, list_node: int = -1, number: int = 0, item: bool = True) -> None:
        self.first = first  # before its first line: "> ", "- ", "3. "
        self.rest = " " * len(first) if item else first  # before its other lines
        self.item = item
        self.list_node = list_node
        self.number = number  # 0: a bullet


def nesting(elements: list[Element], segments: list[Segment]) -> dict[int, tuple[Holder, ...]]:
    """For each element the quotes and items around what it holds."""
    cards = _cards(segments)
    paths: dict[int, tuple[Holder, ...]] = {-1: ()}
    numbers: dict[int, int] = {}  # of the last item of a numbered list
    last_item: dict[int, tuple[Holder, ...]] = {}
    for element in elements:
        parent = element.parent
        above = parent.node if parent is not None else -1
        path = paths[above]
        tag = element.tag
        opened: Holder | None = None
        if tag == "blockquote":
            opened = Holder("> ", item=False)
        elif tag == "li":
            if parent is not None and parent.tag == "ol":
                number = _number(element, "value", numbers[above] + 1)
                numbers[above] = number
                opened = Holder(f"{number}. ", list_node=above, number=number)
            elif element.node not in cards:
                opened = Holder("- ", list_node=above)
        elif tag == "dd":
            opened = Holder("- ", list_node=above)
        elif tag == "ol":
            numbers[element.node] = _number(element, "start", 1) - 1
        if tag in _LISTS and parent is not None and parent.tag in _LISTS:
            path = last_item.get(above, path)  # a list right inside a list belongs to the item before it
        if opened is not None and len(path) < DEEPEST:
            path = (*path, opened)
        if tag == "li":
            last_item[above] = path
        paths[element.node] = path
    return paths


def _number(element: Element, name: str, usual: int) -> int:
    value = (element.attrs.get(name) or "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return min(int(value), LARGEST)
    return min(usual, LARGEST)


def _cards(segments: list[Segment]) -> set[int]:
    """Items with a heading of their own: entries of a page that only its style sheet needs as a list."""
    out: set[int] = set()
    for segment in segments:
        if segment.kind not in _HEADINGS:
            continue
        element = segment.element
        while element is not None and element.tag != "li":
            element = element.parent
        if element is not None:
            out.add(element.node)
    return out


def prefixes(path: tuple[Holder, ...], shared: int) -> tuple[str, str]:
    """What stands before a block's first line and before its others; its first `shared` holders are open already."""
    rest = "".join(holder.rest for holder in path)
    first = "".join(holder.rest if at < shared else holder.first for at, holder in enumerate(path))
    return first, rest
