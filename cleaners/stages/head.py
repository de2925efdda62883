"""What a document says outside its text: head elements, embedded data, microdata."""

from __future__ import annotations

from typing import Any, Final

from cleaners.page import Head
from cleaners.stages import hints as h

STATE_LIMIT: Final = 4_000_000  # characters of embedded state kept for a page that has no text of its own

SILENT: Final = frozenset({"meta", "script", "title", "link", "base"})  # the elements that `read_silent` reads


def read_head(head: Head, node: Any, index: int) -> int:
    """Read the children of `<head>`; gives the index of the last."""
    child = node.child
    while child is not None:
        tag = child.tag or "!"
        if tag[0] not in "-!_":
            index += 1
            read_silent(head, child, tag)
        child = child.next
    return index


def read_silent(head: Head, node: Any, tag: str) -> None:
    """What an element says whose text is not the page's."""
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
        kind = (node.attributes.get("type") or "").lower()
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


def read_item(head: Head, prop: str, attrs: dict[str, str | None]) -> int:
    """Hints of schema.org microdata."""
    if prop in ("articleBody", "recipeInstructions", "text"):
        return h.MAIN
    if prop == "author":
        return h.BYLINE
    if prop in ("datePublished", "dateModified"):
        value = attrs.get("datetime") or attrs.get("content")
        if value:
            head.times.append((value, prop))
        return h.DATE
    return 0
