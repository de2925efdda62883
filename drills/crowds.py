"""Many at once: the same page from a hundred sides, and thousands while everything is being killed."""

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from drills.size import Size
from drills.world import World, page, world
from worker.store.nouns import Submission

BAD = ("hang", "eat", "crash", "murder")


def same_page(size: Size) -> str:
    """One page handed in by a hundred at once."""
    times = 100
    with world() as here:
        here.start_scheduler()
        here.start_worker()
        with ThreadPoolExecutor(16) as crowd:
            receipts = [r for batch in crowd.map(lambda _: here.submit([page("same")]), range(times)) for r in batch]
        here.wait(size.patience)
        assert len({receipt.revision_id for receipt in receipts}) == 1
        assert sum(receipt.new for receipt in receipts) == 1
        assert here.states() == {"clean": 1}, here.states()
        return f"{times} answers, one page, cleaned once"


def random_kills(size: Size) -> str:
    """Pages of all kinds, while workers, their processes and the broker are killed at random."""
    chance = random.Random(20261122)
    crowd = [_any_page(number, chance, size) for number in range(size.crowd)]
    bad = sum(b"drill: nap" not in (one.body or b"") for one in crowd)
    with world(lease_seconds=10, attempts=8) as here:
        here.start_scheduler()
        workers = [here.start_worker(), here.start_worker()]
        done = threading.Event()
        feeder = threading.Thread(target=_feed, args=(here, crowd, done))
        feeder.start()
        kills = dict.fromkeys(("child", "worker", "broker"), 0)
        # Killing goes on until most of the work is done: the rest has to settle in peace.
        while not done.is_set() or here.states().get("clean", 0) < 0.7 * size.crowd:
            time.sleep(chance.uniform(0.5, 2.5))
            what = chance.choices(tuple(kills), weights=(10, 3, 1))[0]
            kills[what] += _kill(here, workers, what, chance)
        feeder.join()
        here.wait(size.patience)
        states = here.states()
        assert sum(states.values()) == size.crowd, states
        assert states.get("clean", 0) >= size.crowd - bad, states
        told = ", ".join(f"{count} {what}" for what, count in kills.items())
        return f"{size.crowd} pages, killed: {told}; {states}"


def _any_page(number: int, chance: random.Random, size: Size) -> Submission:
    bad = number % (size.crowd // 4) == 7  # four bad ones among all
    return page(f"crowd-{number}", BAD[number // (size.crowd // 4) % 4] if bad else f"nap {chance.choice((0, 5, 20, 100))}")


def _feed(here: World, crowd: list[Submission], done: threading.Event) -> None:
    for start in range(0, len(crowd), 50):
        here.submit(crowd[start : start + 50])
        time.sleep(0.05)
    done.set()


def _kill(here: World, workers: list, what: str, chance: random.Random) -> int:  # type: ignore[type-arg]
    number = chance.randrange(len(workers))
    if what == "broker":
        here.kill_broker(forget=chance.random() < 0.5)
        here.start_broker()
        return 1
    if what == "worker":
        os.killpg(workers[number].pid, signal.SIGKILL)
        workers[number].wait()
        workers[number] = here.start_worker()
        return 1
    children = here.children(workers[number])
    if not children:
        return 0
    try:
        os.kill(chance.choice(children), signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1
