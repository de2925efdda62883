"""A page as the judge meets it."""

from __future__ import annotations

from cleaners.page import Page
from cleaners.profile import Limits
from cleaners.stages.declared import add_declared_text
from cleaners.stages.decode import decode
from cleaners.stages.json_ld import linked_data
from cleaners.stages.prescan import safe_markup
from cleaners.stages.walk import walk


def read(page: bytes, content_type: str | None = None, encoding: str | None = None) -> Page:
    """The page's blocks, elements and declared text."""
    source, segments, elements, head = walk(safe_markup(decode(page, content_type, encoding).utf8(), Limits())[0])
    made = Page("html", source, segments, elements, head)
    add_declared_text(made, linked_data(head.json_ld))
    return made
