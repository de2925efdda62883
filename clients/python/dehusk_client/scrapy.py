"""A Scrapy item pipeline that sends pages to Dehusk.

    ITEM_PIPELINES = {"dehusk_client.scrapy.DehuskPipeline": 900}
    DEHUSK_URL = "http://127.0.0.1:8000"
    DEHUSK_TOKEN = "…"

It takes items that have a page in them: made by `page_item(response)`, or with fields `html` (string or bytes), `text` or
`html_base64` beside `url`. Other items pass by. Settings that may be left out:

    DEHUSK_SOURCE       which crawl this is; the spider's name
    DEHUSK_UNSENT       file for pages that could not be sent; dehusk-unsent.jsonl
    DEHUSK_PATIENCE     seconds to go on trying while the service is busy or away; 600
    DEHUSK_BATCH_ROWS   pages a request; 500
    DEHUSK_BATCH_SECONDS  longest wait for a batch to fill; 2
"""

import base64
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread

from dehusk_client.client import Client
from dehusk_client.nouns import Receipt
from dehusk_client.sink import Sink

log = logging.getLogger(__name__)

PAGES = ("html", "html_base64", "text", "blob")
FIELDS = (*PAGES, "url", "id", "source", "fetched_at", "content_type", "encoding", "meta", "lane")


def page_item(response: Response, **more: Any) -> dict[str, Any]:
    """The page of a response as an item, bytes as they came; `more` are further fields, such as `id` or `meta`."""
    header = response.headers.get("Content-Type")
    item: dict[str, Any] = {
        "url": response.url,
        "html_base64": base64.b64encode(response.body).decode("ascii"),
        "fetched_at": datetime.now(UTC).isoformat(),
        **more,
    }
    if header and "content_type" not in item:
        item["content_type"] = header.decode("latin-1")
    return item


class DehuskPipeline:
    """Hands pages to a thread that sends them in batches. The crawl waits when that thread cannot keep up."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        spider = getattr(crawler, "spidercls", None)
        self._client = Client(
            settings.get("DEHUSK_URL", "http://127.0.0.1:8000"),
            token=settings.get("DEHUSK_TOKEN"),
            source=settings.get("DEHUSK_SOURCE") or getattr(spider, "name", None),
            patience=settings.getfloat("DEHUSK_PATIENCE", 600.0),
        )
        self._unsent = settings.get("DEHUSK_UNSENT", "dehusk-unsent.jsonl")
        self._rows = settings.getint("DEHUSK_BATCH_ROWS", 500)
        self._seconds = settings.getfloat("DEHUSK_BATCH_SECONDS", 2.0)
        self._sink: Sink | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self, spider: Spider | None = None) -> None:
        self._sink = Sink(self._client, on_receipt=self._told, unsent=self._unsent, rows=self._rows, seconds=self._seconds)

    async def process_item(self, item: Any, spider: Spider | None = None) -> Any:
        page = _page_of(ItemAdapter(item))
        if page is None:
            self._count("passed_by")
            return item
        assert self._sink is not None  # Scrapy opens pipelines before the first item
        if not self._sink.put(page, wait=False):
            self._count("waited")
            await maybe_deferred_to_future(deferToThread(self._sink.put, page))
        self._count("pages")
        return item

    async def close_spider(self, spider: Spider | None = None) -> None:
        if self._sink is None:
            return
        await maybe_deferred_to_future(deferToThread(self._sink.close))
        self._client.close()
        if self._sink.lost:
            self._count("unsent", self._sink.lost)
            log.error(
                "%d pages could not be sent (%s). They are in %s; python -m dehusk_client %s sends them.",
                self._sink.lost,
                self._sink.failure,
                self._unsent,
                self._unsent,
            )

    def _told(self, receipt: Receipt) -> None:
        """In the sink's thread. No other thread adds to these counters."""
        if receipt.ok:
            self._count("stored" if receipt.new else "known")
        else:
            self._count(f"refused/{receipt.error}")
            log.warning("%s was refused: %s", receipt.url or receipt.id, receipt.message)

    def _count(self, name: str, by: int = 1) -> None:
        stats = self._crawler.stats
        if stats is not None:
            stats.inc_value(f"dehusk/{name}", by)


def _page_of(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The row for an item; None when there is no page in it."""
    row = {name: item[name] for name in FIELDS if item.get(name) is not None}
    if not any(name in row for name in PAGES) or not ("url" in row or "id" in row):
        return None
    if isinstance(row.get("html"), bytes):
        row["html_base64"] = base64.b64encode(row.pop("html")).decode("ascii")
    if isinstance(row.get("fetched_at"), datetime):
        row["fetched_at"] = row["fetched_at"].isoformat()
    return row
