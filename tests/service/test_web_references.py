"""By reference, pages are read where the operator said so, and nowhere else."""

from pathlib import Path

import pytest

from cleaners.errors import CleanError
from tests.service.web_helpers import PAGE, serving
from worker.intake import NotAllowed, PageRow, submission_of
from worker.intake.references import allowed
from worker.settings import Settings

PREFIXES = ("s3://crawl/may", "https://blobs.example/pages/", "https://blobs.example:8443/p", "memory://pages/")


@pytest.mark.parametrize(
    "url",
    [
        "s3://crawl/may/part-1.warc.gz",
        "https://blobs.example/pages/a%20b.html",
        "https://BLOBS.example:443/pages/x?version=3",
        "https://blobs.example:8443/p/x",
    ],
)
def test_what_lies_below_a_prefix_is_read(url: str) -> None:
    assert allowed(url, PREFIXES) == url


@pytest.mark.parametrize(
    "url",
    [
        "s3://crawl/maybe/part",
        "s3://crawl/may",
        "s3://crawl/may/../june/part",
        "s3://crawl/may/%2e%2e/june/part",
        "s3://crawl/may/%252e%252e/june",
        "s3://other/may/part",
        "gs://crawl/may/part",
        "http://blobs.example/pages/x",
        "https://blobs.example:8080/pages/x",
        "https://blobs.example/pagesx",
        "https://blobs.example/pages/..%2fsecret",
        "https://blobs.example/pages/..\\secret",
        "https://blobs.example@169.254.169.254/pages/x",
        "https://user:pw@blobs.example/pages/x",
        "https://blobs.example.evil.example/pages/x",
        "https://blobs.example/pages/x#y",
        "https://127.0.0.1/pages/x",
        "https://[::1]/pages/x",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "/etc/passwd",
        "etc/passwd",
        "simplecache::s3://crawl/may/part",
        "zip://x::https://blobs.example/pages/x",
        "s3://crawl/may/\tpart",
        "s3://crawl/may/p\u0430rt",
        "https://blobs.example:99999/pages/x",
        "https://[broken/pages/x",
        "",
    ],
)
def test_nothing_else_is(url: str) -> None:
    with pytest.raises(NotAllowed):
        allowed(url, PREFIXES)


def test_without_a_prefix_nothing_is_read_at_all() -> None:
    with pytest.raises(NotAllowed):
        allowed("s3://crawl/may/part", ())


def test_a_link_does_not_lead_out_of_an_allowed_folder(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "pages" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "pages" / "page").write_text("page")
    prefix = (tmp_path / "pages").as_uri()
    assert allowed(f"{prefix}/page", (prefix,))
    with pytest.raises(NotAllowed):
        allowed(f"{prefix}/link", (prefix,))


def test_a_page_in_the_middle_of_an_archive_is_cleaned_and_never_copied(tmp_path: Path) -> None:
    crawl = tmp_path / "crawl"
    crawl.mkdir()
    record = PAGE.encode()
    (crawl / "part.warc").write_bytes(b"WARC before " + record + b" and after")
    blob = {"url": f"{crawl.as_uri()}/part.warc", "offset": 12, "length": len(record)}
    with serving(tmp_path / "data", blob_prefixes=(crawl.as_uri(),)) as site:
        put = site.put(url="https://a.example/in-archive", html=None, blob=blob, content_type="text/html")
        site.work()
        found = site.http.get(f"/v1/pages/{put['page_id']}").json()
        assert found["state"] == "clean"
        assert found["document"]["text"] == "Ferry\n\nThe ferry stayed at its pier until the afternoon."
        copies = [file for file in (tmp_path / "data").rglob("*") if file.is_file() and b"WARC before" in file.read_bytes()]
        assert copies == []


def test_too_long_a_reference_is_refused_before_it_is_read(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path, blob_prefixes=("s3://crawl/",), max_page_bytes=1000)
    row = PageRow.take({"url": "https://a.example/", "blob": {"url": "s3://crawl/x", "length": 1001}})
    with pytest.raises(CleanError, match="1,000"):
        submission_of(row, settings)
