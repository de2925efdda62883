"""The one JSON form: what command line, service and archives write is this or a part of it."""

from collections.abc import Mapping
from typing import Any

from cleaners.errors import CleanError
from cleaners.page import Block, Cleaned, Drop, Mark
from cleaners.replay import rebuild

SCHEMA = 1

PLAIN = (
    "text",
    "title",
    "author",
    "date",
    "site_name",
    "description",
    "language",
    "page_kind",
    "verdict",
    "confidence",
    "calibrated",
    "spam_score",
    "encoding",
    "input_kind",
    "cleaner_version",
)  # fields whose JSON value is their own

NAMES = frozenset((*PLAIN, "schema", "drops", "flags", "notes", "markdown", "blocks", "source_text"))


def to_json(cleaned: Cleaned, *, source: bool = False, markdown: bool = False) -> dict[str, Any]:
    """The whole result; `source` adds the source text, `markdown` the Markdown.

    The source text can be left out because text and drops rebuild it.
    """
    form = to_row(cleaned, markdown=markdown)
    form["blocks"] = [block._asdict() for block in cleaned.blocks]
    if source:
        form["source_text"] = cleaned.source_text
    return form


def to_row(cleaned: Cleaned, *, markdown: bool = False) -> dict[str, Any]:
    """The result without its blocks, which are most of its size: what bulk rows hold."""
    row: dict[str, Any] = {"schema": SCHEMA}
    row.update((name, getattr(cleaned, name)) for name in PLAIN)
    row["drops"] = [drop._asdict() for drop in cleaned.drops]
    row["flags"] = [flag._asdict() for flag in cleaned.flags]
    row["notes"] = list(cleaned.notes)
    if markdown:
        row["markdown"] = cleaned.markdown
    return row


def error_form(error: CleanError) -> dict[str, Any]:
    """What stands under "error" in place of a result."""
    return {"name": error.name, "message": str(error), "permanent": error.permanent}


def from_json(form: Mapping[str, Any]) -> Cleaned:
    """The result that a form with its blocks was made from. Without the Markdown, it gives the text for it.

    Raises:
        ValueError: the form is not of this schema.
    """
    if form.get("schema") != SCHEMA:
        raise ValueError(f"This reads schema {SCHEMA}, the form says {form.get('schema')!r}.")
    drops = tuple(Drop(**drop) for drop in form["drops"])
    source = form["source_text"] if "source_text" in form else rebuild(form["text"], drops)
    markdown = form.get("markdown")
    return Cleaned(
        **{name: form[name] for name in PLAIN},
        source_text=source,
        drops=drops,
        flags=tuple(Mark(**flag) for flag in form["flags"]),
        notes=tuple(form["notes"]),
        _blocks=tuple(Block(**block) for block in form["blocks"]),
        _markdown=None if markdown is None else lambda: markdown,
    )
