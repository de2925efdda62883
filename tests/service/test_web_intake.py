"""Pages in over HTTP: stored before 202, each once, and what is wrong with one is said of that one."""

import base64
import gzip
import json
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.service.web_helpers import PAGE, Site, serving

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("web")
    with serving(folder, max_body_bytes=MEGABYTE, max_decoded_bytes=4 * MEGABYTE, max_page_bytes=500_000) as site:
        yield site


def rows(*many: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in many)


def answers(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


def test_a_page_is_stored_before_it_is_acknowledged(site: Site) -> None:
    answer = site.http.post(
        "/v1/pages",
        json={
            "url": "https://News.example/ferry",
            "html": PAGE,
            "source": "may",
            "id": "f-1",
            "fetched_at": "2026-05-01T10:00:00+02:00",
            "content_type": "text/html; charset=utf-8",
            "meta": {"depth": 3, "tags": ["a"]},
        },
    )
    assert answer.status_code == 202
    found = site.store.page(answer.json()["page_id"])
    assert found is not None
    assert (found.source, found.key, found.url, found.host) == ("may", "f-1", "https://News.example/ferry", "news.example")
    revision = found.revisions[0]
    assert (revision.state, revision.kind, dict(revision.meta)) == ("received", "html", {"depth": 3, "tags": ["a"]})
    assert revision.fetched_at is not None and revision.fetched_at.isoformat() == "2026-05-01T08:00:00+00:00"
    assert site.store.body(revision.id).decode() == PAGE


def test_the_same_page_again_gives_the_first_answer_and_a_changed_one_a_new_revision(site: Site) -> None:
    first = site.put(url="https://a.example/same")
    again = site.put(url="https://a.example/same")
    changed = site.put(url="https://a.example/same", html=PAGE + "<p>And left at four.</p>")
    assert first["new"] and not again["new"] and changed["new"]
    assert (first["page_id"], first["revision_id"]) == (again["page_id"], again["revision_id"])
    assert changed["page_id"] == first["page_id"] and changed["revision_id"] != first["revision_id"]


def test_a_hundred_at_once_are_one(site: Site) -> None:
    def put(_: int) -> tuple[str, bool]:
        answer = site.put(url="https://a.example/hundred")
        return answer["revision_id"], answer["new"]

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(put, range(100)))
    assert len({revision for revision, _ in found}) == 1
    assert sum(new for _, new in found) == 1


@pytest.mark.parametrize(
    ("row", "body", "kind", "encoding"),
    [
        ({"html": "<p>Grüße"}, "<p>Grüße".encode(), "html", "utf-8"),
        ({"text": "Grüße"}, "Grüße".encode(), "text", "utf-8"),
        ({"html_base64": base64.b64encode(b"<p>\xe4").decode()}, b"<p>\xe4", "auto", None),
        ({"html_base64": base64.b64encode(b"\xe4").decode(), "encoding": "latin-1"}, b"\xe4", "auto", "latin-1"),
        ({"html": "a\ud800b"}, "a\ufffdb".encode(), "html", "utf-8"),
    ],
)
def test_bytes_stay_bytes_and_strings_become_utf8(
    site: Site, row: dict[str, Any], body: bytes, kind: str, encoding: str | None
) -> None:
    url = f"https://a.example/kind/{zlib.crc32(repr(row).encode())}"
    answer = site.http.post("/v1/pages", content=json.dumps({"url": url, **row}))
    assert answer.status_code == 202, answer.text
    (job,) = site.store.claim([answer.json()["revision_id"]], "test")
    assert (job.body, job.kind, job.encoding) == (body, kind, encoding)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"url": "https://a.example/"}, "exactly one of"),
        ({"url": "https://a.example/", "html": "a", "text": "b"}, "exactly one of"),
        ({"html": "a"}, "needs a url or an id"),
        ({"url": "javascript:alert(1)", "html": "a"}, "url: is no http or https URL"),
        ({"url": "https://[broken", "html": "a"}, "url: is no http or https URL"),
        ({"url": "https://a.example:99999/", "html": "a"}, "url: is no http or https URL"),
        ({"url": "https://a.example/\u0000", "html": "a"}, "url: has control characters"),
        ({"url": "https://a.example/", "html": "a", "htlm": "b"}, "htlm: "),
        ({"url": "https://a.example/", "html": 3}, "html: "),
        ({"url": "https://a.example/", "html_base64": "%%%"}, "html_base64 is not Base64"),
        ({"url": "https://a.example/", "html": "a", "fetched_at": "2026-05-01T10:00:00"}, "fetched_at: "),
        ({"url": "https://a.example/", "html": "a", "fetched_at": "0001-01-01T00:00:00+14:00"}, "fetched_at: "),
        ({"url": "https://a.example/", "html": "a", "meta": {"x": "y" * 20_000}}, "meta: is longer"),
        ({"url": "https://a.example/", "html": "a", "source": "a b"}, "source: "),
        ({"url": "https://a.example/", "html": "a", "lane": "reclean"}, "lane: "),
        ({"url": "https://a.example/", "blob": {"url": "file:///etc/passwd"}}, "blob_prefixes"),
        (["a"], "should be an object"),
        (7, "should be an object"),
    ],
)
def test_what_is_wrong_with_a_row_is_named(site: Site, row: Any, says: str) -> None:
    answer = site.http.post("/v1/pages", json=row)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["name"] in ("bad_row", "not_allowed") and error["permanent"]
    assert says in error["message"]
    (line,) = answers(site.send(rows(row)).content)
    assert line == {"row": 0, "error": error}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"nul", b"[" * 100_000, b'{"url": 1e999}'])
def test_what_is_no_json_is_said_to_be_none(site: Site, body: bytes) -> None:
    answer = site.http.post("/v1/pages", content=body)
    assert (answer.status_code, answer.json()["error"]["name"]) == (422, "bad_row")


def test_a_batch_is_answered_row_by_row(site: Site) -> None:
    good = [{"url": f"https://a.example/batch/{n}", "html": PAGE} for n in range(1200)]
    body = rows(*good[:2]) + b"\r\n\n  \n{broken\n" + rows(*good[2:]) + b"\n"
    answer = site.send(gzip.compress(body), content_encoding="gzip")
    assert answer.status_code == 202
    found = answers(answer.content)
    assert [line["row"] for line in found] == list(range(1201))
    assert [line["row"] for line in found if "error" in line] == [2]
    assert found[2]["error"]["name"] == "bad_row"
    assert all(line["new"] and line["state"] == "received" for line in found if "error" not in line)
    assert len({line["page_id"] for line in found if "error" not in line}) == 1200


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "zstd", "identity", "ZSTD"])
def test_bodies_come_plain_or_compressed(site: Site, coding: str) -> None:
    body = rows(*({"url": f"https://a.example/{coding}/{n}", "html": PAGE} for n in range(3)))
    packed = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress}.get(
        coding.lower().removeprefix("x-"), bytes
    )
    answer = site.send(packed(body), content_encoding=coding)
    assert answer.status_code == 202 and len(answers(answer.content)) == 3


def test_two_frames_are_one_body(site: Site) -> None:
    parts = [rows({"url": f"https://a.example/frames/{n}", "html": PAGE}) + b"\n" for n in range(2)]
    for coding, packed in (("gzip", gzip.compress), ("zstd", zstandard.ZstdCompressor().compress)):
        answer = site.send(b"".join(map(packed, parts)), content_encoding=coding)
        assert len(answers(answer.content)) == 2


def test_an_unknown_compression_is_refused(site: Site) -> None:
    answer = site.send(b"", content_encoding="br")
    assert answer.status_code == 415
    assert answers(answer.content)[0]["error"]["name"] == "unknown_compression"


def test_a_damaged_body_keeps_the_rows_before_the_damage(site: Site) -> None:
    # stored blocks, so that what comes before the damage can be read
    packer = zlib.compressobj(0, wbits=31)
    whole = (
        packer.compress(rows(*({"url": f"https://a.example/cut/{n}", "html": PAGE} for n in range(4000)))) + packer.flush()
    )
    answer = site.send(whole[: len(whole) // 2], content_encoding="gzip")
    assert answer.status_code == 400
    *settled, last = answers(answer.content)
    assert last["error"]["name"] == "bad_request" and "row" not in last
    assert settled and all("page_id" in line for line in settled)
    assert site.store.page(settled[-1]["page_id"]) is not None


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_bomb_ends_at_the_limit(site: Site, coding: str) -> None:
    packed = (
        gzip.compress(bytes(900 * MEGABYTE), 1)
        if coding == "gzip"
        else zstandard.ZstdCompressor().compress(bytes(2000 * MEGABYTE))
    )
    packed = packed[: MEGABYTE - 1]
    answer = site.send(packed, content_encoding=coding)
    assert answer.status_code == 413
    assert "after decompression" in answers(answer.content)[-1]["error"]["message"]


def test_a_zstd_window_that_eats_memory_is_refused(site: Site) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compressobj().compress(bytes(200 * MEGABYTE))
    assert site.send(packed, content_encoding="zstd").status_code == 400


def test_a_body_larger_than_the_limit_is_refused_with_and_without_a_declared_length(site: Site) -> None:
    body = rows({"url": "https://a.example/", "html": "x" * 2 * MEGABYTE})
    assert site.send(body).status_code == 413

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    assert site.http.post("/v1/pages:batch", content=pieces()).status_code == 413


def test_a_page_larger_than_the_limit_hinders_nobody(site: Site) -> None:
    small = {"url": "https://a.example/small", "html": PAGE}
    large = {"url": "https://a.example/large", "html": "x" * 600_000}
    endless = {"url": "https://a.example/endless", "html": "x" * 2_000_000}
    answer = site.send(gzip.compress(rows(small, large, endless, small)), content_encoding="gzip")
    assert answer.status_code == 202
    found = answers(answer.content)
    assert [line.get("error", {}).get("name") for line in found] == [None, "page_too_large", "page_too_large", None]


def test_rows_are_stored_while_the_request_comes_in(site: Site) -> None:
    """A crawler that dies in the middle loses what it had not sent."""
    many = [{"url": f"https://stream.example/{n}", "html": PAGE} for n in range(900)]

    def pieces() -> Iterator[bytes]:
        yield rows(*many) + b"\n"
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        site.http.post("/v1/pages:batch", content=pieces())
    answer = site.send(rows(*many[:500]))
    assert not any(line["new"] for line in answers(answer.content))


def test_past_the_backlog_limit_crawlers_are_told_when_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path, backlog_limit=600) as site:
        many = rows(*({"url": f"https://a.example/{n}", "html": PAGE} for n in range(2000)))
        first = site.send(many)
        settled = [line for line in answers(first.content) if "row" in line]
        assert len(settled) % 500 == 0 and settled, "whole groups are stored or not"
        refused = first
        end = time.monotonic() + 10  # what waits is looked at now and then, not for every request
        while refused.status_code != 503 and time.monotonic() < end:
            time.sleep(0.05)
            refused = site.http.post("/v1/pages", json={"url": "https://a.example/x", "html": PAGE})
        assert refused.status_code == 503 and refused.json()["error"] == {
            "name": "busy",
            "message": "Too much is waiting. Come back after the time in `Retry-After`.",
            "permanent": False,
        }
        assert 2 <= int(refused.headers["Retry-After"]) <= 120
        batch = site.send(many)
        assert batch.status_code == 503 and "Retry-After" in batch.headers
        assert [line["error"]["name"] for line in answers(batch.content)] == ["busy"]


def test_without_room_on_the_disk_nothing_is_taken(tmp_path: Path) -> None:
    with serving(tmp_path, min_free_disk_mb=10**9) as site:
        answer = site.http.post("/v1/pages", json={"url": "https://a.example/", "html": PAGE})
        assert (answer.status_code, answer.json()["error"]["name"]) == (503, "disk_full")
        assert answer.headers["Retry-After"] == "60"
        assert site.store.backlog().waiting == 0
