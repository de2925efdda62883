"""How long somebody waits for one page while stored pages are cleaned again by the thousand."""

import json
import time
from collections.abc import Sequence
from urllib.request import Request, urlopen

from benchmarks.data import Sample
from benchmarks.service.running import Service, batches, service
from worker.queue.lanes import LANES
from worker.store.nouns import Where

TARGET = 2.0
ASKED = 200  # pages that somebody waits for
EVERY = 0.1  # seconds between two of them
PATIENCE = 600.0


def report(samples: Sequence[Sample]) -> str:
    """The wait from the answer to the stored document, as the store's clock has it."""
    with service(workers=2) as running:
        for batch in batches(samples, "stock"):
            running.post(batch)
        running.wait(len(samples), PATIENCE)
        running.store.reclean(Where())
        _wait_for_load(running)
        waits = sorted(_ask(running, samples[number % len(samples)], number) for number in range(ASKED))
        left = running.store.backlog().lanes["reclean"].waiting
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    return (
        f"{ASKED} interactive pages while {len(samples)} pages are cleaned again ({left} of them left at the end)\n"
        f"  wait from submission to clean: median {p50:.2f} s, 99 of 100 within {p99:.2f} s (to reach: {TARGET:g} s), "
        f"longest {waits[-1]:.2f} s"
    )


def _wait_for_load(running: Service) -> None:
    ends = time.monotonic() + 60
    while not running.store.backlog().lanes[LANES[-1]].cleaning:
        if time.monotonic() > ends:
            raise TimeoutError("re-cleaning does not begin")
        time.sleep(0.1)


def _ask(running: Service, sample: Sample, number: int) -> float:
    """Hand one page in and wait for it, as somebody would who sits in front of it."""
    row = {"id": f"asked-{number}", "lane": "interactive", "html": sample.html.decode("utf-8", "replace")}
    headers = {"content-type": "application/json"}
    began = time.perf_counter()
    with urlopen(
        Request(f"{running.address}/v1/pages", data=json.dumps(row).encode(), headers=headers), timeout=60
    ) as answer:
        page = json.load(answer)["page_id"]
    ends = time.monotonic() + 60
    while True:
        found = running.store.page(page)
        if found is not None and found.revisions[0].state not in ("received", "cleaning"):
            break
        if time.monotonic() > ends:
            raise TimeoutError(page)
        time.sleep(0.005)
    took = time.perf_counter() - began
    time.sleep(max(0.0, EVERY - took))
    return took
