"""Reviews, golden set, comparisons and versions for programs; who may do what; what is refused."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard import auth
from dashboard.pages.held import MINUTES, Held
from tests.service.judging_helpers import PEOPLE, clean_again, document_of, judging, page_ids, send
from tests.service.web_helpers import Site
from training.verdicts import judged_pages
from worker.quality import golden, outcomes, reviews, tasks
from worker.store.audit import entries

NONE = "0" * 32


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with judging(tmp_path_factory.mktemp("verdicts"), 6) as site:
        yield site


def task(site: Site, *, removed: bool) -> tasks.Task:
    """A span of whole blocks: training learns nothing from splices inside one."""
    waiting = tasks.next_tasks(site.store.database, 200)
    return next(one for one in waiting if bool(one.reason) == removed and one.reason != "spam_injection")


def test_verdicts_are_given_counted_and_taken_away(site: Site, tmp_path: Path) -> None:
    http = site.http
    listed = http.get("/v1/reviews/tasks", params={"limit": 2}).json()
    assert listed["waiting"] >= 4 and len(listed["rows"]) == 2
    after = http.get("/v1/reviews/tasks", params={"limit": 1, "after": listed["rows"][0]["id"]}).json()
    assert after["rows"][0]["id"] == listed["rows"][1]["id"]
    removed, kept = task(site, removed=True), task(site, removed=False)
    answers = [
        (removed.id, {"answer": "drop"}, 200),
        (kept.id, {"answer": "drop"}, 422),  # no reason
        (kept.id, {"answer": "drop", "reason": "nonsense"}, 422),
        (kept.id, {"answer": "drop", "split_at": 10**6, "answer_before": "keep", "reason": "caption"}, 422),
        (kept.id, {"answer": "keep", "split_at": 3}, 422),
        (kept.id, {"answer": "drop", "split_at": 3, "answer_before": "keep", "reason": "caption"}, 200),
        (NONE, {"answer": "keep"}, 404),
    ]
    assert [http.post(f"/v1/reviews/tasks/{name}", json=said).status_code for name, said, _ in answers] == [
        status for *_, status in answers
    ]
    given = http.get("/v1/reviews/verdicts").json()["rows"]
    assert [(one["answer"], one["reason"]) for one in given] == [("keep, then drop", "caption"), ("drop", "")]
    whole, *rules = http.get("/v1/reviews/rules").json()["rows"]
    assert whole["precision"]["verdicts"] == 1 and whole["recall"]["verdicts"] == 2
    assert {"navigation", removed.reason, "caption"} >= {one["reason"] for one in rules}
    export = tmp_path / "verdicts.jsonl"
    export.write_bytes(http.get("/v1/reviews/rows").content)
    assert len(export.read_text().splitlines()) == len({removed.page_id, kept.page_id})
    assert 1 <= len(list(judged_pages(export))) <= 2  # what is less than half a block teaches nothing of it
    packed = http.get("/v1/reviews/fixtures")
    assert packed.headers["Content-Disposition"] == 'attachment; filename="fixtures.zip"'
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert {name.rpartition("/")[2] for name in archive.namelist()} == {"page.html", "case.toml"}


def test_versions_of_a_page_differ_by_words(site: Site) -> None:
    name = page_ids(site)[3]
    shown = site.http.get(f"/pages/{name}", headers=PEOPLE).text
    revision = site.http.get(f"/v1/pages/{name}").json()["revisions"][0]["id"]
    assert f'value="{revision}"' in shown and "<dt>Encoding</dt><dd><bdi>utf-8</bdi>" in shown
    planned = send(site.http, f"/pages/{name}", f"/pages/{name}/again", revision=revision)
    assert planned.status_code == 303
    run = planned.headers["Location"].rpartition("=")[2]
    assert site.http.get(f"/v1/runs/{run}").json()["waiting"] == 1
    again = send(site.http, "/compare", f"/pages/{name}/again", revision=revision)
    assert again.status_code == 409 and "waits for a worker already" in again.text
    clean_again(site, bylines=True)
    report = site.http.get(f"/v1/runs/{run}").json()
    assert (report["waiting"], report["changed"], report["words_added"]) == (0, 1, 3)
    found = site.http.get(f"/v1/pages/{name}/documents").json()
    new, old = found["rows"]
    assert found["current"] == new["id"] and new["profile"] == "loose"
    changed = site.http.get(f"/v1/documents/{old['id']}/difference", params={"after": new["id"]}).json()
    assert (changed["words_gone"], changed["words_new"]) == (0, 3)
    text = site.http.get(f"/v1/documents/{new['id']}/text")
    assert text.text == "".join(one["text"] for one in changed["pieces"] if one["op"] != "gone")
    assert text.headers["Content-Disposition"].startswith("attachment")
    assert (
        site.http.get(f"/v1/documents/{old['id']}").json()["text"] in site.http.get(f"/v1/documents/{old['id']}/text").text
    )
    begun = send(site.http, "/compare", "/compare", sample="run", run=run, count="20")
    comparison = f"/v1{begun.headers['Location'].replace('/compare', '/comparisons')}"
    while (told := site.http.get(comparison).json())["waiting"]:
        time.sleep(0.05)
    assert (told["state"], told["pages"], told["only_right"], told["sample"]["run"]) == ("done", 1, 3, run)
    assert (told["left_version"], told["right_version"]) == (old["cleaner_version"], new["cleaner_version"])
    other = document_of(site, page_ids(site)[4])
    assert site.http.get(f"/pages/{name}/difference", params={"before": other}, headers=PEOPLE).status_code == 404
    shown = site.http.get(f"/documents/{other}", headers=PEOPLE)
    assert shown.headers["Location"] == f"/pages/{page_ids(site)[4]}?document={other}"


def test_a_dead_or_rejected_page_is_tried_again(site: Site) -> None:
    taken = site.put(url="https://empty.example/", html="  ")
    site.work()
    sent = send(site.http, f"/pages/{taken['page_id']}", f"/pages/{taken['page_id']}/again", revision=taken["revision_id"])
    assert sent.status_code == 303
    assert "It waits for a worker" in site.http.get(sent.headers["Location"], headers=PEOPLE).text
    assert [one.subject for one in entries(site.store.database, action="page.retried")] == [taken["revision_id"]]
    site.work()


def test_the_golden_set_for_programs(site: Site) -> None:
    name = golden.approve(site.store, document_of(site, page_ids(site)[0]), "A text.", by="ines")
    (row,) = site.http.get("/v1/golden").json()["rows"]
    assert (row["id"], row["text"], row["approved_by"]) == (name, "A text.", "ines")
    scores = site.http.get("/v1/golden/scores").json()
    assert scores["floor"] == site.settings.golden_floor and scores["scores"] == [] and scores["waiting"] == 0
    assert site.http.delete(f"/v1/golden/{name}").json() == {"removed": name}
    assert site.http.delete(f"/v1/golden/{name}").status_code == 404
    assert send(site.http, "/compare", "/golden/approve", document=NONE, text="x").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"left": "now", "right": "now"}, "Both sides are the same"),
        ({"right": "own", "right_toml": "inherits = '/etc/passwd'"}, "names a packaged profile"),
        ({"right": "own", "right_toml": "captions = maybe"}, "is no TOML"),
        ({"right": "own", "right_toml": "caption = true"}, "unknown key"),
        ({"right": "own", "right_toml": "x" * 200_000}, "at most"),
        ({"right": "packaged", "right_profile": "../../etc/passwd"}, "There is no profile"),
        ({"right": "without", "right_rule": "nonsense"}, "There is no rule"),
        ({"right": "stored", "sample": "run"}, "Choose a run"),
        ({"right": "nonsense"}, "There is no such way"),
        ({"right": "stored", "sample": "nonsense"}, "There is no such sample"),
        ({"right": "stored", "count": "9" * 30}, "There is no such sample"),
    ],
)
def test_comparisons_that_make_no_sense_are_refused(site: Site, fields: dict[str, str], said: str) -> None:
    refused = send(site.http, "/compare", "/compare", **fields)
    assert refused.status_code in (400, 422) and said in refused.text
    assert not [one for one in outcomes.comparisons(site.store.database) if one.sample.kind != "run"]


def test_changes_are_taken_back_once(site: Site) -> None:
    change = site.store.change_rule("caption", enabled=False, by="ines")
    assert "caption" in site.http.get("/compare", headers=PEOPLE).text
    found = [send(site.http, "/compare", "/compare/undo", change=wanted) for wanted in (change.id, change.id, "x", 2**70)]
    assert [one.status_code for one in found] == [303, 404, 404, 404]


def test_only_those_may_judge_who_have_the_scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "REMEMBER", 0.0)
    with judging(tmp_path, 1) as site:
        first = tasks.next_tasks(site.store.database, 1)[0]
        secrets = {scope: site.store.create_token(scope, {"read", scope})[1] for scope in ("read", "review", "admin")}
        for scope, secret in secrets.items():
            with httpx.Client(base_url=site.url, headers=PEOPLE, timeout=30) as client:
                assert client.post("/signin", data={"token": secret}).status_code == 303
                may_judge, may_change = scope != "read", scope == "admin"
                queue = client.get("/review")
                assert (queue.status_code == 200) == may_judge
                assert may_judge or queue.headers["Location"] == "/review/rules"
                assert ("Queue (" in client.get("/review/rules").text) == may_judge
                if scope == "review":  # a cookie alone, or the code of somebody else's page, changes nothing
                    for fields in (
                        {"task": first.id, "answer": "keep"},
                        {"task": first.id, "answer": "keep", "csrf": "0" * 64},
                    ):
                        assert client.post("/review", data=fields).status_code == 403
                    assert client.post(f"/v1/reviews/tasks/{first.id}", json={"answer": "keep"}).status_code in (401, 403)
                    assert reviews.verdicts(site.store.database) == []
                given = send(client, "/hosts", "/review", task=first.id, answer="keep")
                assert (given.status_code == 303) == may_judge
                undone = send(client, "/hosts", "/compare/undo", change=1)
                assert undone.status_code == (404 if may_change else 403)
                rows = client.get("/v1/reviews/rows", headers={"Accept": "*/*"})
                assert (rows.status_code == 200) == may_judge
                bearer = {"Authorization": f"Bearer {secret}"}
                told = httpx.post(f"{site.url}/v1/reviews/tasks/{first.id}", json={"answer": "unsure"}, headers=bearer)
                assert (told.status_code == 200) == may_judge
        by = {one.by for one in tasks.given(site.store.database)}
        assert by == {"review", "admin"}
        log = site.http.get("/v1/audit", headers={"Authorization": f"Bearer {secrets['admin']}"})
        assert json.dumps("review.answered") in log.text


@pytest.mark.parametrize(
    "path",
    [
        f"/review?task={NONE}",
        f"/compare/{NONE}",
        f"/compare/{NONE}/0",
        f"/golden/{NONE}",
        f"/documents/{NONE}",
        "/review?task=x",
    ],
)
def test_what_is_not_there_is_told(site: Site, path: str) -> None:
    found = site.http.get(path, headers=PEOPLE)
    assert found.status_code == (422 if path.endswith("=x") else 404)
    assert found.text.startswith("<!doctype html>")


def test_two_people_are_shown_different_spans(site: Site) -> None:
    now = 0.0
    held = Held(lambda: now)
    waiting = tasks.next_tasks(site.store.database, 2)
    assert [held.first(waiting, who) for who in ("ines", "jo", "ines", "max")] == [*waiting, waiting[0], waiting[0]]
    now = 60 * MINUTES
    assert held.first(waiting, "jo") == waiting[0]
    assert held.first([], "jo") is None
