"""Requests as this process answered them, counted by route: what Prometheus shows of errors and of how long people wait."""

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNKNOWN = "none"  # the address is none of ours
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"})
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Traffic:
    """Counts and durations. Written by the event loop, read by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.requests: Counter[tuple[str, str, str]] = Counter()  # method, route, status
        self.buckets: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))  # method, route
        self.seconds: dict[tuple[str, str], float] = defaultdict(float)

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self.requests[method, route, str(status)] += 1
            self.buckets[method, route][bisect_left(BOUNDS, seconds)] += 1
            self.seconds[method, route] += seconds

    def read(self) -> tuple[dict[tuple[str, str, str], int], dict[tuple[str, str], tuple[list[int], float]]]:
        """Requests, and for each method and route its durations by bucket and their sum."""
        with self._lock:
            return dict(self.requests), {key: (list(bins), self.seconds[key]) for key, bins in self.buckets.items()}


class Meter:
    """Plain ASGI, for it must not stand between a crawler's body and its reader."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500  # what the client sees of an error that nobody caught

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._traffic.add(method, _route(scope), status, time.perf_counter() - started)


def _route(scope: Scope) -> str:
    """The route's pattern, never the address: those are without number."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    return "/static" if scope["path"].startswith("/static/") else UNKNOWN
