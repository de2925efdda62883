"""A request body read in a thread, with whatever has to be done to it there."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Header, Request

from dashboard.reading.decoder import Decoded
from dashboard.reading.source import BodyFile, Incoming
from worker.settings import Settings

T = TypeVar("T")

READERS = 64  # requests read at once; each holds a thread and a few rows
ContentEncoding = Annotated[str, Header(alias="Content-Encoding", description="gzip, zstd or none")]


def limiter() -> CapacityLimiter:
    """One for each application, made inside its event loop."""
    return CapacityLimiter(READERS)


async def read(request: Request, settings: Settings, encoding: str, work: Callable[[Decoded], T]) -> T:
    """Do `work` on the decompressed body, in a thread, while the body comes in.

    Raises:
        ApiError: the body cannot be read, or what `work` raises.
    """
    incoming = Incoming(request, settings.max_body_bytes)
    try:
        incoming.declared()
        body = Decoded(BodyFile(incoming.piece), encoding, settings.max_decoded_bytes)
        return await to_thread.run_sync(work, body, limiter=request.app.state.readers)
    finally:
        await incoming.drain()
