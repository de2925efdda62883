"""Every task is answered once, in order, whatever happens to the process it is in."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import pytest

from cleaners.errors import EmptyInput, MemoryLimit, NotText, TimeLimit, WorkerDied
from tests import pool_functions as do
from worker.pool import Answer, EngineFault, Pool, PoolBroken

Method = Literal["fork", "forkserver"]
METHODS: tuple[Method, ...] = ("fork", "forkserver")


@pytest.fixture(params=METHODS)
def method(request: pytest.FixtureRequest) -> Method:
    return request.param  # type: ignore[no-any-return]


def values(answers: Iterator[Answer[Any, Any]]) -> list[Any]:
    return [answer.value if answer.error is None else type(answer.error) for answer in answers]


def test_values_come_in_order(method: Method) -> None:
    with Pool(do.double, jobs=2, deadline=10, method=method) as pool:
        answers = list(pool.map(range(500)))
    assert [answer.value for answer in answers] == [2 * n for n in range(500)]
    assert [answer.index for answer in answers] == list(range(500))
    assert [answer.task for answer in answers] == list(range(500))


def test_answers_may_come_as_they_are_ready() -> None:
    orders = [("sleep", 400), ("sleep", 1), ("sleep", 2), ("sleep", 3)]
    with Pool(do.act, jobs=2, deadline=10, method="fork") as pool:
        answers = list(pool.map(orders, ordered=False))
    assert sorted(answer.index for answer in answers) == [0, 1, 2, 3]
    assert answers[-1].index == 0


def test_one_task(method: Method) -> None:
    with Pool(do.double, jobs=2, deadline=10, method=method) as pool:
        assert pool.run(21).value == 42
        assert pool.run(4).value == 8


@pytest.mark.parametrize("way", ["hang", "hang_in_c", "stop"])
def test_a_task_that_hangs_is_killed_alone(method: Method, way: str) -> None:
    orders = [("sleep", 1), ("sleep", 2), (way, 0), *[("sleep", n) for n in range(20)]]
    started = time.monotonic()
    with Pool(do.act, jobs=2, deadline=0.5, method=method) as pool:
        answers = list(pool.map(orders))
    assert values(iter(answers)) == [1, 2, TimeLimit, *range(20)]
    assert str(answers[2].error).endswith("Limit: 0.5 s.")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(("way", "detail"), [("segfault", "Signal SIGSEGV."), ("exit", "Exit status 7.")])
def test_a_task_whose_process_dies_is_reported_alone(method: Method, way: str, detail: str) -> None:
    orders = [("sleep", 1), (way, 0), ("sleep", 2), (way, 0), (way, 0), ("sleep", 3)]
    with Pool(do.act, jobs=1, deadline=10, method=method) as pool:
        answers = list(pool.map(orders))
    assert values(iter(answers)) == [1, WorkerDied, 2, WorkerDied, WorkerDied, 3]
    assert detail in str(answers[1].error)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit is counted from /proc")
def test_a_task_that_eats_memory_is_reported_alone(method: Method) -> None:
    orders = [("sleep", 1), ("eat", 0), *[("sleep", n) for n in range(10)]]
    with Pool(do.act, jobs=1, deadline=20, memory_mb=200, method=method) as pool:
        answers = list(pool.map(orders))
    assert values(iter(answers)) == [1, MemoryLimit, *range(10)]
    assert "Limit: 200 MB." in str(answers[1].error)


def test_named_errors_arrive_as_they_were_raised() -> None:
    with Pool(do.act, jobs=1, deadline=10, method="fork") as pool:
        answers = list(pool.map([("empty", 0), ("not_text", 0), ("sleep", 1)]))
        pids = pool.crew.pids()
    assert values(iter(answers)) == [EmptyInput, NotText, 1]
    assert str(answers[1].error) == str(NotText("(starts like a PDF)"))
    assert len(pids) == 1


def test_a_fault_of_the_cleaner_is_told_with_its_trace() -> None:
    with Pool(do.act, jobs=1, deadline=10, method="fork") as pool:
        answer = pool.run(("bug", 0))
    assert isinstance(answer.error, EngineFault)
    assert "ZeroDivisionError: no such number" in str(answer.error)
    assert "in act" in answer.error.trace
    assert answer.error.name == "engine_fault"


def test_a_thousand_tasks_while_workers_are_killed_at_random(method: Method) -> None:
    chance = random.Random(4)
    killed = 0
    with Pool(do.short_nap, jobs=3, deadline=10, method=method) as pool:
        answers = []
        for count, answer in enumerate(pool.map(range(1000))):
            answers.append(answer)
            if count % 25 == 24 and (pids := pool.crew.pids()):
                with suppress(ProcessLookupError):  # dead already, and not yet noticed
                    os.kill(chance.choice(pids), signal.SIGKILL)
                    killed += 1
    assert [answer.index for answer in answers] == list(range(1000))
    lost = [answer for answer in answers if answer.error is not None]
    assert {type(answer.error) for answer in lost} <= {WorkerDied}
    assert len(lost) <= killed
    assert all(answer.value == answer.index for answer in answers if answer.error is None)
    assert killed >= 5


def test_workers_that_cannot_start_break_the_pool_and_say_why(method: Method) -> None:
    with (
        Pool(do.double, jobs=2, deadline=10, prepare=do.cannot_start, method=method) as pool,
        pytest.raises(PoolBroken, match="the model file is missing"),
    ):
        list(pool.map(range(5)))


def test_workers_that_die_while_starting_break_the_pool(method: Method) -> None:
    with (
        Pool(do.double, jobs=2, deadline=10, prepare=do.dies_at_start, method=method) as pool,
        pytest.raises(PoolBroken, match="Exit status 3"),
    ):
        list(pool.map(range(5)))
