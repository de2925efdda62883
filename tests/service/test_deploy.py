"""What is deployed holds: linters pass, the image's steps install, and every declared command starts and is healthy."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli_helpers import ROOT
from tests.service.queue_helpers import running_broker
from worker.settings import Settings
from worker.up.run import first_free

MANIFESTS = sorted(file for file in (ROOT / "deploy/kubernetes").glob("*.yaml") if file.name != "kustomization.yaml")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
PARTS = {name: part for name, part in COMPOSE["services"].items() if part["image"] == "dehusk"}
PODS = {
    document["metadata"]["name"]: document["spec"]["template"]["spec"]
    for file in MANIFESTS
    for document in yaml.safe_load_all(file.read_text())
    if document["kind"] in ("Deployment", "Job")
}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@pytest.mark.parametrize(
    "command",
    [
        [program("hadolint"), "Dockerfile"],
        [program("yamllint"), "--strict", "compose.yaml", "deploy"],
        [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "compose.yaml", "deploy/watch.yaml"],
        [program("kubernetes-validate"), "--strict", *map(str, MANIFESTS)],
    ],
    ids=["hadolint", "yamllint", "compose-spec", "kubernetes"],
)
def test_a_linter_passes(command: list[str]) -> None:
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_compose_and_kubernetes_run_the_same_parts() -> None:
    in_compose = {name: part["command"] for name, part in PARTS.items()}
    in_pods = {name: pod["containers"][0]["args"] for name, pod in PODS.items()}
    assert {name: command[0] for name, command in in_compose.items()} == {n: args[0] for n, args in in_pods.items()}


def test_nothing_runs_as_root_or_writes_where_it_should_not() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    for part in PARTS.values():
        assert part["read_only"] is True
        assert part["cap_drop"] == ["ALL"]
    for pod in PODS.values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["enableServiceLinks"] is False  # or DEHUSK_PORT would be an address
        assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True


def test_settings_in_the_manifests_are_settings() -> None:
    known = {f"DEHUSK_{name.upper()}" for name in Settings.model_fields}
    used = set(re.findall(r"\bDEHUSK_[A-Z_]+\b", "".join(file.read_text() for file in [*MANIFESTS, ROOT / "compose.yaml"])))
    assert used - known <= {"DEHUSK_PORT_OUTSIDE"}


def test_every_part_of_a_deployment_has_a_health_check() -> None:
    for name, part in PARTS.items():
        test = part.get("healthcheck", {}).get("test", ["CMD", "dehusk", "health", "web"])
        assert name == "migrate" or test == ["CMD", "dehusk", "health", name]
    for name, pod in PODS.items():
        probe = pod["containers"][0].get("startupProbe", {})
        assert name == "migrate" or probe["exec"]["command"] == ["dehusk", "health", name]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build stage makes: its COPY and RUN lines, with /src and /opt/dehusk elsewhere."""
    folder = tmp_path_factory.mktemp("image")
    source, target = folder / "src", folder / "dehusk"
    source.mkdir()
    stage = DOCKERFILE.split("FROM ")[1].replace("\\\n", " ")
    for line in stage.splitlines():
        word, _, rest = line.partition(" ")
        if word == "COPY":
            *names, place = shlex.split(rest)
            for name in names:
                _copy(ROOT / name, source if place == "./" else source / place)
        elif word == "RUN":
            script = rest.replace("/opt/dehusk", str(target))
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
            ran = subprocess.run(
                ["sh", "-ec", script],
                cwd=source,
                env={**environment, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return target


def _copy(source: Path, target: Path) -> None:
    """As `docker build` does, less what .dockerignore leaves out."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    kept = [line[1:] for line in ignored if line.startswith("!")]
    assert source.name in kept, f".dockerignore hides {source.name}"
    if source.is_dir():
        shutil.copytree(source, target, ignore=lambda _, names: {n for n in names if fnmatch(n, "__pycache__")})
    else:
        shutil.copy(source, target / source.name if target.is_dir() else target)


@pytest.fixture(scope="module")
def place(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A broker, an empty folder, and the environment of a container."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "tmp").mkdir()
    settings = Settings.load(data_dir=folder / "data", port=first_free("127.0.0.1", 18200), workers=1)
    with running_broker(settings):
        given = {**settings.environment(), "DEHUSK_REDIS_URL": settings.broker, "TMPDIR": str(folder / "tmp")}
        yield {"PATH": f"{image / 'bin'}:/usr/bin:/bin", "HOME": str(folder), **given}


def test_every_declared_command_starts_and_is_healthy(place: dict[str, str], tmp_path: Path) -> None:
    entry = ["dehusk"]
    assert 'ENTRYPOINT ["dehusk"]' in DOCKERFILE
    _ran(entry + PARTS["migrate"]["command"], place)
    running = {}
    try:
        for name, part in PARTS.items():
            if name != "migrate":
                with (tmp_path / name).open("wb") as log:
                    running[name] = subprocess.Popen(entry + part["command"], env=place, stdout=log, stderr=log)
        waiting = set(running)
        ends = time.monotonic() + 60
        while waiting and time.monotonic() < ends:
            waiting = {
                name for name in waiting if subprocess.run([*entry, "health", name], env=place, check=False).returncode
            }
        assert not waiting, {name: (tmp_path / name).read_text()[-2000:] for name in waiting}
    finally:
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        ended = {name: process.wait(30) for name, process in running.items()}
    assert set(ended.values()) <= {0, -signal.SIGTERM}, ended


def _ran(command: list[str], environment: dict[str, str], folder: Path | None = None) -> None:
    ran = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]


def _status(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode
