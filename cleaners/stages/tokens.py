"""Where HTML's tags begin and end, told as a browser tells it, without building anything.

Only the fallback for hostile pages reads markup this way; ordinary pages go straight to the parser.
"""

from __future__ import annotations

import re
from typing import Final


def folded(name: str) -> str:
    """A tag's name in lower case: only ASCII letters have two cases there."""
    return name.lower() if name.isascii() else name


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SPACE: Final = r" \t\n\f\r"
# One attribute: a name that may begin with "=", and a value in double, single or no quotes. Possessive throughout, so
# that a broken tag of any length costs one pass.
_ATTRIBUTE: Final = (
    rf"[^{_SPACE}/>][^{_SPACE}/>=]*+"
    rf"(?:[{_SPACE}]*+=[{_SPACE}]*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^{_SPACE}\"'>][^{_SPACE}>]*+)?+)?+"
)
_ATTRIBUTES: Final = rf"(?:[{_SPACE}/]++|{_ATTRIBUTE})*+"

TOKEN: Final = re.compile(
    rf"<(?:(/?+)([a-zA-Z][^{_SPACE}/>]*+)({_ATTRIBUTES})(>?)"
    r"|(?:!--)(?:-?>|.*?(?:--!?>|\Z))"
    r"|(!\[CDATA\[)"
    r"|[!?/][^>]*+>?)",
    re.S,
)
ATTRIBUTE: Final = re.compile(_ATTRIBUTE)

# Tags whose going costs a page least. Links stay: the judge reads them.
INLINE: Final = re.compile(
    r"</?(?:abbr|acronym|b|bdi|bdo|big|cite|del|dfn|em|font|i|ins|kbd|mark|nobr|q|s|samp|small|span|strike|strong"
    rf"|sub|sup|tt|u|var)(?=[{_SPACE}/>]){_ATTRIBUTES}(?:>|\Z)",
    re.I | re.A,
)

RAW_TEXT: Final = _names("script style textarea title xmp iframe noembed noframes")
RAW_END: Final = {name: re.compile(rf"</{name}(?=[{_SPACE}/>])[^>]*+>?", re.I | re.A) for name in RAW_TEXT}

VOID: Final = _names(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
)
FORMATTING: Final = _names("a b big code em font i nobr s small strike strong tt u")
HEADINGS: Final = _names("h1 h2 h3 h4 h5 h6")
TABLE_PARTS: Final = _names("caption colgroup tbody td tfoot th thead tr")
# Elements of SVG and MathML whose content is HTML again.
INTEGRATION: Final = {
    "svg": frozenset({"desc", "foreignobject", "title"}),
    "math": frozenset({"mi", "mn", "mo", "ms", "mtext"}),
}

# An end tag does not reach an element behind one of these.
SCOPES: Final = _names("applet caption marquee object select table td template th")
# An end tag that HTML has no rule for does not reach behind one of these either.
SPECIAL: Final = (
    _names(
        "address article aside blockquote body button center colgroup dd details dir div dl dt fieldset figcaption"
        " figure footer form frameset head header hgroup iframe li listing main menu nav noembed noframes noscript ol p"
        " plaintext pre search section summary tbody textarea tfoot thead title tr ul xmp"
    )
    | HEADINGS
    | SCOPES
)
# A start tag of these ends an open paragraph.
ENDS_PARAGRAPH: Final = (
    _names(
        "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form"
        " header hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp"
    )
    | HEADINGS
)
# Their end tags reach past any element that is no scope.
CLOSES_FAR: Final = (ENDS_PARAGRAPH - _names("form hr p plaintext xmp")) | _names("applet button marquee object select")
# A start tag of these leaves SVG and MathML.
LEAVES_FOREIGN: Final = (
    _names(
        "b big blockquote body br center code dd div dl dt em embed head hr i img li listing menu meta nobr ol p pre"
        " ruby s small span strike strong sub sup table tt u ul var"
    )
    | HEADINGS
)
# Elements that part words from words when their tags go.
BLOCKS: Final = ENDS_PARAGRAPH | TABLE_PARTS | _names("body button iframe noscript option select textarea tr")
