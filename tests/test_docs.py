"""The documentation is true: its commands run and print what it shows, what it names exists, what exists is named."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pytest

from cleaners.errors import CleanError
from cleaners.page import WHITE_SPACE, Cleaned
from cleaners.profile import Limits, Profile, names, parse_profile
from cleaners.rules import RULES
from tests.cli_helpers import ROOT, dehusk, environment

README = ROOT / "README.md"
PAGES = (README, ROOT / "CHANGELOG.md", ROOT / "fixtures/README.md", *sorted((ROOT / "docs").glob("*.md")))
TEXT = {path: path.read_text(encoding="utf-8") for path in PAGES}
# by test_cli_docs.py, which brings the page they clean, and by service/test_web_docs.py, which brings a service
RUN_ELSEWHERE = {"command-line.md", "json-form.md", "api.md", "crawlers.md", "store.md", "metrics.md", "figures.md"}
GUIDE = ROOT / "docs/adding-a-rule.md"  # its examples need the rule it adds
SAMPLE = ROOT / "fixtures/pages/readme-lighthouse/page.html"


@dataclass(frozen=True, slots=True)
class Fence:
    """A block between ``` lines."""

    page: Path
    kind: str  # console, sh, python, toml …
    body: str
    after: str  # the block that follows where it has no kind: what the code prints

    def __str__(self) -> str:
        return f"{self.page.name}: {' '.join(self.body.split())[:50]}"


def fences(page: Path) -> list[Fence]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT[page], re.MULTILINE | re.DOTALL)
    pairs = zip(found, [*found[1:], ("end", "")], strict=False)
    return [Fence(page, kind, body, after if plain == "" else "") for (kind, body), (plain, after) in pairs]


FENCES = [fence for page in PAGES for fence in fences(page) if page.name not in RUN_ELSEWHERE and page != GUIDE]


def of_kind(kind: str) -> list[Fence]:
    return [fence for fence in FENCES if fence.kind == kind]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the fixtures, the profile of the examples, and `dehusk` and `python` on the path."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    (toml,) = (fence.body for fence in of_kind("toml") if fence.page.name == "profiles.md")
    (folder / "harbour.toml").write_text(toml, encoding="utf-8")
    programs(folder)
    return folder


def programs(folder: Path) -> None:
    path = folder / "bin"
    path.mkdir()
    (path / "dehusk").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m worker.cli "$@"\n')
    (path / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    for program in path.iterdir():
        program.chmod(0o755)


def run(command: list[str], folder: Path, **more: str) -> str:
    path = f"{folder / 'bin'}:{os.environ.get('PATH', '')}"
    ran = subprocess.run(
        command, cwd=folder, env=environment(PATH=path, **more), capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode()


def assert_prints(out: str, shown: str) -> None:
    pattern = ".*?".join(re.escape(part) for part in shown.strip().split("…"))
    assert re.fullmatch(pattern, out.strip(), re.DOTALL), out


needs_sh = pytest.mark.skipif(shutil.which("sh") is None, reason="the examples are for a shell")


@needs_sh
@pytest.mark.parametrize("fence", of_kind("console"), ids=str)
def test_a_command_prints_what_is_shown(fence: Fence, shell: Path) -> None:
    command, shown = fence.body.removeprefix("$ ").split("\n", 1)
    assert_prints(run(["sh", "-c", command], shell), shown)


@needs_sh
@pytest.mark.parametrize("fence", of_kind("sh"), ids=str)
def test_commands_succeed(fence: Fence, shell: Path) -> None:
    assert "dehusk" in fence.body
    run(["sh", "-ec", fence.body], shell)


@pytest.mark.parametrize("fence", of_kind("python"), ids=str)
def test_code_runs_and_prints_what_is_shown(fence: Fence, shell: Path) -> None:
    out = run([sys.executable, "-c", fence.body], shell)
    if fence.after:
        assert_prints(out, fence.after)


def test_every_kind_of_example_was_found() -> None:
    assert len(of_kind("console")) >= 3
    assert of_kind("sh")
    assert of_kind("python")
    assert any(fence.after for fence in of_kind("python"))


def test_the_readme_shows_its_page_as_it_is() -> None:
    first = fences(README)[0]
    assert first.kind == "html"
    assert first.body == SAMPLE.read_text(encoding="utf-8")


@needs_sh
def test_the_guide_to_rules_works(tmp_path: Path) -> None:
    """Its files go where it says, into a copy; then its command prints what it shows and its cases pass."""
    for name in ("cleaners", "worker", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "fixtures/rules", tmp_path / "fixtures/rules")
    (tmp_path / "fixtures/pages").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    guide = fences(GUIDE)
    phrases, cases = (fence.body for fence in guide if fence.kind == "toml")
    rule, line, entry = (fence.body for fence in guide if fence.kind == "python")
    places = re.findall(r"^(?:In )?`([\w/]+\.\w+)`", TEXT[GUIDE], re.MULTILINE)
    for name, body in zip(places, (phrases, rule, "", cases), strict=True):
        if body:
            assert not (tmp_path / name).exists()
            (tmp_path / name).write_text(body, encoding="utf-8")
    rules = tmp_path / "cleaners/rules/__init__.py"
    beside, added = entry.splitlines(keepends=True)
    text = rules.read_text(encoding="utf-8")
    assert text.count(beside) == 1
    rules.write_text(text.replace(beside, beside + added).replace("from cleaners.rules.", f"{line}from cleaners.rules.", 1))
    programs(tmp_path)
    (example,) = (fence.body for fence in guide if fence.kind == "console")
    command, shown = example.removeprefix("$ ").split("\n", 1)
    assert_prints(run(["sh", "-c", command], tmp_path, PYTHONPATH=str(tmp_path)), shown)
    pytest_line = next(line.strip() for line in TEXT[GUIDE].splitlines() if " -m pytest " in line)
    _, *arguments = shlex.split(pytest_line)
    assert "3 passed" in run([sys.executable, *arguments], tmp_path, PYTHONPATH=str(tmp_path))


@cache
def help_of(*command: str) -> str:
    return dehusk(*command, "--help").out


def commands() -> list[str]:
    listed = help_of().partition("Commands:\n")[2]
    return re.findall(r"^  (\w[\w-]*) ", listed, re.MULTILINE)


def test_every_command_is_documented() -> None:
    assert commands()
    for command in commands():
        assert any(f"dehusk {command}" in text for text in TEXT.values()), command


def test_every_option_named_exists() -> None:
    known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of() + "".join(help_of(command) for command in commands())))
    for page, text in TEXT.items():
        for call in re.findall(r"\bdehusk ((?:clean|-)[^`|\n]*)", text):
            used = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", call))
            assert used <= known, f"{page.name}: dehusk {call}"


def test_every_make_target_exists_and_is_documented() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {target for text in TEXT.values() for target in re.findall(r"(?:`|^    )make ([a-z]+)", text, re.MULTILINE)}
    assert named <= targets
    assert targets <= named, "a door nobody knows of"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"(?<!`)\[[^\]`]*\]\(([^)\s]+)\)", TEXT[page]):
        if not target.startswith("https://"):
            name, _, anchor = target.partition("#")
            there = (page.parent / name).resolve() if name else page
            assert there.is_file(), f"{page.name} links to {target}"
            if anchor:
                headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index() -> None:
    index = TEXT[ROOT / "docs/README.md"]
    for page in PAGES:
        assert page.parent != ROOT / "docs" or page.name == "README.md" or f"({page.name})" in index, page.name


def test_paths_named_exist() -> None:
    """Files and folders of the project, named whole or as they lie in `cleaners/`."""
    for page, text in TEXT.items():
        if page in (GUIDE, ROOT / "fixtures/README.md"):
            continue  # they name files that the reader is to make
        for name in re.findall(r"`((?:[a-z_]+/)+(?:\w+\.\w+)?)`", text):
            known = name == "news/river.html" or any((folder / name).exists() for folder in (ROOT, ROOT / "cleaners"))
            assert known, f"{page.name}: {name}"


def test_every_reason_is_explained() -> None:
    text = TEXT[ROOT / "docs/reasons.md"]
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    rules = {rule.__name__ for rule in RULES}
    keepers = {name for name in rules if not (ROOT / f"fixtures/rules/{name}.toml").exists()}  # they give no reason to drop
    assert rows == rules - keepers | {"boilerplate", WHITE_SPACE, "title"}
    assert all(f"`{name}`" in text for name in keepers)


def test_every_key_of_a_profile_is_explained() -> None:
    text = TEXT[ROOT / "docs/profiles.md"]
    rows = " ".join(re.findall(r"^\| (.*?) \|", text, re.MULTILINE))
    explained = set(re.findall(r"`(\w+)`", rows))
    keys = {field.name for field in fields(Profile)} - {"digest"} | {"inherits"}
    assert explained == keys | set(names())
    limits = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", TEXT[ROOT / "docs/limits.md"], re.MULTILINE)
    assert {name: float(value.replace(",", "")) for name, value in limits} == {
        field.name: getattr(Limits(), field.name) for field in fields(Limits)
    }


def test_the_profile_shown_uses_every_key_that_is_no_reserve() -> None:
    (toml,) = (fence.body for fence in of_kind("toml") if fence.page.name == "profiles.md")
    parse_profile(toml)
    keys = {field.name for field in fields(Profile)} - {"digest"} | {"inherits"}
    assert set(tomllib.loads(toml)) == keys


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for group in project["project"]["optional-dependencies"].values():
        wanted += group
    bold = {name.casefold() for name in re.findall(r"\*\*([\w-]+)\*\*", TEXT[ROOT / "docs/decisions.md"])}
    assert {re.split(r"[<>=\[ ]", name)[0].casefold() for name in wanted} <= bold


def test_every_error_is_in_the_limits() -> None:
    text = TEXT[ROOT / "docs/limits.md"] + TEXT[ROOT / "docs/profiles.md"]
    errors = {error.__name__ for error in CleanError.__subclasses__() if error.__module__ == CleanError.__module__}
    assert errors
    for name in errors:
        assert f"`{re.sub('(?<!^)(?=[A-Z])', '_', name).lower()}`" in text


def test_the_fields_that_the_readme_names_exist() -> None:
    (line,) = re.findall(r"^`page\.markdown`.*?\n\n", TEXT[README], re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`(?:page\.)?(\w+)`", line))
    assert named > {"title", "verdict"}
    assert all(hasattr(Cleaned, name) for name in named)


# Documents speak of the project to its users, and not of the place or the way it was made.
FOREIGN = re.compile(
    r"(?i)(?<![\w.])/(?:work|tmp|home|root)/|\b(?:issues?|sessions?|agents?|registry|registries|TODO|TBD)\b"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_word_of_how_it_was_made(page: Path) -> None:
    assert not FOREIGN.findall(TEXT[page])
