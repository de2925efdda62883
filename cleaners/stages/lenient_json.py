"""JSON as people paste it into pages: comments, trailing commas, bare line breaks, two documents in a row."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

_WRAPPER = re.compile(r"^\s*(?:/[/*]\s*)?(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?:/[/*]\s*)?(?:\]\]>|-->)(?:\s*\*/)?\s*$")
REPAIRABLE = 300_000  # characters: longer scripts are read as they are or not at all

_LINE_COMMENT = re.compile(r"(?m)^[ \t]*+//[^\n]*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_MISSING_COMMA = re.compile(r'([}\]"])([ \t\r]*+\n\s*+)(?=["{])')
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_PAIR = re.compile(
    r'"(headline|datePublished|dateModified|description|articleBody|@type|isAccessibleForFree)"\s*:\s*'
    r'("(?:[^"\\]|\\.)*"|true|false)'
)


def documents(script: str) -> Iterator[Any]:
    """The JSON values of a script, repaired where that is simple, else what plain pairs can be read from it.

    >>> list(documents('{"a": [1, 2,], /* two */ "b": 3}'))
    [{'a': [1, 2], 'b': 3}]
    """
    script = script.strip()
    if not script:
        return
    try:
        yield json.loads(script, strict=False)
        return
    except (ValueError, RecursionError):
        pass
    if len(script) > REPAIRABLE:
        return
    text = _WRAPPER.sub("", _WRAPPER.sub("", script)).strip().rstrip(";")
    if text.startswith(("{&quot;", "[&quot;", "{ &quot;", "{\n&quot;")):
        text = html.unescape(text)
    for repaired in (text, _repaired(text)):
        found = False
        for document in _in_a_row(repaired):
            found = True
            yield document
        if found:
            return
    yield _rescued(text)


def _repaired(text: str) -> str:
    text = _LINE_COMMENT.sub("", _uncommented(text))
    text = _BAD_ESCAPE.sub(r"\\\\", text)
    text = _MISSING_COMMA.sub(r"\1,\2", text)
    return _TRAILING_COMMA.sub("", text)


def _uncommented(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0 and (end := text.find("*/", start + 2)) >= 0:
        kept.append(text[at:start])
        at = end + 2
    return "".join(kept) + text[at:] if at else text


def _in_a_row(text: str) -> Iterator[Any]:
    """Several documents in one script, as some plugins write them; what follows the last good one is left."""
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while at < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield document
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1


def _rescued(text: str) -> dict[str, Any]:
    """The plain pairs of a text that no repair makes JSON, such as one with bare quotes inside a value."""
    node: dict[str, Any] = {}
    for key, value in _PAIR.findall(text):
        if key not in node:
            try:
                node[key] = json.loads(value, strict=False)
            except ValueError:
                continue
    return node
