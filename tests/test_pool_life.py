"""Processes that belong to a pool end with it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAM = """
import sys
sys.path[:0] = {paths!r}
from tests import pool_functions as do
from worker.pool import Pool

def main():
    with Pool(do.leave_word, jobs=2, deadline=60, method={method!r}) as pool:
        list(pool.map([{folder!r}] * 4))

if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(true: object, seconds: float) -> bool:
    assert callable(true)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return bool(true())


@pytest.fixture(params=["fork", "forkserver"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A program whose two workers hang, in a process group of its own."""
    folder = tmp_path / "pids"
    folder.mkdir()
    script = tmp_path / "program.py"
    paths = [str(HERE.parent)]
    script.write_text(PROGRAM.format(paths=paths, method=request.param, folder=str(folder)))
    process = subprocess.Popen([sys.executable, str(script)], stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert wait_until(lambda: len(list(folder.iterdir())) == 2, 30)
    yield process, [int(path.name) for path in folder.iterdir()]
    process.kill()
    process.communicate()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
class TestLife:
    def test_ctrl_c_ends_everything_quickly_and_quietly(self, program: tuple[subprocess.Popen[str], list[int]]) -> None:
        process, pids = program
        assert all(alive(pid) for pid in pids)
        started = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=10)
        assert time.monotonic() - started < 1
        assert process.returncode == 130
        assert errors == ""
        assert wait_until(lambda: not any(alive(pid) for pid in pids), 1)

    def test_workers_do_not_outlive_a_supervisor_that_was_killed(
        self, program: tuple[subprocess.Popen[str], list[int]]
    ) -> None:
        process, pids = program
        process.kill()
        process.wait()
        assert wait_until(lambda: not any(alive(pid) for pid in pids), 3)
