"""What goes to the service and what comes back."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

Lane = Literal["crawl", "interactive"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one page. Without an error, the page is stored and will be cleaned."""

    id: str | None  # as given
    url: str | None  # as given
    page_id: str | None = None
    revision_id: str | None = None
    state: str | None = None  # received, cleaning, clean, rejected, dead
    new: bool = False  # False: this very page had come before, and this is the first answer
    error: str | None = None  # name of the reason why it was not taken
    message: str = ""

    @property
    def ok(self) -> bool:
        return self.error is None


class Part(NamedTuple):
    """A part of the feed of documents."""

    documents: list[dict[str, Any]]
    cursor: str  # to go on from
    more: bool  # there is more right now


@dataclass(frozen=True, slots=True)
class Blob:
    """A page that lies in a store the service can read, such as a record of a WARC file."""

    url: str
    offset: int = 0
    length: int | None = None  # to the end


def page(
    *,
    url: str | None = None,
    html: str | bytes | None = None,
    text: str | None = None,
    blob: Blob | None = None,
    id: str | None = None,
    source: str | None = None,
    fetched_at: datetime | str | None = None,
    content_type: str | None = None,
    encoding: str | None = None,
    meta: Mapping[str, Any] | None = None,
    lane: Lane | None = None,
) -> dict[str, Any]:
    """One page as the service wants it. Bytes stay bytes: the service finds out their encoding.

    Args:
        url: where the page comes from.
        html: the page as received; bytes if you have them.
        text: already extracted text, instead of `html`.
        blob: where the page lies, instead of sending it.
        id: your own key for the page; the URL if left out.
        source: which crawl or feed it belongs to.
        fetched_at: when it was fetched.
        content_type: the HTTP header.
        encoding: the encoding, if you know it better than the page does.
        meta: anything; it comes back with the result.
        lane: "interactive" for a page that somebody is waiting for.
    """
    if sum(part is not None for part in (html, text, blob)) != 1:
        raise ValueError("A page needs exactly one of html, text and blob.")
    row: dict[str, Any] = {}
    if isinstance(html, bytes):
        row["html_base64"] = base64.b64encode(html).decode("ascii")
    elif html is not None:
        row["html"] = html
    if text is not None:
        row["text"] = text
    if blob is not None:
        row["blob"] = {"url": blob.url, "offset": blob.offset, "length": blob.length}
    if isinstance(fetched_at, datetime):
        if fetched_at.tzinfo is None:
            raise ValueError("`fetched_at` needs a time zone.")
        fetched_at = fetched_at.isoformat()
    more = {
        "url": url,
        "id": id,
        "source": source,
        "fetched_at": fetched_at,
        "content_type": content_type,
        "encoding": encoding,
        "meta": dict(meta) if meta is not None else None,
        "lane": lane,
    }
    row.update((name, value) for name, value in more.items() if value is not None)
    return row


def receipt(row: Mapping[str, Any], answer: Mapping[str, Any]) -> Receipt:
    """The receipt for a page from the line that the service wrote about it."""
    error = answer.get("error")
    return Receipt(
        id=row.get("id"),
        url=row.get("url"),
        page_id=answer.get("page_id"),
        revision_id=answer.get("revision_id"),
        state=answer.get("state"),
        new=bool(answer.get("new")),
        error=error["name"] if error else None,
        message=error["message"] if error else "",
    )
