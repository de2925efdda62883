"""The client delivers every page once whatever the service does, and waits when it is told to."""

import asyncio
import json
import threading
from datetime import datetime

import pytest
from dehusk_client import AsyncClient, Client, Refused, Unavailable, page
from dehusk_client import patience as patience_module
from dehusk_client.patience import retry_after

from tests.service.scripted import NDJSON, Asked, Told, failing, pages, scripted, taken, waits

__all__ = ["waits"]  # a fixture


@pytest.mark.parametrize("compression", ["gzip", "zstd", "auto", None])
def test_batches_are_compressed_and_answered_in_order(compression: str | None) -> None:
    with scripted(lambda asked, n: taken(asked)) as (url, asked):
        with Client(url, source="mine", compression=compression, batch_rows=10, token="secret") as client:
            receipts = list(client.submit_all(pages(25)))
    assert [receipt.url for receipt in receipts] == [f"https://a.example/{n}" for n in range(25)]
    assert all(receipt.ok and receipt.page_id == f"p-{receipt.url}" for receipt in receipts)
    assert [len(one.rows) for one in asked] == [10, 10, 5]
    assert {row["source"] for one in asked for row in one.rows} == {"mine"}
    assert asked[0].headers.get("content-encoding") == (
        None if compression is None else "gzip" if compression == "gzip" else "zstd"
    )
    assert asked[0].headers["authorization"] == "Bearer secret"


def test_bytes_bound_a_batch_and_a_large_page_goes_alone() -> None:
    large = page(url="https://a.example/large", html="x" * 5000)
    with scripted(lambda asked, n: taken(asked)) as (url, asked), Client(url, batch_bytes=1000) as client:
        assert len(list(client.submit_all([*pages(3), large, *pages(2)]))) == 6
    assert [len(one.rows) for one in asked] == [3, 1, 2]


def test_obeys_retry_after(waits: list[float]) -> None:
    def script(asked: Asked, n: int) -> Told:
        return failing(503, Retry_After="30") if n < 3 else taken(asked)

    with scripted(script) as (url, asked), Client(url) as client:
        assert all(receipt.ok for receipt in client.submit_all(pages(4)))
    assert len(asked) == 3
    assert all(30 <= wait <= 37.5 for wait in waits) and len(set(waits)) == 2, "as told, and not in step with others"


def test_without_retry_after_waits_grow(waits: list[float]) -> None:
    def script(asked: Asked, n: int) -> Told:
        return failing(502) if n < 7 else taken(asked)

    with scripted(script) as (url, _), Client(url) as client:
        assert client.submit_all(pages(1)).__next__().ok
    assert all(0.05 <= wait <= 0.5 * 2**n for n, wait in enumerate(waits))
    assert sum(waits) > 2


def test_gives_up_after_its_patience_and_hands_the_pages_back(waits: list[float]) -> None:
    with scripted(lambda asked, n: failing(503, Retry_After="20")) as (url, _), Client(url, patience=60) as client:
        with pytest.raises(Unavailable) as caught:
            list(client.submit_all(pages(3)))
    assert [row["url"] for row in caught.value.unsent] == [f"https://a.example/{n}" for n in range(3)]
    assert 40 <= sum(waits) <= 60


def test_only_unanswered_rows_are_sent_again(waits: list[float]) -> None:
    def script(asked: Asked, n: int) -> Told:
        told = taken(asked, 4)
        if n == 1:
            busy = json.dumps({"error": {"name": "busy", "message": "Later.", "permanent": False}}).encode()
            return Told(503, told.body + busy, {**told.headers, "Retry-After": "1"})
        return told

    with scripted(script) as (url, asked), Client(url) as client:
        receipts = list(client.submit_all(pages(8)))
    assert [receipt.url for receipt in receipts] == [f"https://a.example/{n}" for n in range(8)]
    assert [[row["url"][-1] for row in one.rows] for one in asked] == [list("01234567"), list("4567")]


def test_an_answer_that_breaks_off_is_asked_for_again(waits: list[float]) -> None:
    def script(asked: Asked, n: int) -> Told:
        told = taken(asked)
        return Told(told.status, told.body, told.headers, cut=n == 1, silent=n == 2)

    with scripted(script) as (url, asked), Client(url) as client:
        assert all(receipt.ok for receipt in client.submit_all(pages(6)))
    assert len(asked) >= 3


def test_a_connection_that_was_closed_while_idle_is_opened_anew() -> None:
    def script(asked: Asked, n: int) -> Told:
        told = taken(asked)
        return Told(told.status, told.body, {**told.headers, **({"Connection": "close"} if n == 1 else {})})

    with scripted(script) as (url, _), Client(url, batch_rows=1) as client:
        assert len(list(client.submit_all(pages(3)))) == 3


def test_a_service_that_is_not_there_is_unavailable(waits: list[float]) -> None:
    with scripted(lambda asked, n: taken(asked)) as (url, _):
        pass
    with Client(url, patience=2) as client, pytest.raises(Unavailable):
        client.submit(pages(1)[0])
    assert waits


def test_refused_rows_say_why_and_hinder_nobody() -> None:
    def script(asked: Asked, n: int) -> Told:
        told = taken(asked)
        lines = told.body.splitlines()
        lines[1] = json.dumps({"row": 1, "error": {"name": "bad_row", "message": "url: no.", "permanent": True}}).encode()
        return Told(202, b"\n".join(lines), told.headers)

    with scripted(script) as (url, asked), Client(url) as client:
        receipts = list(client.submit_all(pages(3)))
    assert [receipt.error for receipt in receipts] == [None, "bad_row", None]
    assert len(asked) == 1


@pytest.mark.parametrize(("status", "name"), [(401, "no_token"), (403, "scope_missing"), (400, "bad_request")])
def test_a_refusal_is_not_asked_again(status: int, name: str) -> None:
    with scripted(lambda asked, n: failing(status, name)) as (url, asked), Client(url) as client:
        with pytest.raises(Refused) as caught:
            list(client.submit_all(pages(2)))
    assert (caught.value.status, caught.value.name) == (status, name)
    assert len(asked) == 1


def test_too_large_a_batch_is_halved_and_too_large_a_page_is_refused() -> None:
    def script(asked: Asked, n: int) -> Told:
        if len(asked.rows) > 2 or any(row["url"].endswith("3") for row in asked.rows):
            return failing(413, "too_large")
        return taken(asked)

    with scripted(script) as (url, _), Client(url) as client:
        receipts = list(client.submit_all(pages(6)))
    assert [receipt.error for receipt in receipts] == [None, None, None, "too_large", None, None]


def test_the_feed_goes_on_from_its_cursor(waits: list[float]) -> None:
    documents = [{"page_id": f"p{n}"} for n in range(5)]

    def script(asked: Asked, n: int) -> Told:
        if n == 2:
            return Told(200, json.dumps(documents[0]).encode() + b"\n", {"Content-Type": NDJSON})  # was cut by a proxy
        start = int(asked.path.partition("cursor=")[2].partition("&")[0] or 0)
        part = documents[start : start + 2]
        last = {"cursor": str(start + len(part)), "more": start + 2 < len(documents)}
        return Told(200, b"".join(json.dumps(row).encode() + b"\n" for row in [*part, last]))

    with scripted(script) as (url, asked), Client(url) as client:
        assert list(client.documents(host="a.example")) == documents
        parts = list(client.feed("4"))
    assert [(part.documents, part.cursor) for part in parts] == [([documents[4]], "5")]
    assert "host=a.example" in asked[0].path


def test_pages_are_built_or_refused_at_once() -> None:
    assert page(url="u", html=b"\xff")["html_base64"] == "/w=="
    with pytest.raises(ValueError, match="exactly one"):
        page(url="u")
    with pytest.raises(ValueError, match="time zone"):
        page(url="u", text="t", fetched_at=datetime(2026, 1, 1))


def test_half_surrogate_pairs_travel() -> None:
    with scripted(lambda asked, n: taken(asked)) as (url, asked), Client(url) as client:
        assert next(iter(client.submit_all([page(url="https://a.example/", html="a\ud800b")]))).ok
    assert asked[0].rows[0]["html"] == "a\ud800b"


def test_retry_after_reads_seconds_and_dates() -> None:
    assert retry_after("7") == 7
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after("soon") is None
    assert patience_module.FIRST < patience_module.MOST


def test_the_async_client_does_the_same() -> None:
    async def run(url: str) -> list[str | None]:
        async with AsyncClient(url, batch_rows=2) as client:
            return [receipt.url async for receipt in client.submit_all(pages(5))]

    with scripted(lambda asked, n: taken(asked)) as (url, asked):
        assert asyncio.run(run(url)) == [f"https://a.example/{n}" for n in range(5)]
    assert [len(one.rows) for one in asked] == [2, 2, 1]


def test_threads_share_a_client() -> None:
    with scripted(lambda asked, n: taken(asked)) as (url, asked), Client(url, batch_rows=3) as client:
        found: list[int] = []
        threads = [threading.Thread(target=lambda: found.append(len(list(client.submit_all(pages(9)))))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [9] * 6 and len(asked) == 18
