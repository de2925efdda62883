"""What can be done with a run that is done: apply, diff, audit, the report; and what hosts repeat."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cleaners.form import to_row
from tests.archive.helpers import archive, clean, ledger, rows
from tests.archive.material import jsonl, warc
from tests.cases import cleaned_page, page_cases
from worker.archive.api import clean_archive
from worker.archive.apply import Wanted, chosen
from worker.archive.audit import draw, precision, wilson
from worker.archive.hosts import HostMemory, add, number_of, write
from worker.archive.learning import Counter, Seen


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tools")
    (folder / "a.warc.gz").write_bytes(warc(9))
    (folder / "b.jsonl").write_bytes(jsonl(5))
    clean(folder, "--out", folder / "run", "--range-mb", "0.01")
    return folder / "run"


def test_apply_undoes_and_keeps(run: Path, tmp_path: Path) -> None:
    part, side = run / "data/a-00000.jsonl.zst", run / "removed/a-00000.jsonl.zst"
    ran = archive("apply", part, side, "--only", "reason=navigation", "--out", tmp_path / "some.jsonl")
    assert ran.status == 0, ran.errors
    for line in (tmp_path / "some.jsonl").read_text().splitlines():
        text = json.loads(line)["text"]
        assert text.startswith("We use cookies") and "Home" not in text.split() and "All rights reserved" in text
    archive("apply", part, side, "--out", tmp_path / "all.jsonl.zst")
    assert (tmp_path / "all.jsonl.zst").read_bytes() == part.read_bytes()
    wrong = archive("apply", part, run / "removed/b-00000.jsonl.zst", "--out", tmp_path / "no.jsonl")
    assert wrong.status == 1 and "another part" in wrong.errors and not (tmp_path / "no.jsonl").exists()
    whole = archive("apply", run, "--except", "reason=cookie_notice", "--out", tmp_path / "whole")
    assert whole.status == 0 and len(list((tmp_path / "whole").iterdir())) == len(list((run / "data").iterdir()))


@pytest.mark.parametrize("index", range(0, len(page_cases()), 4))
def test_choices_of_all_and_of_none(index: int) -> None:
    """With all removals the text is the clean text, without any the source text but for the space around it."""
    from cleaners.replay import apply

    cleaned = cleaned_page(index)
    assert apply(cleaned.source_text, chosen(cleaned.drops, Wanted())) == cleaned.text
    none = apply(cleaned.source_text, chosen(cleaned.drops, Wanted(only=frozenset())))
    assert none.split() == cleaned.source_text.split()
    reasons = {drop.reason for drop in cleaned.drops if drop.reason != "white_space"}
    for reason in sorted(reasons)[:3]:
        text = apply(cleaned.source_text, chosen(cleaned.drops, Wanted(without=frozenset({reason}))))
        missing = [d.text for d in cleaned.drops if d.reason == reason and d.field == "text" and d.text.strip() not in text]
        assert not missing


def test_diff_tells_texts_reasons_and_samples(run: Path, tmp_path: Path) -> None:
    (tmp_path / "keep.toml").write_text('[reasons]\ncookie_notice = "keep"\n')
    clean(run.parent / "a.warc.gz", run.parent / "b.jsonl", "--out", tmp_path / "other", "--profile", tmp_path / "keep.toml")
    ran = archive("diff", run, tmp_path / "other", "--html", tmp_path / "diff.html", "--json")
    form = json.loads(ran.out)
    assert form["changed"] == 14 and form["same"] == 0 and form["lost"] == 0 and form["gained"] > 0
    assert form["reasons"]["cookie_notice"][0] > 0 and form["reasons"]["cookie_notice"][1] == 0
    page = (tmp_path / "diff.html").read_text()
    assert "only in B" in page and "We use cookies" in page
    same = archive("diff", run, run)
    assert "0 texts changed" in same.out


def test_audit_draws_asks_and_sums_up(run: Path) -> None:
    drawn = draw(ledger(run), per=2, seed=1)
    assert {removal.reason for removal in drawn.removals} >= {"cookie_notice", "navigation", "legal_footer"}
    assert drawn.removals == draw(ledger(run), per=2, seed=1).removals != draw(ledger(run), per=2, seed=2).removals
    first = archive("audit", run, "--per", "2", "--seed", "1", stdin=b"y\nn\nmaybe\ns\nq\n")
    assert "1 judged" in first.out or "2 judged" in first.out
    assert (run / "audit.jsonl").read_text().count('"right"') == 2
    second = archive("audit", run, "--per", "2", "--seed", "1", stdin=b"q\n")
    assert "2 judged before" in second.out
    labels = {removal.key: True for removal in drawn.removals}
    labels[drawn.removals[0].key] = False
    (one, *_, whole) = precision(drawn, labels)
    assert (one.judged, one.right) == (2, 1) and one.low < 0.5 < one.high
    assert 0.5 < whole.share < 1 and whole.low < whole.share
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_report_needs_nothing_else(run: Path) -> None:
    page = (run / "report.html").read_text("utf-8")
    assert not re.search(r"<script|<link|https?://(?!host\d)|@import|url\(", page)
    assert "prefers-color-scheme: dark" in page and "cookie_notice" in page and "We use cookies" in page
    form = json.loads((run / "report.json").read_text("utf-8"))
    assert form["counts"]["clean"] == 14 == form["languages"]["en"]
    assert sum(form["kept"]) == sum(form["confidence"]) == form["pages"]
    assert form["cost"]["core_hours_per_tb"] > 0 and form["worst_hosts"] and form["best_hosts"]


def test_records_from_python(run: Path) -> None:
    found = list(clean_archive([str(run.parent / "a.warc.gz"), str(run.parent / "b.jsonl")], jobs=1, skipped=True))
    texts = [one.text for one in found if one.outcome == "clean"]
    assert texts == [row["text"] for row in rows(run)]
    assert {one.why for one in found if one.outcome == "skipped"} == {
        "warc_warcinfo",
        "warc_request",
        "not_text",
        "http_4xx",
    }
    assert any(drop.reason == "cookie_notice" for drop in found[2].drops)


def test_the_datatrove_step() -> None:
    from datatrove.data import Document

    from cleaners import clean as clean_page
    from tests.archive.material import page
    from worker.archive.datatrove import Dehusk

    documents = [Document(page(n), str(n), metadata={"url": "https://a.example/", "title": "theirs"}) for n in range(3)]
    documents.append(Document("%PDF-1.7 " + "\x00" * 40, "bad"))
    out = list(Dehusk(drops=True).run(iter(documents)))
    assert [document.id for document in out] == ["0", "1", "2"]
    expected = to_row(clean_page(page(1), url="https://a.example/"))
    assert out[1].text == expected["text"] and out[1].metadata["drops"] == expected["drops"]
    assert (out[1].metadata["title"], out[1].metadata["dehusk_title"]) == ("theirs", expected["title"])


def test_hosts_are_learned_used_and_added_up(tmp_path: Path) -> None:
    frame = "<p>Our boats are built on the island, by hand.</p>"
    from tests.archive.material import sentence

    def story(number: int) -> str:
        own = f"{chr(97 + number) * 9} {sentence(number, 25)}"
        return f"<main><h1>Story {number}</h1><p>{own}</p>{frame}<p>{own} {own}</p></main>"

    def lines(start: int, count: int) -> str:
        pages = [{"id": n, "url": f"https://www.a.example/{n}", "html": story(n)} for n in range(start, start + count)]
        pages += [{"id": f"copy-{n}", "url": f"https://a.example/copy/{n}", "html": story(start)} for n in range(3)]
        return "\n".join(map(json.dumps, pages))

    (tmp_path / "a.jsonl").write_text(lines(0, 6))
    (tmp_path / "b.jsonl").write_text(lines(10, 6))
    for name in "ab":
        ran = archive("learn-hosts", tmp_path / f"{name}.jsonl", "--out", tmp_path / f"{name}.bin")
        assert "6 pages (3 copies left out), 1 hosts" in ran.errors, ran.errors
    archive("learn-hosts", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--out", tmp_path / "both.bin")
    archive("learn-hosts", tmp_path / "a.bin", tmp_path / "b.bin", "--out", tmp_path / "added.bin")
    assert HostMemory(str(tmp_path / "added.bin")).evidence("www2.a.example").host_pages == 12
    arguments = (tmp_path / "a.jsonl", "--host-memory", tmp_path / "both.bin")
    clean(*arguments, "--out", tmp_path / "with")
    clean(tmp_path / "a.jsonl", "--out", tmp_path / "without")
    assert all("Our boats" in row["text"] for row in rows(tmp_path / "without"))
    assert not any("Our boats" in row["text"] for row in rows(tmp_path / "with"))
    assert rows(tmp_path / "with")[0]["cleaner_version"] != rows(tmp_path / "without")[0]["cleaner_version"]
    other = archive("clean", tmp_path / "a.jsonl", "--host-memory", tmp_path / "a.bin", "--out", tmp_path / "with")
    assert other.status == 1 and "host_digest" in other.errors
    bad = archive("clean", tmp_path / "a.jsonl", "--host-memory", tmp_path / "a.jsonl", "--out", tmp_path / "no")
    assert bad.status == 1 and "no memory of hosts" in bad.errors


def test_memory_of_hosts_is_bounded_and_mergeable(tmp_path: Path) -> None:
    counter = Counter(entries=500)
    for number in range(2_000):
        counter.add(Seen(number_of(f"h{number % 5}.example"), number, (1, 2, number + 10)))
    assert counter.least > 0 and sum(len(blocks) for _, blocks in counter.hosts.values()) <= 500
    assert all(blocks[1] == pages for pages, blocks in counter.hosts.values())
    first = write(tmp_path / "a.bin", counter.hosts)
    both = HostMemory(str(tmp_path / "a.bin")).to_hosts()
    assert write(tmp_path / "b.bin", both) == first
    add(both, HostMemory(str(tmp_path / "a.bin")).to_hosts())
    assert both[number_of("h1.example")][0] == 2 * counter.hosts[number_of("h1.example")][0]
    (tmp_path / "c.bin").write_bytes((tmp_path / "a.bin").read_bytes()[:-3])
    with pytest.raises(Exception, match="cut short"):
        HostMemory(str(tmp_path / "c.bin"))
