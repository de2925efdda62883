"""Archives to clean, made here: a few dozen pages in every format, and what can be wrong with them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import zstandard

WORDS = "boat pier fog horn lamp crew rope tide gull mast sail net buoy chart storm light rock shore keeper island".split()
DATE = "2024-05-01T12:00:00Z"


def sentence(seed: int, length: int = 14) -> str:
    words = [WORDS[(seed * 7 + at * (3 + seed % 5)) % len(WORDS)] for at in range(length)]
    return " ".join([*words, f"number {seed}"]).capitalize() + "."


def text(number: int) -> str:
    return "\n\n".join(" ".join(sentence(number * 31 + line * 5 + part) for part in range(3)) for line in range(4))


def page(number: int) -> str:
    paragraphs = "".join(f"<p>{part}</p>\n" for part in text(number).split("\n\n"))
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Story {number}</title></head><body>
<div class="cookie-consent"><p>We use cookies to improve your experience.</p><button>Accept all</button></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><article><h1>Story number {number}</h1>
{paragraphs}</article></main>
<footer><p>© 2024 The Aldersea Courier. All rights reserved.</p></footer></body></html>"""


def url(number: int) -> str:
    return f"https://host{number % 3}.example/story/{number}"


def warc(count: int, *, first: int = 0, compressed: bool = True, double: int = 0) -> bytes:
    """Requests and responses, one image, one page that was not found; the first `double` stories once more at the end."""
    records = [record("warcinfo", -1, "", b"software: tests\r\n", "application/warc-fields")]
    for at, number in enumerate([*range(first, first + count), *range(first, first + double)], first):
        records.append(record("request", at, url(number), b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", REQUEST))
        records.append(record("response", at, url(number), response(page(number).encode()), RESPONSE))
    picture = response(b"\x89PNG\r\n\x1a\n" + bytes(200), type="image/png")
    records.append(record("response", 9001, url(9001), picture, RESPONSE))
    records.append(record("response", 9002, url(9002), response(page(9002).encode(), "404 Not Found"), RESPONSE))
    return b"".join(gzip.compress(one, mtime=0) if compressed else one for one in records)


REQUEST, RESPONSE = "application/http; msgtype=request", "application/http; msgtype=response"


def record(kind: str, at: int, address: str, block: bytes, type: str, length: int | None = None, more: str = "") -> bytes:
    """One WARC record as it stands in a file."""
    digest = base64.b32encode(hashlib.sha1(block).digest()).decode()
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {identity(kind, at)}\r\nWARC-Date: {DATE}\r\n"
        + (f"WARC-Target-URI: {address}\r\n" if address else "")
        + f"WARC-Payload-Digest: sha1:{digest}\r\n{more}Content-Type: {type}\r\n"
        + f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def identity(kind: str, at: int) -> str:
    return f"<urn:uuid:00000000-0000-4000-8000-{at + 1:08d}{'bbbb' if kind == 'response' else 'aaaa'}>"


def response(body: bytes, status: str = "200 OK", type: str = "text/html; charset=utf-8", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def wet(count: int) -> bytes:
    """Extracted texts, as crawls publish them."""
    bodies = [("Home\nAccept all cookies\n" + text(number)).encode() for number in range(count)]
    return b"".join(
        gzip.compress(record("conversion", number, url(number), body, "text/plain"), mtime=0)
        for number, body in enumerate(bodies)
    )


def row(number: int) -> dict[str, Any]:
    return {
        "id": f"row-{number}",
        "url": url(number),
        "html": page(number),
        "crawl": "may",
        "title": "theirs",
        "score": number / 4,
    }


def jsonl(count: int) -> bytes:
    return b"".join(json.dumps(row(number)).encode() + b"\n" for number in range(count))


def make_all(folder: Path, count: int = 20) -> None:
    """One archive of every format in `folder`."""
    (folder / "deep").mkdir(parents=True)
    (folder / "a.warc.gz").write_bytes(warc(count))
    (folder / "b.warc").write_bytes(warc(count, first=100, compressed=False))
    (folder / "c.warc.zst").write_bytes(zstandard.compress(warc(count, first=200, compressed=False)))
    (folder / "d.warc.wet.gz").write_bytes(wet(count))
    (folder / "deep" / "e.jsonl").write_bytes(jsonl(count))
    (folder / "f.jsonl.gz").write_bytes(gzip.compress(jsonl(count)))
    (folder / "g.jsonl.zst").write_bytes(zstandard.compress(jsonl(count)))
    parquet(folder / "h.parquet", count)
    with zipfile.ZipFile(folder / "i.zip", "w", zipfile.ZIP_DEFLATED) as pages:
        for number in range(count):
            pages.writestr(f"pages/{number:03}.html", page(300 + number))
        pages.writestr("pages/logo.png", b"\x89PNG")
    for number in range(count):
        (folder / "deep" / f"{number:03}.html").write_text(page(400 + number), "utf-8")
    (folder / "deep" / "plain.txt").write_text("Accept all cookies\n" + text(999), "utf-8")


def parquet(path: Path, count: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{**row(500 + number), "tags": ["a", "b"], "raw_bytes": b"\x00\xff"} for number in range(count)]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=6)
