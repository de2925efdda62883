"""One row of bulk cleaning, inside a worker process: a line of JSON in, a line of JSON out."""

import base64
import binascii
import json
import math
from typing import Any, NamedTuple

from cleaners import clean
from cleaners.errors import CleanError, PageTooLarge
from cleaners.form import NAMES, error_form, to_json, to_row
from cleaners.page import Cleaned
from worker.cli.errors import BadRow
from worker.cli.request import Format, Request

PAGE = ("html_base64", "html", "text")  # the first one that is there is the page
TAKEN = frozenset((*PAGE, *NAMES, "id", "error"))  # names in an input row that the output row does not repeat
MARKUP = "text/html"
PLAIN_TEXT = "text/plain"


class Line(NamedTuple):
    """A line of the input."""

    number: int
    data: bytes
    too_long: bool = False  # `data` is left out


class Row(NamedTuple):
    """A line of the output, without its end."""

    data: bytes
    error: str  # name of the error in it, or empty


def clean_row(request: Request, line: Line) -> Row:
    """Clean the page in one line. Errors that the page itself causes stand in the row."""
    try:
        if line.too_long:
            raise PageTooLarge("The line is far longer than `max_bytes` allows.")
        row = parse(line.data)
        page, content_type = page_of(row)
        cleaned = clean(
            page,
            url=text_field(row, "url"),
            content_type=text_field(row, "content_type") or content_type,
            encoding=text_field(row, "encoding"),
            profile=request.profile,
        )
    except CleanError as error:
        return error_row(line, error)
    return Row(encode({"id": row.get("id", line.number), **result(cleaned, request.format), **rest(row)}), "")


def error_row(line: Line, error: CleanError) -> Row:
    """The row for a page that could not be cleaned, with the fields of the input as far as it can be read."""
    try:
        row = {} if line.too_long else parse(line.data)
    except BadRow:
        row = {}
    data = encode({"id": row.get("id", line.number), "error": error_form(error), **rest(row)})
    return Row(data, error.name)


def parse(data: bytes) -> dict[str, Any]:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"This line is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadRow
    return row


def page_of(row: dict[str, Any]) -> tuple[bytes | str, str | None]:
    """The page in a row and, where the field says it, its content type."""
    name = next((name for name in PAGE if row.get(name) is not None), None)
    if name is None:
        raise BadRow
    value = row[name]
    if not isinstance(value, str):
        raise BadRow(f'"{name}" is a string.')
    if name != "html_base64":
        return value, MARKUP if name == "html" else PLAIN_TEXT
    try:
        return base64.b64decode(value, validate=True), None
    except (binascii.Error, ValueError) as error:
        raise BadRow(f'"html_base64" is not Base64: {error}') from error


def text_field(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRow(f'"{name}" is a string.')
    return value


def result(cleaned: Cleaned, format: Format) -> dict[str, Any]:
    if format is Format.json:
        return to_json(cleaned)
    return to_row(cleaned, markdown=format is Format.markdown)


def rest(row: dict[str, Any]) -> dict[str, Any]:
    """What the input row says that is neither the page nor a name that the output uses."""
    return {name: value for name, value in row.items() if name not in TAKEN}


def encode(row: dict[str, Any]) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:  # a field passed through holds half a surrogate pair, which only an escape can say
        return json.dumps(row, allow_nan=False).encode()
    except ValueError:  # it holds NaN or an infinity, which JSON does not have
        return json.dumps(finite(row)).encode()


def finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: finite(item) for name, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return value
