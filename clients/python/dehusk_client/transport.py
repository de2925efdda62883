"""HTTP with the standard library: connections that stay open, shared by threads, and nothing to install."""

import json
import ssl
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from dehusk_client.errors import DehuskError, Refused

NDJSON = "application/x-ndjson"
IDLE = 8  # connections kept


class Lost(DehuskError):
    """The connection failed or broke. Whether the request arrived is not known."""


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def busy(self) -> bool:
        """Worth asking again."""
        return self.status in (408, 425, 429) or self.status >= 500

    @property
    def retry_after(self) -> str | None:
        return self.headers.get("retry-after")

    @property
    def rows(self) -> bool:
        """Whether there is an answer per row in it, whatever the status."""
        return self.headers.get("content-type", "").startswith(NDJSON)

    def refusal(self) -> Refused:
        try:
            error = json.loads(self.body.splitlines()[-1])["error"]  # after the answers of a batch, if any
            return Refused(self.status, str(error["name"]), str(error["message"]))
        except (ValueError, LookupError, TypeError):
            return Refused(self.status, "http_error", self.body[:200].decode("utf-8", "replace"))


class Transport:
    """Connections to one service."""

    def __init__(self, base: str, token: str | None, timeout: float, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"The address of the service looks like http://127.0.0.1:8000, not {base!r}.")
        self._host, self._port = parts.hostname, parts.port
        self._tls = (context or ssl.create_default_context()) if parts.scheme == "https" else None
        self._path = parts.path.rstrip("/")
        self._timeout = timeout
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "dehusk-client"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._idle: deque[HTTPConnection] = deque()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """One request and its whole answer.

        Raises:
            Lost: there is no answer.
        """
        with self._request(method, path, body, headers) as reply:
            return Reply(reply.status, _headers(reply), reply.read())

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _request(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Iterator[HTTPResponse]:
        headers = self._headers | {name.replace("_", "-"): value for name, value in more.items()}
        connection, reply = self._send(method, self._path + path, body, headers)
        keep = False
        try:
            yield reply
            keep = reply.isclosed() and not reply.will_close  # closed means read to its end
        except (OSError, HTTPException) as error:
            raise Lost(f"The answer broke off: {error or type(error).__name__}") from error
        finally:
            if keep and len(self._idle) < IDLE:
                self._idle.append(connection)
            else:
                connection.close()

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[HTTPConnection, HTTPResponse]:
        while True:
            try:
                connection, used = self._idle.pop(), True
            except IndexError:
                connection, used = self._connect(), False
            try:
                connection.request(method, path, body, dict(headers))
            except OSError as error:
                # A service that has said no may stop listening before all of the body is out: its answer is there.
                if not isinstance(error, (BrokenPipeError, ConnectionResetError)) or connection.sock is None:
                    connection.close()
                    raise Lost(f"No connection: {error}") from error
            try:
                return connection, connection.getresponse()
            except (OSError, HTTPException) as error:
                connection.close()
                if used:  # the service closed an idle connection; a new one tells more
                    continue
                raise Lost(f"No answer: {error or type(error).__name__}") from error

    def _connect(self) -> HTTPConnection:
        if self._tls is not None:
            return HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)
        return HTTPConnection(self._host, self._port, timeout=self._timeout)


def _headers(reply: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in reply.getheaders()}


def decode(body: bytes) -> Any:
    """The JSON of an answer.

    Raises:
        Lost: it is none.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise Lost(f"The answer is not JSON: {error}") from error
