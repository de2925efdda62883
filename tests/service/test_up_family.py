"""Children under a parent: started again when they die, ended for good when they have to."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker.up import family
from worker.up.family import Family, Hopeless, Member, shorten

TERM, QUIT = signal.SIGTERM, signal.SIGQUIT
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
CALM = "import time; print('calm', flush=True); time.sleep(60)"


@pytest.fixture
def noted() -> list[list[int]]:
    return []


@pytest.fixture
def parent(tmp_path: Path, noted: list[list[int]]) -> Iterator[Family]:
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    made = Family({"GIVEN": "word"}, lock, noted.append)
    yield made
    made.stop([member.name for member in made.members], lambda: True)
    os.close(lock)


def member(folder: Path, code: str, *steps: tuple[signal.Signals, float], name: str = "part") -> Member:
    return Member(name, [sys.executable, "-c", code], folder / f"{name}.log", steps or ((TERM, 5.0),))


def started(parent: Family, one: Member, word: str) -> Member:
    parent.start(one)
    ends = time.monotonic() + 20
    while word not in one.log_file.read_text():
        assert time.monotonic() < ends
        time.sleep(0.01)
    return one


def test_a_child_has_a_session_of_its_own_and_the_settings(parent: Family, tmp_path: Path, noted: list[list[int]]) -> None:
    one = started(parent, member(tmp_path, f"import os; print(os.environ['GIVEN'], flush=True); {CALM}"), "calm")
    assert one.process is not None
    assert os.getsid(one.process.pid) == one.process.pid
    assert noted[-1] == [one.process.pid]
    assert "word" in one.log_file.read_text()


def test_a_child_that_dies_is_started_again(parent: Family, tmp_path: Path) -> None:
    one = started(parent, member(tmp_path, CALM), "calm")
    assert one.process is not None
    first = one.process.pid
    os.kill(first, signal.SIGKILL)
    ends = time.monotonic() + 20
    while not (one.running and one.process.pid != first):
        assert time.monotonic() < ends
        parent.look()
        time.sleep(0.05)


def test_a_service_that_never_ran_gives_up_and_says_why(
    parent: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family, "LONGEST_PAUSE", 0.05)
    parent.start(member(tmp_path, "raise SystemExit('the disk is made of cheese')"))
    with pytest.raises(Hopeless, match="made of cheese"):
        for _ in range(2000):
            parent.look()
            time.sleep(0.01)


def test_a_service_that_ran_never_gives_up(parent: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "LONGEST_PAUSE", 0.02)
    parent.settled = True
    one = member(tmp_path, "raise SystemExit('not now')")
    parent.start(one)
    ends = time.monotonic() + 20
    while one.failures <= family.HOPELESS:
        assert time.monotonic() < ends
        parent.look()
        time.sleep(0.01)


def test_one_that_is_deaf_is_killed_when_its_time_is_over(parent: Family, tmp_path: Path) -> None:
    one = started(parent, member(tmp_path, DEAF, (TERM, 0.2), (QUIT, 0.2)), "deaf")
    parent.stop(["part"], lambda: False)
    assert one.process is not None
    assert one.process.returncode in (-signal.SIGQUIT, -signal.SIGKILL)


def test_a_hurry_waits_for_nobody(parent: Family, tmp_path: Path) -> None:
    one = started(parent, member(tmp_path, DEAF, (TERM, 60.0)), "deaf")
    began = time.monotonic()
    parent.stop(["part"], lambda: True)
    assert time.monotonic() - began < 5
    assert one.process is not None
    assert one.process.returncode == -signal.SIGKILL


def test_long_logs_are_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "LOG_BYTES", 10)
    log = tmp_path / "part.log"
    with log.open("ab") as out:
        out.write(b"a long first line\n")
        out.flush()
        shorten(log)
        out.write(b"second\n")
        out.flush()
    assert log.read_bytes() == b"second\n"
    assert (tmp_path / "part.1.log").read_bytes() == b"a long first line\n"
