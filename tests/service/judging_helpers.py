"""A service with pages to judge, and what a worker and a scheduler would do meanwhile."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from cleaners import clean
from cleaners.profile import Profile
from tests.cli_helpers import ROOT
from tests.service.web_helpers import Site, serving
from worker.quality import follow, reviews, second, tasks
from worker.store.form import document
from worker.store.nouns import Outcome
from worker.store.tables import page
from worker.store.tables_admin import reclean_job

SAMPLE = (ROOT / "fixtures/pages/readme-lighthouse/page.html").read_text(encoding="utf-8")
ARABIC = (ROOT / "fixtures/pages/arabic-news-share-bar/page.html").read_text(encoding="utf-8")
PEOPLE = {"Accept": "text/html"}


@contextmanager
def judging(folder: Path, count: int = 12) -> Iterator[Site]:
    """A service with cleaned pages, of which spans were drawn."""
    with serving(folder) as site:
        for name in (reviews.NAME, second.NAME):
            follow.begin(site.store.database, name)
        for n in range(count):
            site.put(url=f"https://post-{n % 3}.example/{n}", html=SAMPLE.replace("harbour", f"harbour {n}"), meta={"n": n})
        site.put(url="https://ar.example/page", html=ARABIC)
        site.work()
        site.store.rollup()
        draw(site)
        yield site


def draw(site: Site) -> int:
    """Draw from all that is of interest; how many wait."""
    while reviews.draw_reviews(site.store.database, 5.0):
        pass
    return tasks.waiting(site.store.database)


def clean_again(site: Site, **choices: Any) -> int:
    """What a worker does with pages that are to be cleaned again, with another profile; how many."""
    profile = replace(Profile.load("default"), **choices, digest="")
    with site.store.database.read() as connection:
        ids = list(connection.execute(sa.select(reclean_job.c.id).where(reclean_job.c.state == "received")).scalars())
    done = []
    for job in site.store.claim(ids, "test"):
        found = clean(job.body, url=job.url, content_type=job.content_type, encoding=job.encoding, profile=profile)
        done.append(Outcome(job_id=job.id, attempt=job.attempt, document=document(found, "loose")))
    return len(site.store.finish(done))


def page_ids(site: Site) -> list[str]:
    """All pages, in the order of their arrival."""
    with site.store.database.read() as connection:
        return list(connection.execute(sa.select(page.c.id).order_by(page.c.id)).scalars())


def document_of(site: Site, page_id: str) -> str:
    found = site.store.page(page_id)
    assert found is not None and found.current_document is not None
    return found.current_document


def send(client: httpx.Client, form_page: str, address: str, **fields: Any) -> httpx.Response:
    """Send a form as a browser does: with the code of the page it stands on."""
    code = re.search(r'name="csrf" value="([^"]+)"', client.get(form_page, headers=PEOPLE).text)
    assert code is not None, form_page
    return client.post(address, data={"csrf": code[1], **fields}, headers=PEOPLE)
