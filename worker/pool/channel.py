"""Whole messages over a socket that never make the supervisor wait.

Blocking sends would end the hard deadline: a parent that writes a large page to a worker that writes a large
answer waits for ever, and so does one that writes to a stopped process.
"""

import socket
import struct
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

HEADER = struct.Struct("!Q")
CHUNK = 256 * 1024  # about what a Linux socket buffer holds


class Channel:
    """The supervisor's end: sends what fits now, takes what is there now."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * CHUNK)
        self.socket = end
        self.open = True
        self._out: deque[memoryview] = deque()
        self._in = bytearray()
        self._chunk = memoryview(bytearray(CHUNK))

    def fileno(self) -> int:
        return self.socket.fileno()

    @property
    def unsent(self) -> bool:
        return bool(self._out)

    def post(self, payload: bytes) -> None:
        """Queue one message and send as much as the other side has room for."""
        if len(payload) < CHUNK:
            self._out.append(memoryview(HEADER.pack(len(payload)) + payload))
        else:
            self._out.append(memoryview(HEADER.pack(len(payload))))
            self._out.append(memoryview(payload))
        self.flush()

    def flush(self) -> None:
        while self._out:
            head = self._out[0]
            try:
                sent = self.socket.send(head)
            except BlockingIOError:
                return
            except OSError:  # the worker is gone; reading will say so
                self._out.clear()
                return
            if sent == len(head):
                self._out.popleft()
            else:
                self._out[0] = head[sent:]

    def collect(self) -> tuple[list[bytes], bool]:
        """The whole messages that have come, and whether anything came at all. `open` turns false at the end."""
        heard = False
        while self.open:
            try:
                size = self.socket.recv_into(self._chunk)
            except BlockingIOError:
                break
            except OSError:
                size = 0
            if size == 0:
                self.open = False
                break
            heard = True
            self._in += self._chunk[:size]
            if size < CHUNK:  # most likely all there is; if not, the socket stays readable
                break
        return list(self._whole()), heard

    def close(self) -> None:
        self.open = False
        self.socket.close()

    def _whole(self) -> Iterator[bytes]:
        while len(self._in) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._in)
            end = HEADER.size + size
            if len(self._in) < end:
                return
            yield bytes(memoryview(self._in)[HEADER.size : end])
            del self._in[:end]


def send(end: socket.socket, payload: bytes) -> None:
    """The worker's side: send one message and wait until it is out."""
    if len(payload) < CHUNK:
        end.sendall(HEADER.pack(len(payload)) + payload)
    else:
        end.sendall(HEADER.pack(len(payload)))
        end.sendall(payload)


def receive(stream: BinaryIO) -> bytes | None:
    """The worker's side: wait for one message; None when the supervisor is gone."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    payload = stream.read(size)
    return payload if len(payload) == size else None
