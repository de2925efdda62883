"""Pages handed over one by one: sent in batches, bounded, and never lost without a word."""

import threading
from pathlib import Path

import pytest
from dehusk_client import Client, Sink, Unavailable
from dehusk_client.__main__ import main

from tests.service.scripted import Asked, Told, failing, pages, scripted, taken, waits

__all__ = ["waits"]  # a fixture


def test_a_sink_sends_behind_the_crawlers_back_and_slows_it_down() -> None:
    open_door = threading.Event()

    def script(asked: Asked, n: int) -> Told:
        open_door.wait(10)
        return taken(asked)

    told: list[str | None] = []
    with scripted(script) as (url, asked), Client(url) as client:
        with Sink(client, rows=2, seconds=0.05, on_receipt=lambda receipt: told.append(receipt.url)) as sink:
            put = 0
            many = iter(pages(50))
            while sink.put(next(many), wait=False):
                put += 1
            assert 8 <= put <= 12, "four batches may wait"
            open_door.set()
            for one in many:
                sink.put(one)
    assert len(told) == 49 and len({row["url"] for one in asked for row in one.rows}) == 49


def test_a_sink_does_not_wait_for_a_full_batch() -> None:
    done = threading.Event()
    with scripted(lambda asked, n: taken(asked)) as (url, _), Client(url) as client:
        with Sink(client, seconds=0.05, on_receipt=lambda receipt: done.set()) as sink:
            sink.put(pages(1)[0])
            assert done.wait(5)


def test_what_a_sink_cannot_send_is_kept_and_can_be_sent_later(
    tmp_path: Path, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "unsent.jsonl"
    with scripted(lambda asked, n: failing(503)) as (url, _), Client(url, source="mine", patience=1) as client:
        with Sink(client, unsent=file, seconds=0) as sink:
            for one in pages(3):
                sink.put(one)
    assert sink.lost == 3
    with scripted(lambda asked, n: taken(asked)) as (url, asked):
        assert main([str(file), "--url", url]) == 0
    assert "3 taken" in capsys.readouterr().out
    assert {row["source"] for one in asked for row in one.rows} == {"mine"}


def test_a_sink_without_a_file_says_that_pages_are_lost(waits: list[float]) -> None:
    with scripted(lambda asked, n: failing(503)) as (url, _), Client(url, patience=1) as client:
        sink = Sink(client, seconds=0)
        sink.put(pages(1)[0])
        with pytest.raises(Unavailable, match="1 pages"):
            sink.close()


def test_a_fault_in_the_callers_callback_is_told_to_the_caller() -> None:
    def fault(receipt: object) -> None:
        raise KeyError("mine")

    with scripted(lambda asked, n: taken(asked)) as (url, _), Client(url) as client:
        sink = Sink(client, seconds=0, on_receipt=fault)
        sink.put(pages(1)[0])
        with pytest.raises(KeyError, match="mine"):
            sink.close()
        with pytest.raises(ValueError, match="closed"):
            sink.put(pages(1)[0])
