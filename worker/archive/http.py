"""The page in a stored HTTP response: transfer and content encodings undone, as far as they were really applied."""

from __future__ import annotations

import zlib
from typing import NamedTuple

import zstandard

from cleaners.errors import CleanError, PageTooLarge

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
CHUNK = 256 * 1024
TEXT = ("text/", "application/xhtml", "application/xml", "application/rss", "application/atom")
UNSURE = ("application/octet-stream", "application/unknown", "application/http", "unknown/unknown", "binary/octet-stream")


class BadResponse(CleanError):
    """The record is no HTTP response."""


class BadEncoding(CleanError):
    """The page's content encoding cannot be undone."""


class Response(NamedTuple):
    """What came over HTTP."""

    status: int
    content_type: str
    body: bytes


def response(block: bytes, limit: int) -> Response:
    """Read a response, its body decoded.

    Raises:
        BadResponse: it does not begin with a status line.
        BadEncoding: its body is damaged, or in an encoding that cannot be undone here.
        PageTooLarge: its body is larger than `limit`.
    """
    head, gap, body = block.partition(b"\r\n\r\n")
    if not gap:
        head, gap, body = block.partition(b"\n\n")
    first, _, rest = head.partition(b"\n")
    words = first.split(None, 2)
    if len(words) < 2 or not words[0].upper().startswith(b"HTTP/") or not words[1].isdigit():
        raise BadResponse
    headers: dict[str, str] = {}
    for line in rest.split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon:
            headers.setdefault(name.strip().decode("latin-1").lower(), value.strip().decode("latin-1"))
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = unchunk(body)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = undo(coding.strip(), body, limit)
    if len(body) > limit:
        raise PageTooLarge(f"Limit: {limit:,} bytes.")
    return Response(int(words[1]), headers.get("content-type", ""), body)


def is_page(content_type: str) -> bool:
    """Whether a type is one of text, or says nothing.

    >>> is_page("text/html; charset=utf-8"), is_page("image/png"), is_page("")
    (True, False, True)
    """
    kind = content_type.split(";")[0].strip().lower()
    return not kind or "/" not in kind or kind.startswith(TEXT) or kind in UNSURE


def unchunk(body: bytes) -> bytes:
    """A body without the marks of chunked transfer. Many crawlers take the marks away and leave the header.

    >>> unchunk(b"4\\r\\nBoat\\r\\n3;x=1\\r\\n sm\\r\\n0\\r\\n\\r\\n"), unchunk(b"<p>Boat")
    (b'Boat sm', b'<p>Boat')
    """
    out: list[bytes] = []
    at = 0
    while at < len(body):
        end = body.find(b"\r\n", at, at + 64)
        size = body[at:end].split(b";")[0].strip() if end >= 0 else b""
        try:
            count = int(size, 16)
        except ValueError:
            return body if not out else b"".join([*out, body[at:]])
        if count == 0:
            break
        out.append(body[end + 2 : end + 2 + count])
        at = end + 2 + count
        if body[at : at + 2] == b"\r\n":
            at += 2
    return b"".join(out)


def undo(coding: str, body: bytes, limit: int) -> bytes:
    """A body without one content encoding; as it is where it is not in that encoding, which is common in archives."""
    if coding in ("", "identity") or not body:
        return body
    try:
        if coding in ("gzip", "x-gzip"):
            return _inflate(body, 31, limit) if body[:2] == _GZIP else body
        if coding == "deflate":
            return _deflated(body, limit)
        if coding == "zstd":
            return _unzstd(body, limit) if body[:4] == _ZSTD else body
    except (zlib.error, zstandard.ZstdError) as error:
        raise BadEncoding(f"{coding}: {error}") from error
    if coding == "br":
        return _unbrotli(body, limit)
    if _looks_plain(body):
        return body
    raise BadEncoding(f"{coding} is not known.")


def _inflate(body: bytes, bits: int, limit: int) -> bytes:
    out: list[bytes] = []
    size = 0
    while body:
        decoder = zlib.decompressobj(bits)
        rest = body
        while rest and not decoder.eof:
            piece = decoder.decompress(rest, CHUNK)
            rest = decoder.unconsumed_tail
            size += len(piece)
            if size > limit:
                raise PageTooLarge(f"Limit: {limit:,} bytes, when decompressed.")
            out.append(piece)
            if not piece and not rest:
                break
        body = decoder.unused_data
        if bits != 31 or body[:2] != _GZIP:
            break
    return b"".join(out)


def _deflated(body: bytes, limit: int) -> bytes:
    for bits in (15, -15):
        try:
            return _inflate(body, bits, limit)
        except zlib.error:
            continue
    if _looks_plain(body):
        return body
    raise zlib.error("neither zlib nor raw")


def _unzstd(body: bytes, limit: int) -> bytes:
    with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(body, read_across_frames=True) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise PageTooLarge(f"Limit: {limit:,} bytes, when decompressed.")
    return data


def _unbrotli(body: bytes, limit: int) -> bytes:
    if _looks_plain(body):
        return body
    import brotli

    try:
        decoder = brotli.Decompressor()
        out = decoder.process(body, output_buffer_limit=limit + 1)
        size = len(out)
        parts = [out]
        while out and not decoder.is_finished() and size <= limit:
            out = decoder.process(b"", output_buffer_limit=limit + 1 - size)
            parts.append(out)
            size += len(out)
    except brotli.error as error:
        raise BadEncoding(f"br: {error}") from error
    if size > limit:
        raise PageTooLarge(f"Limit: {limit:,} bytes, when decompressed.")
    return b"".join(parts)


def _looks_plain(body: bytes) -> bool:
    """Whether a body reads as markup or ASCII as it stands."""
    head = body[:256]
    return head.lstrip()[:1] == b"<" or all(byte in (9, 10, 13) or 32 <= byte < 127 for byte in head)
