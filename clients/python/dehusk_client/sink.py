"""Pages handed over one at a time, sent in batches behind the crawler's back, with a bound on what waits."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from dehusk_client.client import BATCH_BYTES, BATCH_ROWS, Client
from dehusk_client.errors import DehuskError, Unavailable
from dehusk_client.nouns import Receipt
from dehusk_client.pack import pack

Told = Callable[[Receipt], object]
Page = Mapping[str, Any]


class Sink:
    """A thread that sends what it is given. `put` waits while too much is on its way, which slows the crawl down.

    A page is safe once its receipt has come. What could not be sent is written to `unsent`, one row a line, from where
    `python -m dehusk_client FILE` sends it; without `unsent`, `close` raises.
    """

    def __init__(
        self,
        client: Client,
        *,
        on_receipt: Told | None = None,
        unsent: str | Path | None = None,
        rows: int = BATCH_ROWS,
        size: int = BATCH_BYTES,
        seconds: float = 2.0,
    ) -> None:
        self._client = client
        self._told = on_receipt
        self._file = Path(unsent) if unsent is not None else None
        self._rows, self._size, self._seconds = rows, size, seconds
        self._waiting: queue.Queue[tuple[Page, int] | None] = queue.Queue(maxsize=4 * rows)
        self._room = threading.Condition()
        self._held = 0  # bytes handed over and not yet answered
        self.lost = 0  # pages that could not be sent
        self.failure: DehuskError | None = None  # the last reason
        self._thread = threading.Thread(target=self._work, name="dehusk-sink", daemon=True)
        self._thread.start()

    def put(self, page: Page) -> None:
        """Hand over one page made by `page()`."""
        size = len(pack(page).line)
        with self._room:
            self._room.wait_for(lambda: self._held == 0 or self._held + size <= 4 * self._size)
            self._held += size
        self._waiting.put((page, size))

    def close(self) -> None:
        """Send what is left.

        Raises:
            Unavailable: some could not be sent, and there is no file for them.
        """
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()
        if self.failure is not None and self._file is None:
            raise Unavailable(f"{self.lost} pages could not be sent: {self.failure}") from self.failure

    def __enter__(self) -> "Sink":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _work(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if batch:
                self._send([page for page, _ in batch])
            with self._room:
                self._held -= sum(size for _, size in batch)
                self._room.notify_all()

    def _gather(self) -> tuple[list[tuple[Page, int]], bool]:
        """The next batch, and whether there may be another: full, or as old as a page may get here."""
        batch: list[tuple[Page, int]] = []
        held = 0
        deadline: float | None = None
        while len(batch) < self._rows and held < self._size:
            try:
                one = self._waiting.get(timeout=None if deadline is None else max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            if one is None:
                return batch, False
            batch.append(one)
            held += one[1]
            deadline = deadline or time.monotonic() + self._seconds
        return batch, True

    def _send(self, pages: list[Page]) -> None:
        told = 0
        try:
            for receipt in self._client.submit_all(pages):
                told += 1
                if self._told is not None:
                    self._told(receipt)
        except DehuskError as error:
            self.failure = error
            # Sending again what was stored does no harm, so all that is not surely there is kept.
            self._keep(pages[told:])

    def _keep(self, pages: Iterable[Page]) -> None:
        kept = list(pages)
        self.lost += len(kept)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(page) + "\n" for page in kept)
