"""A page as its site wrote it, made harmless, with the removed blocks marked. Runs in a cleaning process.

What it returns is served under a policy that allows no script, no network and no navigation; what is taken out here
would do nothing there. Twice is for the day when one of the two is wrong.
"""

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from cleaners import clean
from cleaners.page import Cleaned
from cleaners.profile import Profile
from cleaners.stages.decode import decode
from cleaners.stages.prescan import safe_markup

MARK = "data-dehusk"
# What runs or loads; and what one parser reads as text and another as markup, so that it must not be written out again.
ACTIVE = ("script", "link", "meta", "base", "iframe", "frame", "object", "embed", "applet", "portal")
AMBIGUOUS = ("style", "svg", "math", "template", "xmp", "noembed", "noframes", "plaintext")
GONE = (*ACTIVE, *AMBIGUOUS)
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "ping", "background")
STYLE = (
    "<style>:root{color-scheme:light}body{max-width:60rem;margin:1rem auto;padding:0 1rem;font-family:system-ui,sans-serif}"
    f"[{MARK}]{{background:hsl(var(--hue,0) 75% 93%)!important;color:hsl(var(--hue,0) 70% 24%)!important;"
    "text-decoration:line-through!important;outline:1px dashed hsl(var(--hue,0) 60% 45%)}"
)
_HUE = re.compile(r"\.reason-(\w+) \{ --hue: (\d+); \}")


@cache
def style() -> str:
    """Removed blocks in the colours that their reasons have on the pages around."""
    sheet = (files("dashboard") / "static" / "reasons.css").read_text(encoding="utf-8")
    return STYLE + "".join(f'[{MARK}="{name}"]{{--hue:{hue}}}' for name, hue in _HUE.findall(sheet)) + "</style>"


def original(body: bytes, url: str | None, content_type: str | None, encoding: str | None, profile: Profile) -> bytes:
    """The page's markup, marked and harmless.

    Raises:
        CleanError: the page cannot be cleaned, and so not marked.
    """
    cleaned = clean(body, url=url, content_type=content_type, encoding=encoding, profile=profile)
    decoded = decode(body, content_type, encoding)
    if cleaned.input_kind != "html":
        return f"<!doctype html><meta charset=utf-8>{style()}<pre>{escape(decoded.text)}</pre>".encode("utf-8", "replace")
    markup, _ = safe_markup(decoded.utf8(), profile.limits)
    tree = LexborHTMLParser(markup)
    kept = {block.node for block in cleaned.blocks if block.kept}
    _mark(tree.root, _dropped(cleaned, kept), kept)
    for node in tree.css(",".join(GONE)):
        node.decompose()
    return f"<!doctype html><meta charset=utf-8>{style()}{tree.html or ''}".encode("utf-8", "replace")


def _dropped(cleaned: Cleaned, kept: set[int]) -> dict[int, str]:
    """Element -> reason, for elements of which no block was kept."""
    drops = [drop for drop in cleaned.drops if drop.field == "text"]
    found: dict[int, str] = {}
    at = 0
    for block in cleaned.blocks:
        if block.kept or block.node in kept:
            continue
        while at < len(drops) and drops[at].end <= block.start:
            at += 1
        inside = at
        while inside < len(drops) and drops[inside].start < block.end and drops[inside].reason == "white_space":
            inside += 1
        if inside < len(drops) and drops[inside].start < block.end:
            found[block.node] = drops[inside].reason
    return found


def _mark(root: Any, dropped: dict[int, str], kept: set[int]) -> None:
    """Elements are counted as the walk counts them: in document order."""
    elements = [node for node in root.traverse() if _is_element(node)]
    keeping = _holders(elements, kept)
    own = _holders(elements, (*dropped, *kept))
    for node in elements:
        for name in list(node.attributes):
            if name.lower().startswith("on") or name.lower() in ADDRESSES or name == MARK:
                del node.attrs[name]
    for index, reason in dropped.items():
        if not 0 <= index < len(elements):
            continue
        node = elements[index]
        # where a block lies loose beside kept ones, its inline elements are marked instead of what holds them all
        marked = (
            [node]
            if node.mem_id not in keeping
            else [child for child in node.iter() if _is_element(child) and child.mem_id not in own]
        )
        for one in marked:
            one.attrs[MARK] = reason
            one.attrs["title"] = reason.replace("_", " ")


def _holders(elements: list[Any], indexes: Iterable[int]) -> set[int]:
    """These elements and all around them."""
    found: set[int] = set()
    for index in indexes:
        node = elements[index] if 0 <= index < len(elements) else None
        while node is not None and node.mem_id not in found:
            found.add(node.mem_id)
            node = node.parent
    return found


def _is_element(node: Any) -> bool:
    """Not text, a comment or a doctype."""
    return (node.tag or "!")[0] not in "-!_"
