"""Commands that only touch the store: what they do, what they print, how they fail."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli_helpers import Ran, dehusk
from tests.service.store_helpers import cleaned, put, put_clean, rows, submission
from worker.cli.app import app
from worker.settings import Settings
from worker.store import Store
from worker.store.nouns import Outcome, Where
from worker.store.tables import page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a schema."""
    ran = run("migrate", "--data-dir", str(tmp_path / "data"))
    assert (ran.status, ran.out) == (0, "The database is up to date.\n")
    return tmp_path / "data"


@pytest.fixture
def filled(folder: Path) -> Iterator[Store]:
    """The store in that folder."""
    store = Store.open(Settings.load(data_dir=folder))
    yield store
    store.close()


def say(store: Store, *words: str, code: int = 0) -> Ran:
    """Run a command on the store."""
    ran = run(*words, "--data-dir", str(store.settings.data_dir))
    assert ran.status == code, ran
    return ran


def run(*words: str) -> Ran:
    """A command, within this process: starting one takes longer than what most of them do."""
    found = CliRunner().invoke(app, words)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
    return Ran(found.exit_code, found.stdout, found.stderr)


def kill(store: Store, number: int) -> str:
    """A page that was given up; its revision."""
    (receipt,) = put(store, submission(number))
    for attempt in (1, 2, 3):
        (job,) = store.claim([receipt.revision_id], "w")
        store.finish([Outcome(job_id=job.id, attempt=attempt, failed=("worker_died", "It died."))])
    return receipt.revision_id


def test_dead_pages_are_listed_shown_and_tried_again(filled: Store) -> None:
    first, second, third = (kill(filled, number) for number in (1, 2, 4))
    listed = say(filled, "dead", "list").out.splitlines()
    assert [line.split("\t")[0] for line in listed] == [third, second, first]
    assert listed[0].split("\t")[2:] == ["worker_died", submission(4).url]
    assert len(say(filled, "dead", "list", "--where", "host=host1.example").out.splitlines()) == 2
    assert say(filled, "dead", "list", "--rejected").out == ""
    shown = say(filled, "dead", "show", first).out
    assert "cleaning -> dead" in shown and "worker_died: It died." in shown and submission(1).url in shown
    assert say(filled, "dead", "retry", first).out == "1 to be tried again\n"
    assert "1 were not set aside" in say(filled, "dead", "retry", first, code=2).errors
    assert say(filled, "dead", "retry", "--all", "-w", "host=host2.example").out == "1 to be tried again\n"
    assert say(filled, "dead", "retry", "--all").out == "1 to be tried again\n"
    assert filled.counts()["received"] == 3
    assert "no page nothing" in say(filled, "dead", "show", "nothing", code=2).errors
    assert "name pages" in say(filled, "dead", "retry", code=2).errors


def test_re_cleaning_is_planned_and_reported(filled: Store) -> None:
    put_clean(filled, submission(1), submission(2), text="some old text")
    assert "0 done, 1 waiting" in say(filled, "reclean", "--where", "host=host1.example").out
    jobs = filled.claim([name for name, _ in filled.stale()], "w")
    filled.finish([cleaned(job, "some new text", cleaner_version="later") for job in jobs])
    report = say(filled, "reclean", "--report", "last").out
    assert "1 changed (100.0%), 0 the same" in report and "1 added, 1 removed" in report
    told = json.loads(say(filled, "reclean", "--report", "last", "--json").out)
    assert (told["changed"], told["words_before"]) == (1, 3)
    assert "no run nonsense" in say(filled, "reclean", "--report", "nonsense", code=2).errors
    assert "it goes alone" in say(filled, "reclean", "--report", "last", "--wait", code=2).errors


def test_re_cleaning_leaves_out_what_this_cleaner_made(filled: Store) -> None:
    from cleaners.profile import Profile
    from cleaners.version import cleaner_version

    put_clean(filled, submission(1), cleaner_version=cleaner_version(Profile.load()))
    assert "0: 0 done, 0 waiting" in say(filled, "reclean").out
    say(filled, "rule", "disable", "comments")  # makes another version
    assert "1: 0 done, 1 waiting" in say(filled, "reclean").out
    assert "0: 0 done, 0 waiting" in say(filled, "reclean", "--same-version").out  # it waits already


def test_rules_are_changed_listed_and_undone(filled: Store, tmp_path: Path) -> None:
    made = say(filled, "rule", "disable", "comments", "--host", "news.example", "--note", "they are the page").out
    assert made == "change 1: comments disabled on news.example; dehusk rule undo 1 takes it back\n"
    profile = tmp_path / "night.toml"
    profile.write_text("captions = true\n")
    assert "profile night laid over" in say(filled, "rule", "profile", str(profile)).out
    say(filled, "rule", "enable", "comments")
    assert len(say(filled, "rule", "list").out.splitlines()) == 3
    assert say(filled, "rule", "undo", "1").out == "change 1 is undone: comments disabled on news.example\n"
    assert [line.split("\t")[0] for line in say(filled, "rule", "list").out.splitlines()] == ["2", "3"]
    assert "undone by" in say(filled, "rule", "list", "--all").out
    assert "no rule 'nonsense'" in say(filled, "rule", "disable", "nonsense", code=2).errors
    assert "no such change" in say(filled, "rule", "undo", "1", code=2).errors
    profile.write_text("colour = 'blue'\n")
    assert "colour" in say(filled, "rule", "profile", str(profile), code=2).errors


def test_tokens_are_made_listed_and_revoked(filled: Store) -> None:
    secret = say(filled, "token", "create", "crawler", "--scope", "submit", "--scope", "read").out.splitlines()[-1]
    found = filled.token(secret)
    assert found is not None and found.scopes == {"submit", "read"}
    listed = say(filled, "token", "list").out
    assert "crawler\tread,submit" in listed and secret not in listed
    assert say(filled, "token", "revoke", "crawler").out == "crawler is revoked\n"
    assert filled.token(secret) is None and "revoked" in say(filled, "token", "list").out
    assert "no valid token" in say(filled, "token", "revoke", "crawler", code=2).errors
    assert "scopes" in say(filled, "token", "create", "x", "--scope", "everything", code=2).errors


def test_backups_and_exports(filled: Store, tmp_path: Path) -> None:
    put_clean(filled, submission(1), submission(2))
    put_clean(filled, submission(1, "<p>changed"))
    assert say(filled, "backup", str(tmp_path / "copy")).out.startswith("2 pages, 3 documents, 1 packs")
    assert "not empty" in say(filled, "backup", str(tmp_path / "copy"), code=2).errors
    restored = run("restore", str(tmp_path / "copy"), "--data-dir", str(tmp_path / "new"))
    assert (restored.status, restored.out) == (0, "2 pages, 3 documents, 1 packs of raw pages\n")
    again = run("restore", str(tmp_path / "copy"), "--data-dir", str(tmp_path / "new"))
    assert again.status == 2 and "already" in again.errors
    target = tmp_path / "all.jsonl"
    assert say(filled, "export", str(target)).out == f"2 documents in {target}\n"
    assert {json.loads(line)["current"] for line in target.read_text().splitlines()} == {True}
    assert say(filled, "export", str(target), "--history", "-w", "host=host1.example").out.startswith("2 documents")
    assert (tmp_path / "x.jsonl.zst").exists() or say(filled, "export", str(tmp_path / "x.jsonl.zst"))
    assert (tmp_path / "x.jsonl.zst").read_bytes().startswith(b"\x28\xb5\x2f\xfd")


def test_pages_are_taken_down_after_a_question(filled: Store) -> None:
    (receipt, _) = put_clean(filled, submission(1), submission(2))
    assert "Nothing was done" in say(filled, "delete", "--host", "host1.example", code=2).errors
    assert len(rows(filled, page)) == 2
    assert say(filled, "delete", "--page", receipt.page_id, "--yes").out == "1 pages deleted\n"
    assert [row.page_id for row in filled.deleted().rows] == [receipt.page_id]
    assert "one of them" in say(filled, "delete", "--yes", code=2).errors


def test_house_keeping_says_what_it_did(filled: Store) -> None:
    assert re.fullmatch(r"(\d+ [a-z ]+, )+\d+ [a-z ]+\n", say(filled, "prune").out)


@pytest.mark.parametrize("word", ["host", "host=", "colour=blue", "since=yesterday"])
def test_a_choice_that_makes_no_sense_is_refused(filled: Store, word: str) -> None:
    assert "--where" in say(filled, "reclean", "--where", word, code=2).errors


def test_a_choice_may_be_by_time(filled: Store) -> None:
    put_clean(filled, submission(1))
    assert filled.documents(Where()).documents
    assert "1: 0 done" in say(filled, "reclean", "-w", "since=2020-01-01", "-w", "until=2100-01-01T00:00").out
    assert "0: 0 done" in say(filled, "reclean", "-w", "until=2020-01-01").out


def test_where_there_is_no_store_none_is_made(tmp_path: Path) -> None:
    ran = dehusk("dead", "list", "--data-dir", str(tmp_path / "nothing"))
    assert ran.status == 2 and "no store here" in ran.errors and "dehusk migrate" in ran.errors
    assert not (tmp_path / "nothing").exists()
