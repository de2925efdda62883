"""Who changed what: every change by a person is on record, with it or not at all, and can be read in three places."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli_helpers import environment
from tests.service.conftest import OpenStore
from tests.service.web_helpers import serving
from worker.store import Store
from worker.store.errors import NoSuchChange
from worker.store.nouns import Submission, Where


def test_every_change_is_on_record(store: Store) -> None:
    made = store.change_rule("navigation", enabled=False, host="News.example", by="ines", note="menus are content there")
    store.undo_change(made.id, by="omar")
    store.change_profile("mild", "[keep]\n", by="ines")
    token, secret = store.create_token("crawler", ["submit"], by="ines")
    store.revoke_token("crawler", by="omar")
    store.submit([Submission(source="s", key="k", url="https://gone.example/private-matter", body=b"text", kind="text")])
    store.delete(host="gone.example", by="ines")
    run = store.reclean(Where(), by="omar")
    found = store.audit()
    assert [(entry.by, entry.action, entry.subject) for entry in reversed(found)] == [
        ("ines", "rule.disabled", "navigation"),
        ("omar", "rule.undone", "navigation"),
        ("ines", "profile.laid_over", "mild"),
        ("ines", "token.created", token.id),
        ("omar", "token.revoked", token.id),
        ("ines", "pages.deleted", "pages of a host"),
        ("omar", "reclean.planned", run),
    ]
    assert found[-1].detail == {"change": made.id, "host": "news.example", "note": "menus are content there"}
    told = json.dumps([entry.detail for entry in found])
    assert secret not in told and "gone.example" not in told, "no secret, and nothing of what was taken down"


def test_what_did_not_happen_is_not_on_record(store: Store) -> None:
    with pytest.raises(NoSuchChange):
        store.undo_change(99, by="ines")
    assert not store.revoke_token("nobody", by="ines")
    assert store.delete(host="none.example", by="ines") == 0
    assert store.audit() == []


def test_it_is_read_by_kind_person_and_page(open_store: OpenStore) -> None:
    store = open_store()
    for n in range(5):
        store.change_rule("navigation", enabled=bool(n % 2), by=f"person-{n}")
    store.create_token("t", ["read"], by="person-0")
    assert [entry.by for entry in store.audit(action="rule", limit=2)] == ["person-4", "person-3"]
    assert next(iter(store.audit(action="rule", before=store.audit(action="rule")[1].id))).by == "person-2"
    assert {entry.action for entry in store.audit(by="person-0")} == {"rule.disabled", "token.created"}
    assert store.audit(action="rul") == []


def test_it_is_read_as_data_as_a_page_and_in_a_terminal(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        site.store.change_rule("navigation", enabled=False, by="<b>ines", note="because")
        site.store.change_rule("share_bar", enabled=False, by="omar")
        answer = site.http.get("/v1/audit", params={"limit": 1}).json()
        assert [row["subject"] for row in answer["rows"]] == ["share_bar"]
        rest = site.http.get("/v1/audit", params={"before": answer["before"]}).json()
        assert [(row["by"], row["detail"]["note"]) for row in rest["rows"]] == [("<b>ines", "because")]
        assert rest["before"] is None
        page = httpx.get(f"{site.url}/audit?action=rule", headers={"Accept": "text/html"}).text
        assert "&lt;b&gt;ines" in page and "<b>ines" not in page and "share_bar" in page
        assert "Nothing like that" in httpx.get(f"{site.url}/audit?action=token", headers={"Accept": "text/html"}).text
        command = [sys.executable, "-m", "worker.cli", "audit", "--data-dir", str(tmp_path)]
        printed = subprocess.run([*command, "--json", "--by", "omar"], env=environment(), capture_output=True, check=True)
        assert [json.loads(line)["subject"] for line in printed.stdout.splitlines()] == ["share_bar"]
        printed = subprocess.run([*command, "--since", "2020-01-01"], env=environment(), capture_output=True, check=True)
        assert b"because" in printed.stdout and b"rule.disabled" in printed.stdout
