"""The blocks of a page without a judgement on them: what a first pass over an archive counts."""

from __future__ import annotations

from cleaners.errors import EmptyInput
from cleaners.profile import Limits
from cleaners.stages.decode import decode
from cleaners.stages.lines import lines
from cleaners.stages.prescan import safe_markup
from cleaners.stages.sniff import input_kind
from cleaners.stages.walk import walk


def block_texts(
    page: bytes | str, *, content_type: str | None = None, encoding: str | None = None, limits: Limits | None = None
) -> list[str]:
    """Texts of the blocks that a reader sees, in order, as `clean` would cut them.

    Raises:
        CleanError: the page cannot be read.
    """
    bounds = limits or Limits()
    kind = input_kind(page, content_type, bounds)
    decoded = decode(page, content_type, encoding)
    if kind == "text":
        if decoded.text.isspace():
            raise EmptyInput
        return [segment.text for segment in lines(decoded.text)]
    markup, _ = safe_markup(decoded.utf8(), bounds)
    _, segments, _, _ = walk(markup)
    return [segment.text for segment in segments if segment.origin == "visible"]
