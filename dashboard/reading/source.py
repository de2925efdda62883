"""A request body as a file that a thread reads, fed by the event loop, with a limit and a deadline on each piece."""

import asyncio
import io
import time
from collections.abc import Callable, Coroutine
from typing import Any

from anyio import from_thread
from fastapi import Request
from starlette.requests import ClientDisconnect

from dashboard.errors import BadRequest, TooLarge, TooSlow

SILENCE = 30.0  # seconds a crawler may send nothing
DRAIN_BYTES, DRAIN_SECONDS = 4 * 1024 * 1024, 2.0  # of a request that was refused half-way


class Incoming:
    """The body on the side of the event loop."""

    def __init__(self, request: Request, limit: int) -> None:
        self._request = request
        self._stream = request.stream()
        self._limit = limit
        self._read = 0
        self._ended = False

    def declared(self) -> None:
        """
        Raises:
            TooLarge: it says so itself.
            BadRequest: it says something that is no length.
        """
        length = self._request.headers.get("content-length")
        if length is None:
            return
        if not length.isdecimal():
            raise BadRequest("Content-Length is no number.")
        if int(length) > self._limit:
            raise TooLarge(f"Limit: {self._limit:,} bytes as sent.")

    async def piece(self) -> bytes:
        """What came next; b"" at the end.

        Raises:
            TooLarge: it is more than a request may have.
            TooSlow: nothing came for too long.
        """
        try:
            async with asyncio.timeout(SILENCE):
                while True:
                    try:
                        chunk = await anext(self._stream)
                    except StopAsyncIteration:
                        self._ended = True
                        return b""
                    if chunk:
                        break
        except TimeoutError:
            raise TooSlow from None
        self._read += len(chunk)
        if self._read > self._limit:
            raise TooLarge(f"Limit: {self._limit:,} bytes as sent.")
        return chunk

    async def drain(self) -> None:
        """Read on for a moment after a refusal: a client that is still sending would not see the answer."""
        if self._ended:
            return
        end = time.monotonic() + DRAIN_SECONDS
        left = DRAIN_BYTES
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                async for chunk in self._stream:
                    left -= len(chunk)
                    if left < 0 or time.monotonic() > end:
                        return
        except (TimeoutError, ClientDisconnect, RuntimeError):  # RuntimeError: the stream had ended in an error
            return


class BodyFile(io.RawIOBase):
    """The body on the side of a thread that `anyio.to_thread` started."""

    def __init__(self, piece: Callable[[], Coroutine[Any, Any, bytes]]) -> None:
        self._piece = piece
        self._rest = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest and not self._ended:
            self._rest = memoryview(from_thread.run(self._piece))
            self._ended = not self._rest
        size = min(len(self._rest), len(buffer))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
