"""Where a span may be split: between words, or where there are too many of them, between lines or in even steps."""

import re
from typing import NamedTuple

MOST = 400  # places
_SPACED = re.compile(r"\s+")
# each such character is a word of its own
_UNSPACED = re.compile(r"(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])")
_LINES = re.compile(r"\n+")


class Part(NamedTuple):
    """A part of a span that is not split further."""

    start: int  # in the span
    text: str


def cuts(text: str) -> tuple[Part, ...]:
    """The span in parts.

    >>> [part.text for part in cuts("The old ferry")]
    ['The ', 'old ', 'ferry']
    >>> [part.text for part in cuts("雪が 降る")]
    ['雪', 'が ', '降', 'る']
    >>> len(cuts("word " * 5000)) <= 400
    True
    """
    words = {found.end() for found in _SPACED.finditer(text)}
    inside = words | {found.end() for found in _UNSPACED.finditer(text) if not text[found.end() :][:1].isspace()}
    if len(inside) > MOST:
        inside = {found.end() for found in _LINES.finditer(text)}
    if len(inside) > MOST or not inside:
        places = sorted(words) or range(1, len(text))
        inside = set(places[:: -(-len(places) // (MOST - 1)) or 1])
    ends = sorted(inside - {0, len(text)})
    return tuple(Part(start, text[start:end]) for start, end in zip([0, *ends], [*ends, len(text)], strict=True))
