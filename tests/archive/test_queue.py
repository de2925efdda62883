"""Runs done by the workers of the service: a real broker, real workers that are killed; the outputs of a local run."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cleaners.profile import Profile, names
from tests.archive.helpers import archive, clean, digests
from tests.archive.material import make_all
from tests.cli_helpers import COMMAND, dehusk, environment
from tests.service.queue_helpers import running_broker
from worker.archive.orders import profile_form, profile_of
from worker.settings import Settings
from worker.store import Store

SMALL = ("--range-mb", "0.02", "--range-records", "9", "--drop-duplicates")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with a broker that runs, and an empty store."""
    folder = tmp_path_factory.mktemp("service")
    settings = Settings.load(data_dir=folder)
    store = Store.open(settings)
    store.migrate()
    store.close()
    with running_broker(settings):
        yield folder


@contextmanager
def workers(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [*COMMAND, "worker", "--concurrency", "2"]
    more = {"DEHUSK_DATA_DIR": str(folder)}
    process = subprocess.Popen(
        command, env=environment(**more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def test_killed_workers_and_the_same_outputs(service: Path, tmp_path: Path) -> None:
    make_all(tmp_path / "crawl", 10)
    clean(tmp_path / "crawl", "--out", tmp_path / "local", *SMALL)
    run = tmp_path / "queued"
    moments = random.Random(7)
    sent = archive("clean", tmp_path / "crawl", "--out", run, *SMALL, "--queue", "--no-wait", "--data-dir", service)
    assert sent.status == 0 and "ranges sent" in sent.errors, sent.errors
    assert "open: " in archive("status", run).out
    with workers(service) as process:  # one of its processes is killed, then all of it
        time.sleep(moments.uniform(3.0, 5.0))
        for child in children(process.pid)[:1]:
            os.kill(child, signal.SIGKILL)
        time.sleep(moments.uniform(0.2, 1.0))
    with workers(service):
        ended = archive("resume", run, "--data-dir", service)
    assert ended.status == 0, ended.errors
    assert digests(run) == digests(tmp_path / "local")
    assert json.loads(archive("status", run, "--json").out)["state"] == "finished"
    told = json.loads(dehusk("status", "--json", "--data-dir", service).out)["archives"]
    (shown,) = [one for one in told if one["address"] == str(run)]
    assert (shown["state"], shown["inputs"], shown["inputs_done"]) == ("finished", 10, 10) and shown["clean"] > 50


def test_a_run_can_be_called_off(service: Path, tmp_path: Path) -> None:
    make_all(tmp_path / "crawl", 4)
    run = tmp_path / "run"
    assert archive("clean", tmp_path / "crawl", "--out", run, "--queue", "--no-wait", "--data-dir", service).status == 0
    assert archive("cancel", run).status == 0
    assert "called off" in dehusk("status", "--once", "--data-dir", service).out
    assert archive("status", run).out.startswith("called off: 0 of 10 inputs")
    with workers(service) as process:
        deadline = time.monotonic() + 20
        while not children(process.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1.5)
        assert archive("status", run).out.startswith("called off: 0 of 10 inputs")
        assert archive("resume", run, "--data-dir", service).status == 0
    assert archive("status", run).out.startswith("finished: 10 of 10 inputs")


def test_profiles_survive_the_journey() -> None:
    for name in names():
        profile = Profile.load(name)
        assert profile_of(json.loads(json.dumps(profile_form(profile)))).digest == profile.digest
        remade = Profile(**{**{f: getattr(profile_of(profile_form(profile)), f) for f in Profile.__slots__}, "digest": ""})
        assert remade.digest == profile.digest
