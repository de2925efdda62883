"""The documentation of running it is true: settings and defaults, commands and options, addresses, drills."""

import json
import re

from drills.__main__ import DRILLS
from tests.cli_helpers import ROOT, dehusk
from tests.service.test_queue_remote import ACL
from worker.queue.addresses import celery_broker
from worker.queue.lanes import STREAM, SUBMIT, SUBMIT_TASK
from worker.settings import Settings

OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
DRILLS_PAGE = (ROOT / "docs/drills.md").read_text(encoding="utf-8")
MANIFESTS = "".join(file.read_text() for file in [ROOT / "compose.yaml", *(ROOT / "deploy/kubernetes").glob("*.yaml")])


def test_every_setting_is_there_with_its_default() -> None:
    section = OPERATIONS.split("## Settings")[1].split("\n## ")[0]
    table = dict(re.findall(r"^\| `([a-z_]+)` \| (.*?) \|", section, re.MULTILINE))
    wanted = {}
    for name, field in Settings.model_fields.items():
        value = field.get_default()
        plain = list(value) if isinstance(value, tuple) else value
        said = plain if isinstance(plain, str) else str(value) if name == "data_dir" else json.dumps(plain)
        wanted[name] = "–" if value is None else f"`{said}`"
    assert table == wanted


NAMED = re.compile(r"`dehusk ([^`]+)`|^ +dehusk (.+)$|exec [\w/]+ (?:-- )?dehusk (.+)$", re.MULTILINE)
GROUPS = ("token", "dead", "rule")


def test_every_command_that_is_named_exists_with_its_options() -> None:
    commands = {"".join(parts).strip() for parts in NAMED.findall(OPERATIONS + MANIFESTS)}
    assert {"up", "status", "rule disable navigation --host news.example"} <= commands
    assert sum(command.startswith("token create") for command in commands) >= 2
    shown: dict[str, str] = {}
    for command in sorted(commands):
        words = command.split()
        path = " ".join(words[:2] if words[0] in GROUPS else words[:1])
        if path not in shown:
            ran = dehusk(*path.split(), "--help")
            assert ran.status == 0, command
            shown[path] = ran.out
        for option in (word for word in words if word.startswith("--")):
            assert option in shown[path], command


def test_addresses_are_such_that_celery_reads_them() -> None:
    for address in re.findall(r"^\| `((?:redis|rediss|sentinel|sentinel\+tls|unix)://[^`]+)`", OPERATIONS, re.MULTILINE):
        assert celery_broker(address)[0]
    assert " ".join(ACL[5 + 2 :]) in OPERATIONS


def test_names_of_queues_and_streams() -> None:
    assert f"XADD {STREAM} *" in OPERATIONS
    assert f'app.send_task("{SUBMIT_TASK}"' in OPERATIONS
    assert f'queue="{SUBMIT}"' in OPERATIONS


def test_every_drill_is_reported_and_passed() -> None:
    for drill in DRILLS:
        said = " ".join((drill.__doc__ or "").split())
        assert re.search(rf"^{drill.__name__}: {re.escape(said)}\n  passed in ", DRILLS_PAGE, re.MULTILINE), drill.__name__
    assert f"{len(DRILLS)} passed, 0 failed" in DRILLS_PAGE


def test_settings_can_be_handed_to_a_child_process(monkeypatch: object) -> None:
    from pytest import MonkeyPatch

    assert isinstance(monkeypatch, MonkeyPatch)
    given = Settings.load(workers=3, blob_prefixes=("s3://a/", "s3://b/"), deadline_seconds=7, host="::1")
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.load() == given
