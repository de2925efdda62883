"""Back-pressure, large messages, recycling: what keeps a pool steady for days."""

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pool_functions as do
from worker.pool import NOT_YET, Pool
from worker.pool.flow import Pause

MEGABYTE = 1024 * 1024


def test_an_endless_input_is_drawn_only_as_answers_are_taken() -> None:
    drawn = 0

    def endless() -> Iterator[int]:
        nonlocal drawn
        for number in itertools.count():
            drawn += 1
            yield number

    with Pool(do.double, jobs=2, deadline=10, method="fork", window_tasks=20) as pool:
        answers = pool.map(endless())
        taken = [next(answers).value for _ in range(100)]
        answers.close()
        assert taken == [2 * n for n in range(100)]
        assert drawn <= 120
        assert pool.run(7).value == 14  # what was under way is forgotten, the pool is not


def test_the_window_is_bounded_in_bytes_too() -> None:
    drawn = 0

    def large() -> Iterator[bytes]:
        nonlocal drawn
        for _ in range(40):
            drawn += 1
            yield bytes(MEGABYTE)

    with Pool(do.size, jobs=1, deadline=10, method="fork", window_mb=4) as pool:
        for count, answer in enumerate(pool.map(large()), start=1):
            assert answer.value == MEGABYTE
            assert drawn <= count + 5
    assert drawn == 40


def test_large_tasks_and_large_answers_cannot_block_each_other() -> None:
    sizes = [0, 1, 40 * MEGABYTE, 3, 20 * MEGABYTE, 5 * MEGABYTE, 2] * 2
    with Pool(do.grow, jobs=2, deadline=20, method="fork") as pool:
        assert [len(answer.value or b"") for answer in pool.map(sizes)] == sizes
    with Pool(do.size, jobs=2, deadline=20, method="fork") as pool:
        assert [answer.value for answer in pool.map(bytes(n) for n in sizes)] == sizes


def test_a_slow_consumer_makes_no_task_late() -> None:
    with Pool(do.grow, jobs=2, deadline=0.4, method="fork") as pool:
        for answer in pool.map([3 * MEGABYTE] * 6):
            time.sleep(0.5)
            assert answer.error is None


def test_an_input_without_a_task_at_the_moment_does_not_hold_answers_back() -> None:
    read, write = os.pipe()
    seen: list[int] = []

    def one_by_one() -> Iterator[int | Pause]:
        for number in range(5):
            yield number
            while len(seen) <= number:  # the next task comes after the answer to this one
                yield NOT_YET
        os.write(write, b"x")

    with Pool(do.double, jobs=2, deadline=10, method="fork") as pool:
        for answer in pool.map(one_by_one(), wake=lambda: read):
            seen.append(answer.value or 0)
    assert seen == [0, 2, 4, 6, 8]
    os.close(read)
    os.close(write)


def test_a_waiting_input_wakes_the_pool() -> None:
    read, write = os.pipe()
    os.set_blocking(read, False)

    def from_pipe() -> Iterator[int | Pause]:
        asked = 0
        while asked < 50:
            asked += 1
            try:
                data = os.read(read, 1)
            except BlockingIOError:
                yield NOT_YET
                continue
            if data == b"e":
                return
            yield int(data)

    if os.fork() == 0:
        for letter in (b"1", b"2", b"e"):
            time.sleep(0.1)
            os.write(write, letter)
        os._exit(0)
    with Pool(do.double, jobs=1, deadline=10, method="fork") as pool:
        assert [answer.value for answer in pool.map(from_pipe(), wake=lambda: read)] == [2, 4]
    os.wait()
    os.close(read)
    os.close(write)


def test_an_error_in_the_input_is_the_callers_and_leaves_the_pool_usable() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("disk gone")

    with Pool(do.double, jobs=1, deadline=10, method="fork") as pool:
        with pytest.raises(OSError, match="disk gone"):
            list(pool.map(broken()))
        assert pool.run(2).value == 4


def test_one_iterator_at_a_time() -> None:
    with Pool(do.double, jobs=1, deadline=10, method="fork") as pool:
        first = pool.map(range(5))
        next(first)
        with pytest.raises(RuntimeError, match="already answering"):
            next(pool.map(range(5)))
        first.close()


def test_workers_are_replaced_after_their_share_of_tasks() -> None:
    with Pool(do.pid_of, jobs=1, deadline=10, method="fork", recycle_after=10) as pool:
        pids = [answer.value for answer in pool.map(range(45))]
    assert None not in pids
    assert [len(list(group)) for _, group in itertools.groupby(pids)] == [10, 10, 10, 10, 5]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="growth is read from /proc")
def test_workers_that_grow_are_replaced() -> None:
    with Pool(do.leak, jobs=1, deadline=10, method="fork", growth_mb=50) as pool:
        pids = [answer.value for answer in pool.map([2] * 100)]
    assert None not in pids
    assert 2 <= len(set(pids)) <= 4


def test_as_many_processes_as_there_is_work_for() -> None:
    with Pool(do.act, jobs=8, deadline=10, method="fork") as pool:
        assert [answer.value for answer in pool.map([("sleep", 50), ("sleep", 60)])] == [50, 60]
        assert len(pool.crew.pids()) <= 2


def test_the_overhead_of_a_small_page_is_small() -> None:
    pages = [b"<p>" + b"x" * 1000] * 4000
    with Pool(do.size, jobs=1, deadline=10, method="fork") as pool:
        pool.run(b"")
        started = time.perf_counter()
        assert sum(answer.value or 0 for answer in pool.map(pages)) == 4000 * 1003
        spent = time.perf_counter() - started
    assert spent / 4000 < 0.001  # about 0.05 ms on an idle machine; a busy one is allowed much more
