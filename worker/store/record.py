"""What a by-reference range holds: a WARC record with an HTTP response, gzip around it, or the page as it is."""

import zlib

from worker.store.errors import BodyMissing

GZIP = b"\x1f\x8b"


def page_of(data: bytes, max_bytes: int) -> bytes:
    """The page inside. At most `max_bytes` of it are unpacked.

    >>> page_of(b"WARC/1.0\\r\\nWARC-Type: response\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n<p>a page", 1000)
    b'<p>a page'
    >>> page_of(b"<p>a page", 1000)
    b'<p>a page'
    >>> page_of(b"WARC/1.0\\r\\nWARC-Type: resource\\r\\nContent-Length: \\xb2\\r\\n\\r\\n<p>a page", 1000)  # it says two
    b'<p>a page'
    """
    if data.startswith(GZIP):
        data = inflate(data, max_bytes, wrapped=31)
    if not data.startswith(b"WARC/"):
        return data
    headers, content = split(data)
    length = headers.get("content-length", "")
    if length.isdecimal():
        content = content[: int(length)]
    if headers.get("warc-type") in ("resource", "conversion"):
        return content
    if headers.get("warc-type") != "response" or not content.startswith(b"HTTP/"):
        raise BodyMissing(f"it is a WARC record of type {headers.get('warc-type')!r}, no response")
    answer, body = split(content)
    if "chunked" in answer.get("transfer-encoding", "").lower():
        body = unchunk(body)
    coding = answer.get("content-encoding", "").lower()
    if coding in ("gzip", "x-gzip") and body.startswith(GZIP):
        body = inflate(body, max_bytes, wrapped=31)
    elif coding == "deflate":
        body = inflate(body, max_bytes, wrapped=15 if body[:1] == b"\x78" else -15)
    elif coding not in ("", "identity", "gzip", "x-gzip"):
        raise BodyMissing(f"its content encoding {coding!r} is not read")
    return body


def split(data: bytes) -> tuple[dict[str, str], bytes]:
    """Headers with names in lower case, and what follows the empty line."""
    head, gap, rest = data.partition(b"\r\n\r\n")
    if not gap:
        head, _, rest = data.partition(b"\n\n")
    lines = head.decode("latin-1").splitlines()[1:]
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}, rest


def inflate(data: bytes, max_bytes: int, *, wrapped: int) -> bytes:
    """The first member, up to `max_bytes`."""
    engine = zlib.decompressobj(wrapped)
    try:
        out = engine.decompress(data, max_bytes)
    except zlib.error as error:
        raise BodyMissing(f"it is damaged ({error})") from error
    if engine.unconsumed_tail:
        raise BodyMissing(f"unpacked it has more than {max_bytes} bytes")
    return out


def unchunk(body: bytes) -> bytes:
    """The body of a chunked answer; one that is not chunked after all comes back as it is.

    >>> unchunk(b"4\\r\\npage\\r\\n0\\r\\n\\r\\n"), unchunk(b"page")
    (b'page', b'page')
    """
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        try:
            size = int(body[at:end].split(b";")[0], 16) if end > 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return b"".join(parts) if parts else body
        if size == 0:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
