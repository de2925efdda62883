"""Pages that hurt: each is set aside with its reason, and its neighbours do not notice."""

from collections import Counter

from drills.size import Size
from drills.world import page, pages, world

ENDS = {"hang": "time_limit", "eat": "memory_limit", "crash": "worker_died", "murder": "lease_passed"}


def bad_page(size: Size, ask: str) -> str:
    """One kind of bad page among good ones."""
    bad = max(1, size.rounds // 4)
    with world() as here:
        here.start_scheduler()
        here.start_worker()
        mixed = pages(size.pages)
        for number in range(bad):
            mixed.insert(number * 7 + 3, page(f"bad-{number}", ask))
        here.submit(mixed)
        here.wait(size.patience)
        assert here.states() == {"clean": size.pages, "dead": bad}, here.states()
        assert here.accounts.errors() == Counter({ENDS[ask]: bad}), here.accounts.errors()
        return f"{bad} dead after 3 tries ({ENDS[ask]}), {size.pages} neighbours clean"


def page_hangs(size: Size) -> str:
    """A page that never ends, in C code, with all signals blocked."""
    return bad_page(size, "hang")


def page_eats_memory(size: Size) -> str:
    """A page that takes all the memory there is."""
    return bad_page(size, "eat")


def page_crashes(size: Size) -> str:
    """A page that crashes the process it is cleaned in."""
    return bad_page(size, "crash")


def page_kills_worker(size: Size) -> str:
    """A page that takes the worker's process with it, which is all that stands around it."""
    return bad_page(size, "murder")
