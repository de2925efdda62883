"""Inline styles that take text out of sight."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cleaners.stages import hints as h

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
# What a style must hold, less its white space, for any of the patterns to be in it: few do, and patterns are slow.
_SIGNS: Final = tuple(
    "none hidden collapse height:0 width:0 opacity:0 size:0 left:- top:- right:- indent:- clip scale(".split()
)
_GROUND: Final = re.compile(r"background(?:-color)?\s*:\s*([^;]+)", re.I)


@lru_cache(maxsize=4_000)
def hiding(style: str) -> int:
    """The hint bits of an inline style that takes the element out of sight, else 0.

    >>> hiding("color:#fff"), hiding("display: none") == h.HIDDEN
    (0, True)
    >>> hiding("position:absolute; left:-9999px") == hiding("color:#fff;background:#fff") == h.CLOAKED
    True
    """
    bare = "".join(style.split()).lower()
    for sign in _SIGNS:
        if sign in bare:
            break
    else:
        return h.CLOAKED if "background" in bare and _same_colour(style) else 0
    bits = 0
    if _HIDING.search(style) and not ("opacity" in style and "animation" in style):
        bits = h.HIDDEN
    if _CLOAKING.search(style):
        return bits | h.CLOAKED
    return bits | h.CLOAKED if _same_colour(style) else bits


def _same_colour(style: str) -> bool:
    """Whether text and ground are of one colour."""
    colour = _COLOUR.search(style)
    ground = _GROUND.search(style) if colour else None
    return bool(colour and ground and ground[1].strip().lower() == colour[1].strip().lower())
