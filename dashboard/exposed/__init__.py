"""What Prometheus reads at `/metrics`. No label is unbounded: hosts, addresses and ids are none."""

import time

from dashboard.exposed.counted import counted
from dashboard.exposed.now import of_broker, of_process, of_quality, of_store
from dashboard.exposed.text import written
from dashboard.service import Service
from worker.store.figures import read_counters


def exposition(here: Service, version: str) -> str:
    started = time.perf_counter()
    with here.store.database.read() as connection:
        counters = read_counters(connection, with_sums=True)
    families = [*counted(counters), *of_store(here, counters), *of_broker(here), *of_quality(here)]
    return written([*families, *of_process(here, version, started)])
