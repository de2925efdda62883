"""One page as crawlers write it, checked once for all doors, and the submission it becomes."""

import base64
import binascii
import json
import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator
from pydantic_core import ErrorDetails

from cleaners.errors import PageTooLarge
from worker.intake.errors import BadRow
from worker.intake.references import allowed
from worker.settings import Settings
from worker.store.nouns import BlobRef, Kind, Submission

MARKUP = "text/html"
PLAIN_TEXT = "text/plain"
LONGEST_META = 16 * 1024  # characters as JSON: it is handed back, not searched
_HALVES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SPACE = re.compile(r"\s")


def _one_line(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("has control characters in it")
    return value


def _address(value: str) -> str:
    _one_line(value)
    if _SPACE.search(value):
        raise ValueError("has white space in it")
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        known = False
    if not known:
        raise ValueError("is no http or https URL")
    return value


def _plausible(value: datetime) -> datetime:
    if not 1990 <= value.year < 2200:
        raise ValueError("is no time at which a page was fetched")
    return value


def _small(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    try:
        written = json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("cannot be written as JSON") from None
    if len(written) > LONGEST_META:
        raise ValueError(f"is longer than {LONGEST_META:,} characters of JSON")
    return value


Line = Annotated[str, AfterValidator(_one_line)]
Address = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_address)]


class BlobRow(BaseModel):
    """A page by reference: where the service reads it from. It is never copied."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[Line, Field(min_length=1, max_length=4096)]
    offset: Annotated[int, Field(ge=0, lt=2**63)] = 0
    length: Annotated[int, Field(gt=0, lt=2**63)] | None = None  # to its end


class PageRow(BaseModel):
    """One page: its URL or an id, and exactly one of `html`, `html_base64`, `text` and `blob`."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"url": "https://news.example/ferry", "html": "<p>The ferry stayed at its pier.</p>", "source": "demo"}
            ]
        },
    )

    url: Address | None = Field(None, description="where the page comes from")
    html: str | None = Field(None, description="the page, already decoded")
    html_base64: str | None = Field(None, description="the page's bytes as received")
    text: str | None = Field(None, description="already extracted text")
    blob: BlobRow | None = Field(None, description="where the page lies, in a store that the service may read")
    id: Annotated[Line, Field(min_length=1, max_length=1024)] | None = Field(
        None, description="your key; the URL if left out"
    )
    source: Annotated[str, Field(pattern=r"^[\w.:@/-]{1,100}$")] = Field(
        "default", description="the crawl or feed it belongs to"
    )
    fetched_at: Annotated[AwareDatetime, AfterValidator(_plausible)] | None = Field(None, description="when it was fetched")
    content_type: Annotated[Line, Field(max_length=300)] | None = Field(None, description="the HTTP header")
    encoding: Annotated[Line, Field(max_length=100)] | None = Field(None, description="of the bytes, if you know better")
    meta: Annotated[dict[str, JsonValue], AfterValidator(_small)] = Field({}, description="comes back with the result")
    lane: Literal["interactive", "crawl"] = Field("crawl", description='"interactive" when somebody is waiting')

    @model_validator(mode="after")
    def _one_page(self) -> Self:
        if sum(part is not None for part in (self.html, self.html_base64, self.text, self.blob)) != 1:
            raise ValueError("a page has exactly one of html, html_base64, text and blob")
        return self

    @classmethod
    def read(cls, line: bytes | str) -> "PageRow":
        """The page in a line of JSON.

        Raises:
            BadRow: there is none in it.
        """
        try:
            return cls.model_validate_json(line)
        except ValidationError as error:
            if any(problem["type"] == "json_invalid" for problem in error.errors(include_input=False)):
                return cls.take(_lenient(line))
            raise BadRow(_said(error)) from error

    @classmethod
    def take(cls, row: Any) -> "PageRow":
        """The page in a row that was already read from JSON, such as the arguments of a task.

        Raises:
            BadRow: there is none in it.
        """
        try:
            return cls.model_validate(_whole(row))
        except ValidationError as error:
            raise BadRow(_said(error)) from error
        except RecursionError:
            raise BadRow("It is nested too deeply.") from None


def submission_of(row: PageRow, settings: Settings) -> Submission:
    """What the store takes.

    Raises:
        CleanError: BadRow, NotAllowed or PageTooLarge.
    """
    body, blob, kind, content_type, encoding = body_of(row, settings)
    if row.id is None and row.url is None:
        raise BadRow("It needs a url or an id.")
    return Submission(
        source=row.source,
        key=row.id or "",
        url=row.url or "",
        body=body,
        blob=blob,
        kind=kind,
        content_type=content_type,
        encoding=encoding,
        fetched_at=row.fetched_at,
        meta=row.meta,
        lane=row.lane,
    )


def body_of(row: PageRow, settings: Settings) -> tuple[bytes | None, BlobRef | None, Kind, str | None, str | None]:
    """Body or reference, what it is, its content type and its encoding. Decoded strings travel as UTF-8."""
    if row.blob is not None:
        url = allowed(row.blob.url, settings.blob_prefixes)
        length = -1 if row.blob.length is None else row.blob.length
        if length > settings.max_page_bytes:
            raise PageTooLarge(f"Limit: {settings.max_page_bytes:,} bytes.")
        return None, BlobRef(url, row.blob.offset, length), "auto", row.content_type, row.encoding
    kind: Kind = "auto"
    content_type, encoding = row.content_type, row.encoding
    if row.html_base64 is not None:
        try:
            body = base64.b64decode(row.html_base64, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadRow(f"html_base64 is not Base64: {error}.") from error
    elif row.html is not None:
        body, kind, encoding = row.html.encode(), "html", "utf-8"
        content_type = content_type or MARKUP
    else:
        body, kind, encoding = (row.text or "").encode(), "text", "utf-8"
        content_type = content_type or PLAIN_TEXT
    if len(body) > settings.max_page_bytes:
        raise PageTooLarge(f"Limit: {settings.max_page_bytes:,} bytes.")
    return body, None, kind, content_type, encoding


def _said(error: ValidationError) -> str:
    """What is wrong with which field, without repeating the field's content."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return " ".join(_problem(problem) for problem in problems[:5])


def _problem(problem: ErrorDetails) -> str:
    where = ".".join(map(str, problem["loc"]))
    what = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {what}." if where else f"{what[:1].upper()}{what[1:]}."


def _lenient(line: bytes | str) -> Any:
    """Rows with half surrogate pairs are no JSON for a strict reader, but crawlers write them."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"This is not JSON: {error}.") from error


def _whole(value: Any) -> Any:
    """Half surrogate pairs, which no UTF-8 can hold, become U+FFFD."""
    if isinstance(value, str):
        return _HALVES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
