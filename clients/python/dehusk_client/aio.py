"""The client for programs built on asyncio: the same calls, each made in a thread."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any

from dehusk_client.client import BATCH_ROWS, Client
from dehusk_client.nouns import Part, Receipt

Pages = AsyncIterable[Mapping[str, Any]] | Iterable[Mapping[str, Any]]


class AsyncClient:
    """As `Client`, whose arguments it takes."""

    def __init__(self, url: str = "http://127.0.0.1:8000", **options: Any) -> None:
        self._client = Client(url, **options)
        self._rows: int = options.get("batch_rows", BATCH_ROWS)

    async def submit(self, page: Mapping[str, Any]) -> Receipt:
        return await asyncio.to_thread(self._client.submit, page)

    async def submit_all(self, pages: Pages) -> AsyncIterator[Receipt]:
        """Send pages in batches as they come and yield their receipts, in order."""
        batch: list[Mapping[str, Any]] = []
        async for page in _each(pages):
            batch.append(page)
            if len(batch) >= self._rows:
                for receipt in await asyncio.to_thread(self._all, batch):
                    yield receipt
                batch = []
        for receipt in await asyncio.to_thread(self._all, batch):
            yield receipt

    async def clean(self, page: Mapping[str, Any], *, markdown: bool = False, source_text: bool = False) -> dict[str, Any]:
        return await asyncio.to_thread(self._client.clean, page, markdown=markdown, source_text=source_text)

    async def page(self, page_id: str) -> dict[str, Any]:
        return await asyncio.to_thread(self._client.page, page_id)

    async def feed(
        self, cursor: str | None = None, *, every: float | None = None, where: Mapping[str, str] | None = None
    ) -> AsyncIterator[Part]:
        while True:
            parts = self._client.feed(cursor, where=where)
            while (part := await asyncio.to_thread(next, parts, None)) is not None:
                cursor = part.cursor
                yield part
            if every is None:
                return
            await asyncio.sleep(every)

    async def delete(self, page_id: str | None = None, *, url: str | None = None, host: str | None = None) -> int:
        return await asyncio.to_thread(self._client.delete, page_id, url=url, host=host)

    async def close(self) -> None:
        await asyncio.to_thread(self._client.close)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _all(self, pages: list[Mapping[str, Any]]) -> list[Receipt]:
        return list(self._client.submit_all(pages))


async def _each(pages: Pages) -> AsyncIterator[Mapping[str, Any]]:
    if isinstance(pages, AsyncIterable):
        async for page in pages:
            yield page
    else:
        for page in pages:
            yield page
