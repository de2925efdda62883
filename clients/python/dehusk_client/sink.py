"""Pages handed over one at a time, sent in batches behind the crawler's back, with a bound on what waits."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from dehusk_client.client import BATCH_BYTES, BATCH_ROWS, Client
from dehusk_client.errors import DehuskError, Unavailable
from dehusk_client.nouns import Receipt
from dehusk_client.pack import Packed

Told = Callable[[Receipt], object]
AHEAD = 4  # batches that may wait


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
        self._change = threading.Condition()
        self._waiting: deque[Packed] = deque()
        self._bytes = 0  # waiting or being sent
        self._closing = False
        self.lost = 0  # pages that could not be sent
        self.failure: DehuskError | None = None  # the last reason
        self._broken: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="dehusk-sink", daemon=True)
        self._thread.start()

    def put(self, page: Mapping[str, Any], wait: bool = True) -> bool:
        """Hand over one page made by `page()`. With `wait=False`, False when there is no room for it."""
        one = self._client.packed(page)
        with self._change:
            while not self._closing and not self._room(one):
                if not wait:
                    return False
                self._change.wait()
            if self._closing:
                raise ValueError("This sink is closed.") from self._broken
            self._waiting.append(one)
            self._bytes += len(one.line)
            self._change.notify_all()
            return True

    def close(self) -> None:
        """Send what is left.

        Raises:
            Unavailable: some could not be sent, and there is no file for them.
        """
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._thread.join()
        if self._broken is not None:
            raise self._broken
        if self.failure is not None and self._file is None:
            raise Unavailable(f"{self.lost} pages could not be sent: {self.failure}") from self.failure

    def __enter__(self) -> "Sink":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _room(self, one: Packed) -> bool:
        full = len(self._waiting) >= AHEAD * self._rows or self._bytes + len(one.line) > AHEAD * self._size
        return not full or self._bytes == 0

    def _work(self) -> None:
        try:
            while batch := self._gather():
                self._send(batch)
                with self._change:
                    self._bytes -= sum(len(one.line) for one in batch)
                    self._change.notify_all()
        except Exception as error:  # of `on_receipt`, or a full disk: told to whoever puts or closes
            self._broken = error
        finally:
            with self._change:
                self._closing = True
                self._change.notify_all()

    def _gather(self) -> list[Packed]:
        """The next batch, full or as old as a page may get here; empty at the end."""
        batch: list[Packed] = []
        held = 0
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._closing)
            deadline = time.monotonic() + self._seconds
            while len(batch) < self._rows:
                if not self._waiting:
                    left = deadline - time.monotonic()
                    if self._closing or left <= 0:
                        break
                    self._change.wait(left)
                    continue
                if batch and held + len(self._waiting[0].line) > self._size:
                    break
                batch.append(self._waiting.popleft())
                held += len(batch[-1].line)
                self._change.notify_all()
        return batch

    def _send(self, batch: list[Packed]) -> None:
        try:
            receipts = self._client.deliver(batch)
        except DehuskError as error:
            self.failure = error
            # Some of them may be stored, and sending those again does no harm.
            self._keep(batch)
            return
        if self._told is not None:
            for receipt in receipts:
                self._told(receipt)

    def _keep(self, batch: Sequence[Packed]) -> None:
        self.lost += len(batch)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(one.row) + "\n" for one in batch)
