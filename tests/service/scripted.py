"""A service that answers as it is told, for tests of what the client does when things go wrong."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import zstandard
from dehusk_client import page
from dehusk_client.patience import Patience

NDJSON = "application/x-ndjson"


@dataclass
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes  # decompressed

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.body.splitlines() if line]


@dataclass
class Told:
    """What to answer."""

    status: int = 202
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # close the connection in the middle of the answer
    silent: bool = False  # close it without an answer


Script = Callable[[Asked, int], Told]


def taken(asked: Asked, count: int | None = None) -> Told:
    """Take the first rows of a batch, or all."""
    rows = asked.rows[:count]
    lines = [
        {"row": place, "page_id": f"p-{row.get('id') or row['url']}", "revision_id": "r", "state": "received", "new": True}
        for place, row in enumerate(rows)
    ]
    return Told(202, b"".join(json.dumps(line).encode() + b"\n" for line in lines), {"Content-Type": NDJSON})


def failing(status: int, name: str = "busy", **headers: str) -> Told:
    body = json.dumps({"error": {"name": name, "message": "No.", "permanent": status < 500}}).encode()
    return Told(status, body, {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}})


def pages(count: int) -> list[dict[str, Any]]:
    return [page(url=f"https://a.example/{n}", html=f"<p>Page {n}</p>") for n in range(count)]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """What was waited, without waiting."""
    found: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        found.append(seconds)
        now[0] += seconds

    def patient(seconds: float) -> Patience:
        return Patience(seconds, sleep=sleep, clock=lambda: now[0])

    monkeypatch.setattr("dehusk_client.client.Patience", patient)
    yield found


@contextmanager
def scripted(script: Script) -> Iterator[tuple[str, list[Asked]]]:
    """The address of a service that follows the script, and what it was asked."""
    asked: list[Asked] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            coding = self.headers.get("Content-Encoding")
            if coding == "gzip":
                body = gzip.decompress(body)
            elif coding == "zstd":
                body = zstandard.ZstdDecompressor().decompress(body)
            one = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            with lock:
                asked.append(one)
                told = script(one, len(asked))
            if told.silent:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body[: len(told.body) // 2] if told.cut else told.body)
            if told.cut:
                self.close_connection = True

        do_GET = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
