"""Any order of anything: after every step the counters are the rows' truth, and nothing is there twice."""

import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from tests.service.store_helpers import LATER, VERSION, assert_adds_up, cleaned, put, rows, submission
from worker.settings import Settings
from worker.store import Store
from worker.store.ids import new_id
from worker.store.nouns import BlobRef, Job, Outcome, Where
from worker.store.reclean import difference
from worker.store.record import page_of
from worker.store.tables import document, page, revision

NUMBERS = st.integers(0, 3)
BODIES = st.sampled_from(["<p>one", "<p>two", "<p>three"])


class StoreMachine(RuleBasedStateMachine):
    """Crawlers, workers, operators and the scheduler, in whatever order."""

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dehusk-machine-"))
        shutil.copy(_empty_store(), self.folder / "dehusk.sqlite3")
        self.store = Store.open(Settings.load(data_dir=self.folder, attempts=2, retention_revisions_days=0))
        self.finished: set[tuple[str, int]] = set()

    def teardown(self) -> None:
        for _ in range(3):  # whatever state things are in, a sweep and a worker settle them
            self.store.abandon("w")
            self.store.stale()
            self.store.forget_messages()
            for job in self.store.claim([name for name, _ in self.store.stale()], "w"):
                self.store.finish([cleaned(job)])
        while self.store.rollup(3):
            pass
        assert_adds_up(self.store, settled=True)
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        assert self.store.check() == {}

    @rule(numbers=st.lists(st.tuples(NUMBERS, BODIES), min_size=1, max_size=4), urgent=st.booleans())
    def submit(self, numbers: list[tuple[int, str]], urgent: bool) -> None:
        lane = "interactive" if urgent else "crawl"
        for receipt, (_, body) in zip(
            put(self.store, *(submission(number, body, lane=lane) for number, body in numbers)), numbers, strict=True
        ):
            assert self.store.body(receipt.revision_id) == body.encode()

    @rule(target=jobs, some=st.randoms(use_true_random=False))
    def claim(self, some: object) -> object:
        names = [row.id for row in rows(self.store, revision, "id", "state") if row.state == "received"]
        names += [name for name, lane in self.store.stale() if lane == "reclean"]
        some.shuffle(names)  # type: ignore[attr-defined]
        return multiple(*self.store.claim(names[:2], "w"))

    @rule(job=jobs, text=st.sampled_from([None, "same text"]), version=st.sampled_from([VERSION, LATER]))
    def clean(self, job: Job, text: str | None, version: str) -> None:
        self._finish(cleaned(job, text, cleaner_version=version))

    @rule(job=jobs)
    def reject(self, job: Job) -> None:
        self._finish(Outcome(job_id=job.id, attempt=job.attempt, rejected=("not_text", "no")))

    @rule(job=jobs)
    def fail(self, job: Job) -> None:
        self._finish(Outcome(job_id=job.id, attempt=job.attempt, failed=("worker_died", "it died")))

    def _finish(self, outcome: Outcome) -> None:
        done = self.store.finish([outcome])
        assert done in ([], [outcome.job_id])

    @rule(job=jobs)
    def release(self, job: Job) -> None:
        self.store.release([job])

    @rule()
    def lose_the_worker(self) -> None:
        self.store.abandon("w")
        self.store.stale()

    @rule(number=NUMBERS)
    def take_down(self, number: int) -> None:
        here = len([row for row in rows(self.store, page, "url") if row.url == submission(number).url])
        assert self.store.delete(url=submission(number).url) == here
        assert self.store.revisions(Where(url=submission(number).url)).rows == ()

    @rule()
    def retry(self) -> None:
        names = [row.id for row in rows(self.store, revision) if row.state in ("dead", "rejected")]
        assert sorted(self.store.retry(names)) == sorted(names)

    @rule()
    def reclean(self) -> None:
        run = self.store.reclean(Where(not_version=LATER))
        assert self.store.reclean_report(run).total <= len(rows(self.store, page))

    @rule()
    def merge(self) -> None:
        self.store.rollup(4)

    @rule()
    def keep_house(self) -> None:
        self.store.prune()

    @invariant()
    def adds_up(self) -> None:
        assert_adds_up(self.store)
        feed = [found.id for found in self.store.documents(Where()).documents]
        assert sorted(feed) == sorted(row.id for row in rows(self.store, document, "id"))


_template: list[Path] = []


def _empty_store() -> Path:
    if not _template:
        folder = Path(tempfile.mkdtemp(prefix="dehusk-machine-"))
        store = Store.open(Settings.load(data_dir=folder))
        store.migrate()
        store.close()
        _template.append(folder / "dehusk.sqlite3")
    return _template[0]


StoreMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestAnyOrder = StoreMachine.TestCase


@given(
    st.lists(st.sampled_from("a b c d ä 雪".split()), max_size=8),
    st.lists(st.sampled_from("a b c x 雪".split()), max_size=8),
)
def test_the_difference_of_two_texts_adds_up(before: list[str], after: list[str]) -> None:
    old, new, added, removed = difference(" ".join(before), " ".join(after))
    assert (old, new) == (len(before), len(after))
    assert old - removed + added == new
    assert (added, removed) == (0, 0) if sorted(before) == sorted(after) else added + removed > 0


@given(st.text("abc:/.#?", min_size=1), st.integers(0, 2**40), st.integers(-1, 2**40))
def test_refs_come_back(url: str, offset: int, length: int) -> None:
    assert BlobRef.parse(str(BlobRef(url, offset, length))) == BlobRef(url, offset, length)


@given(st.binary(max_size=300))
def test_any_bytes_by_reference_are_a_page_or_an_error_by_name(data: bytes) -> None:
    from worker.store.errors import BodyMissing

    for prefix in (b"", b"\x1f\x8b\x08", b"WARC/1.0\r\n", b"WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200\r\n"):
        try:
            assert isinstance(page_of(prefix + data, 1000), bytes)
        except BodyMissing:
            continue


def test_ids_sort_as_they_were_made() -> None:
    names = [new_id() for _ in range(5000)]
    assert names == sorted(set(names)) and all(len(name) == 32 and name[12] == "7" for name in names)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate", "chunked", "br"])
def test_answers_of_servers_are_unpacked(coding: str) -> None:
    import gzip
    import zlib

    from worker.store.errors import BodyMissing

    page = b"<p>a page " * 20
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "gzip": gzip.compress(page),
        "deflate": zlib.compress(page),
        "raw deflate": raw.compress(page) + raw.flush(),
        "chunked": b"5\r\n" + page[:5] + b"\r\n%x;x=1\r\n" % len(page[5:]) + page[5:] + b"\r\n0\r\n\r\n",
        "br": b"whatever",
    }
    header = b"Transfer-Encoding: chunked" if coding == "chunked" else b"Content-Encoding: " + coding.split()[-1].encode()
    http = b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n" + bodies[coding]
    record = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n" % len(http) + http + b"\r\n\r\n"
    if coding == "br":
        with pytest.raises(BodyMissing, match="br"):
            page_of(record, 1000)
        return
    assert page_of(record, 1000) == page_of(gzip.compress(record), 1000) == page
    with pytest.raises(BodyMissing, match="more than"):
        page_of(gzip.compress(page), 10)
