"""A real crawl of a local site, with the three lines of settings, ends in the store."""

import functools
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.cli_helpers import ROOT, environment
from tests.service.scripted import Asked, Told, failing, scripted
from tests.service.web_helpers import serving
from worker.store.nouns import Where

SPIDER = """
import sys
import scrapy
from scrapy.crawler import CrawlerProcess
from dehusk_client.scrapy import page_item


class Harbour(scrapy.Spider):
    name = "harbour"
    start_urls = [sys.argv[1]]

    def parse(self, response):
        yield page_item(response, meta={"depth": response.meta.get("depth", 0)})
        yield {"note": "an item without a page"}
        yield from response.follow_all(css="a", callback=self.parse)


settings = {
    "ITEM_PIPELINES": {"dehusk_client.scrapy.DehuskPipeline": 900},
    "DEHUSK_URL": sys.argv[2],
    "DEHUSK_TOKEN": sys.argv[3],
    # of this test
    "LOG_LEVEL": "INFO",
    "DEHUSK_PATIENCE": float(sys.argv[4]),
    "TELNETCONSOLE_ENABLED": False,
}
process = CrawlerProcess(settings)
process.crawl(Harbour)
process.start()
"""
COUNT = 30


@contextmanager
def local_site(folder: Path) -> Iterator[str]:
    """Pages that link to each other."""
    for n in range(COUNT):
        links = "".join(f'<a href="page-{(n + k) % COUNT}.html">More</a>' for k in (1, 3, 11) if (n + k) % COUNT)
        page = f"<meta charset=windows-1252><title>Boat {n}</title><nav>{links}</nav><h1>Boat {n}</h1>"
        page += f"<p>Boat {n} came into the café at noon.</p>"
        (folder / f"page-{n}.html").write_bytes(page.encode("cp1252"))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/page-0.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def crawl(folder: Path, start: str, service: str, token: str = "", patience: float = 60) -> str:
    """Run the spider as a crawler would; what it logged."""
    (folder / "spider.py").write_text(SPIDER)
    path = os.pathsep.join([str(ROOT / "clients/python"), str(ROOT)])
    ran = subprocess.run(
        [sys.executable, "spider.py", start, service, token, str(patience)],
        cwd=folder,
        env=environment(PYTHONPATH=path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    print(ran.stderr)
    assert ran.returncode == 0
    return ran.stderr


def test_a_crawl_ends_in_the_store(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "crawler").mkdir()
    with local_site(tmp_path / "site") as start, serving(tmp_path / "data") as service:
        _, token = service.store.create_token("scrapy", ["submit"])
        log = crawl(tmp_path / "crawler", start, service.url, token)
        service.work()
        found = service.store.documents(Where(source="harbour"), limit=1000).documents
        assert sorted(document.document.title or "" for document in found) == sorted(f"Boat {n}" for n in range(COUNT))
        assert all("into the café" in document.document.text for document in found)
        assert f"'dehusk/stored': {COUNT}" in log and f"'dehusk/passed_by': {COUNT}" in log
        assert not (tmp_path / "crawler" / "dehusk-unsent.jsonl").exists()


def test_what_a_crawl_cannot_deliver_is_kept_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "crawler").mkdir()

    def script(asked: Asked, n: int) -> Told:
        return failing(503, Retry_After="60")

    with local_site(tmp_path / "site") as start, scripted(script) as (service, _):
        log = crawl(tmp_path / "crawler", start, service, patience=1)
    assert f"{COUNT} pages could not be sent" in log
    assert len((tmp_path / "crawler" / "dehusk-unsent.jsonl").read_text().splitlines()) == COUNT
