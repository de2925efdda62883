"""A broker that forgets, and one that is full."""

import time

from drills.size import Size
from drills.world import pages, world
from worker.queue.addresses import connect


def broker_emptied(size: Size) -> str:
    """The broker is killed and comes back without anything, while workers are at it."""
    with world(resend_seconds=3600) as here:
        here.start_scheduler()
        here.start_worker()
        here.submit(pages(size.pages, "nap 50"))
        here.wait(30, until=lambda: here.states().get("clean", 0) > 0)
        here.kill_broker(forget=True)
        taken_in = here.submit(pages(size.pages, "nap 50", prefix="later"))
        time.sleep(size.seconds)
        here.start_broker()
        here.wait(size.patience)
        assert here.states() == {"clean": 2 * size.pages}, here.states()
        return f"{2 * size.pages} pages clean, {len(taken_in)} of them handed in while it was gone"


def broker_full(size: Size) -> str:
    """The broker takes no more messages: pages are taken in all the same, and sent when there is room."""
    with world() as here:
        here.start_scheduler()
        here.start_worker()
        here.submit(pages(size.pages, "nap 50", prefix="before"))
        here.wait(30, until=lambda: here.states().get("clean", 0) > 0)
        client = connect(here.settings.broker)
        client.config_set("maxmemory", "1")
        here.submit(pages(size.pages))
        assert here.announcer.trouble == "broker_full", here.announcer.trouble
        here.start_worker()  # finds it full
        time.sleep(size.seconds)
        assert here.states().get("received", 0) >= size.pages, here.states()
        client.config_set("maxmemory", "512mb")
        died = here.restart_dead()
        here.wait(size.patience)
        assert here.states() == {"clean": 2 * size.pages}, here.states()
        return f"{size.pages} pages taken in while it was full, clean when it was not; {died} workers started again"
