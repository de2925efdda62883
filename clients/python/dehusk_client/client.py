"""The service as a crawler sees it."""

import json
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

from dehusk_client.errors import Unavailable
from dehusk_client.nouns import Part, Receipt, receipt
from dehusk_client.pack import Packed, batches, compressor, pack
from dehusk_client.patience import Patience
from dehusk_client.transport import NDJSON, Lost, Reply, Transport, decode

BATCH_ROWS = 500
BATCH_BYTES = 8 * 1024 * 1024  # before compression
FEED_PAGE = 500  # documents a request
NOW = "0"  # as in `Retry-After`


class Client:
    """Sends pages and reads results. Threads may share one.

    What is busy or broken for a while is asked again, for `patience` seconds: after the time the service names, else
    after longer and longer ones. Sending a page twice does no harm, for the service knows it again.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        token: str | None = None,
        source: str | None = None,
        compression: str | None = "auto",
        patience: float = 600.0,
        timeout: float = 60.0,
        batch_rows: int = BATCH_ROWS,
        batch_bytes: int = BATCH_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._transport = Transport(url, token, timeout, tls)
        self._source = source
        self._encoding, self._compress = compressor(compression)
        self._patience = patience
        self._rows = batch_rows
        self._bytes = batch_bytes

    def submit(self, page: Mapping[str, Any]) -> Receipt:
        """Send one page, made by `page()`, and return once it is stored.

        Raises:
            Refused: the service does not take it.
            Unavailable: the service was busy or away for too long.
        """
        packed = self.packed(page)
        reply = self._ask("POST", "/v1/pages", packed.line, unsent=[packed])
        return receipt(packed.row, decode(reply.body))

    def submit_all(self, pages: Iterable[Mapping[str, Any]]) -> Iterator[Receipt]:
        """Send pages in batches and yield a receipt for each, in order. A page that is not taken says so in its receipt.

        Raises:
            Refused: the service takes nothing from this client.
            Unavailable: the service was busy or away for too long.
        """
        for batch in batches((self.packed(page) for page in pages), self._rows, self._bytes):
            yield from self.deliver(batch)

    def packed(self, page: Mapping[str, Any]) -> Packed:
        """A page ready for `deliver`."""
        if self._source is not None and "source" not in page:
            page = {**page, "source": self._source}
        return pack(page)

    def deliver(self, batch: list[Packed]) -> list[Receipt]:
        """Send one batch until each of its pages has an answer that will not change.

        Raises:
            Refused, Unavailable: as `submit_all`.
        """
        patience = Patience(self._patience)
        answers: dict[int, Receipt] = {}
        size = len(batch)  # of a request; less where the service takes no more at once
        while waiting := [index for index in range(len(batch)) if index not in answers]:
            chosen = [batch[index] for index in waiting[:size]]
            told: str | None = None
            try:
                reply = self._post(chosen)
            except Lost as lost:
                problem = str(lost)
            else:
                told = reply.retry_after
                settled = _settled(reply, chosen)
                if settled:
                    patience.progress()
                elif reply.status == 413:
                    settled = {0: _too_large(reply, chosen[0])} if len(chosen) == 1 else {}
                    size = max(1, len(chosen) // 2)
                    told = NOW
                elif not reply.ok and not reply.busy:
                    raise reply.refusal()
                answers.update((waiting[place], receipt) for place, receipt in settled.items())
                if len(settled) == len(chosen):
                    continue
                problem = "The service did not answer for every page." if reply.ok else str(reply.refusal())
            if told != NOW and not patience.wait(told):
                raise Unavailable(problem, [dict(batch[i].row) for i in range(len(batch)) if i not in answers])
        return [answers[index] for index in range(len(batch))]

    def clean(self, page: Mapping[str, Any], *, markdown: bool = False, source_text: bool = False) -> dict[str, Any]:
        """Clean one page while you wait; nothing is stored."""
        asked = {name: "true" for name, on in (("markdown", markdown), ("source_text", source_text)) if on}
        reply = self._ask("POST", "/v1/clean?" + urlencode(asked), self.packed(page).line)
        return dict(decode(reply.body))

    def page(self, page_id: str) -> dict[str, Any]:
        """A page's state, history and result."""
        return dict(decode(self._ask("GET", f"/v1/pages/{quote(page_id, safe='')}").body))

    def documents(self, *, cursor: str | None = None, **filters: str) -> Iterator[dict[str, Any]]:
        """Clean documents, oldest first, up to the newest.

        Filters are those of `GET /v1/documents`: url, host, source, since, until, state, verdict, language, current.
        """
        for part in self.feed(cursor, where=filters):
            yield from part.documents

    def feed(
        self, cursor: str | None = None, *, every: float | None = None, where: Mapping[str, str] | None = None
    ) -> Iterator[Part]:
        """The same in parts, each with the cursor to go on from later: keep it once you have dealt with the part.

        With `every`, it does not end at the newest document but asks again after so many seconds.
        """
        while True:
            part = self._part(cursor, where or {})
            cursor = part.cursor
            if part.documents:
                yield part
            if part.more:
                continue
            if every is None:
                return
            time.sleep(every)

    def deleted(self, cursor: str | None = None) -> tuple[list[dict[str, Any]], str]:
        """Pages that were taken down since the cursor, with `page_id` and `at`, and the cursor to go on from."""
        found: list[dict[str, Any]] = []
        more = True
        while more:
            asked = "?" + urlencode({"cursor": cursor}) if cursor else ""
            answer = decode(self._ask("GET", "/v1/deleted" + asked).body)
            found += answer["rows"]
            cursor, more = str(answer["cursor"]), answer["more"]
        return found, cursor or ""

    def delete(self, page_id: str | None = None, *, url: str | None = None, host: str | None = None) -> int:
        """Delete one page, all pages of a URL or all of a host, with their texts and history. Returns how many went."""
        chosen = {name: value for name, value in (("url", url), ("host", host)) if value is not None}
        if (page_id is not None) + len(chosen) != 1:
            raise ValueError("Name a page, a URL or a host.")
        path = f"/v1/pages/{quote(page_id, safe='')}" if page_id is not None else "/v1/pages?" + urlencode(chosen)
        return int(decode(self._ask("DELETE", path).body)["deleted"])

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ask(self, method: str, path: str, body: bytes | None = None, unsent: Iterable[Packed] = ()) -> Reply:
        patience = Patience(self._patience)
        headers = self._headers("application/json") if body is not None else {}
        sent = self._compress(body) if body is not None else None
        while True:
            try:
                reply = self._transport.ask(method, path, sent, **headers)
            except Lost as lost:
                if patience.wait(None):
                    continue
                raise Unavailable(str(lost), [dict(one.row) for one in unsent]) from lost
            if reply.ok:
                return reply
            if not reply.busy:
                raise reply.refusal()
            if not patience.wait(reply.retry_after):
                raise Unavailable(str(reply.refusal()), [dict(one.row) for one in unsent])

    def _post(self, batch: list[Packed]) -> Reply:
        body = b"\n".join(one.line for one in batch)
        return self._transport.ask("POST", "/v1/pages:batch", self._compress(body), **self._headers(NDJSON))

    def _headers(self, kind: str) -> dict[str, str]:
        return {"Content_Type": kind, **({"Content_Encoding": self._encoding} if self._encoding else {})}

    def _part(self, cursor: str | None, filters: Mapping[str, str]) -> Part:
        """One part of the feed, whole: an answer that was cut lacks its last line, and is asked for again."""
        asked = {"limit": str(FEED_PAGE), **filters, **({"cursor": cursor} if cursor else {})}
        patience = Patience(self._patience)
        while True:
            rows = [json.loads(line) for line in self._ask("GET", "/v1/documents?" + urlencode(asked)).body.splitlines()]
            if rows and "cursor" in rows[-1]:
                return Part(rows[:-1], rows[-1]["cursor"], rows[-1]["more"])
            if not patience.wait(None):
                raise Unavailable("The feed breaks off.")


def _too_large(reply: Reply, one: Packed) -> Receipt:
    refusal = reply.refusal()
    return receipt(one.row, {"error": {"name": refusal.name, "message": refusal.message}})


def _settled(reply: Reply, sent: list[Packed]) -> dict[int, Receipt]:
    """The pages of a request that need not be sent again, by their place in it."""
    settled: dict[int, Receipt] = {}
    if not reply.rows:
        return settled
    for line in reply.body.splitlines():
        try:
            answer = json.loads(line)
        except ValueError:  # the answer was cut here
            break
        place = answer.get("row")
        error = answer.get("error")
        if place is None or not 0 <= place < len(sent) or (error is not None and not error.get("permanent", True)):
            continue
        settled[place] = receipt(sent[place].row, answer)
    return settled
