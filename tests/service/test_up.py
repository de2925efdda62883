"""`dehusk up`: one command, everything runs; Ctrl-C, everything is gone, nothing is lost; again, and it goes on."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_helpers import ROOT
from worker.settings import Settings
from worker.store import Store
from worker.up import broker
from worker.up.run import first_free
from worker.up.samples import sample_pages


class Running:
    """One `dehusk up` in a folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.out = folder / "up.out"
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker.cli", "up", "--workers", "1", *options],
                cwd=folder,
                env=environment(),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.out.read_text()

    def wait_for(self, words: str, seconds: float = 120) -> str:
        ends = time.monotonic() + seconds
        while words not in self.said():
            assert time.monotonic() < ends, self.said()
            assert self.process.poll() is None or words in self.said(), self.said()
            time.sleep(0.05)
        return self.said()

    def stop(self) -> float:
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) == 0
        return time.monotonic() - began

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DEHUSK_")}
    return {**kept, "PYTHONPATH": f"{os.environ.get('PYTHONPATH', '')}:{ROOT}".strip(":")}


def dehusk(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "worker.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=True).stdout


def children(folder: Path) -> list[int]:
    """Processes that have the folder's lock open."""
    lock = str(folder / "dehusk-data/up.lock")
    found = []
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(entry) == lock:  # noqa: PTH115
                found.append(int(entry.parts[2]))
        except OSError:
            continue
    return found


def wait_until(true: object, seconds: float) -> None:
    assert callable(true)
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    wait_until(lambda: not children(tmp_path), 15)


def settled(folder: Path) -> dict[str, int]:
    store = Store.open(Settings.load(data_dir=folder / "dehusk-data"))
    counts = store.counts()
    store.close()
    return {name: count for name, count in counts.items() if count}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks for processes in /proc")
def test_the_life_of_a_service(folder: Path) -> None:
    port = first_free("127.0.0.1", 18300)
    first = Running(folder, "--port", str(port))
    try:
        said = first.wait_for("curl -s")
        assert f"http://127.0.0.1:{port}" in said
        curl = re.search(r"curl .*", said)
        assert curl is not None
        answer = subprocess.run(shlex.split(curl[0]), capture_output=True, check=True).stdout
        assert json.loads(answer)["text"] == "The ferry stayed at its pier until the afternoon."

        pages = len(sample_pages())
        wait_until(lambda: settled(folder) == {"clean": pages - 1, "rejected": 1}, 30)

        # the same folder is not shared, and a port that was asked for is not replaced by another
        second = Running(folder.joinpath("."), "--port", str(port + 1))
        assert second.process.wait(30) == 2
        other = folder / "other"
        other.mkdir()
        third = Running(other, "--port", str(port))
        assert third.process.wait(30) == 2
        assert "in use" in third.said()

        assert "noeviction" in dehusk(folder, "status")
        assert json.loads(dehusk(folder, "status", "--json"))["states"]["clean"] == pages - 1
        assert first.stop() < 10
        assert not children(folder)
    finally:
        first.kill()

    again = Running(folder, "--port", str(port))
    try:
        assert "samples" not in again.wait_for("curl -s")  # loaded once
        assert settled(folder) == {"clean": pages - 1, "rejected": 1}
        again.process.kill()  # no goodbye: the kernel ends the others
        wait_until(lambda: not children(folder), 15)
    finally:
        again.kill()


def test_a_broker_file_that_cannot_be_read_is_set_aside(folder: Path) -> None:
    damaged = folder / "dehusk-data/broker/appendonlydir"
    damaged.mkdir(parents=True)
    (damaged / "appendonly.aof.manifest").write_text("no manifest at all\n")
    running = Running(folder, "--port", str(first_free("127.0.0.1", 18400)))
    try:
        said = running.wait_for("curl -s")
        assert "could not read its file" in said
        assert damaged.with_name("appendonlydir.damaged-1").exists()
        running.stop()
    finally:
        running.kill()


def test_a_profile_that_is_not_there_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "dehusk.toml").write_text('profile = "/no/such/profile.toml"\n')
    running = Running(tmp_path, "--port", str(first_free("127.0.0.1", 18500)))
    assert running.process.wait(30) == 1
    assert "/no/such/profile.toml" in running.said()
    assert not children(tmp_path)


def test_a_setting_that_makes_no_sense_is_told(tmp_path: Path) -> None:
    (tmp_path / "dehusk.toml").write_text("prot = 8000\n")
    running = Running(tmp_path)
    assert running.process.wait(30) == 2
    assert "prot" in running.said()


def test_samples_are_handed_in_to_an_empty_store_alone(tmp_path: Path) -> None:
    from worker.up.samples import load_samples

    store = Store.open(Settings.load(data_dir=tmp_path))
    store.migrate()
    assert len(load_samples(store)) == len(sample_pages()) >= 8
    assert load_samples(store) == []
    store.close()


def test_the_embedded_broker_is_nobody_elses(tmp_path: Path) -> None:
    options = broker.command(Settings.load(data_dir=tmp_path))
    given = dict(zip(options[1::2], options[2::2], strict=True))
    assert given["--port"] == "0"
    assert given["--unixsocketperm"] == "700"
    assert given["--maxmemory-policy"] == "noeviction"


def test_cleaning_files_loads_nothing_of_the_service() -> None:
    heavy = ("celery", "kombu", "redis", "sqlalchemy", "pydantic_settings", "fastapi", "structlog", "fsspec")
    code = (
        "import sys; from worker.cli.app import app\n"
        f"app(['clean', {str(ROOT / 'fixtures/pages/readme-lighthouse/page.html')!r}], standalone_mode=False)\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.stderr.strip().endswith("[]"), ran.stderr
